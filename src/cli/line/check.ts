/**
 * What is wrong with a command line that yargs has parsed, and what to type instead. These checks
 * come before those of yargs, which knows neither an example nor what was meant; where only yargs
 * can object, `SENTENCES` replace its words.
 */
import type { Argv } from 'yargs';
import { didYouMean, misuse } from '../../common/index.ts';
import { byNpm, type Environment, forgottenDashes } from './misspelt.ts';
import type { AnyCommand } from './options.ts';
import { commandLine } from './program-name.ts';

interface Asked {
  /** The words after the program's name. */
  args: readonly string[];
  /** Those that are loaded, by their names. */
  commands: ReadonlyMap<string, AnyCommand>;
  env: Environment;
}

interface Named {
  /** `auction serve`; empty for the tour. */
  name: string;
  command?: AnyCommand;
}

/** In place of yargs' own. A `%c` takes one of its numbers and shows nothing. */
export function sentences({ args, commands }: Asked) {
  const { name, command } = commandOf(args, commands);
  const missing = command?.needs
    ? `${name} needs ${command.needs.what}: ${commandLine(command.needs.example)}`
    : 'a word is missing';
  const escaped = `${missing.replaceAll('%', '%%')}%c%c`;
  return {
    string: 'value',
    array: 'several',
    boolean: 'flag',
    'Not enough arguments following: %s': '--%s needs a value',
    'Arguments %s and %s are mutually exclusive': '--%s and --%s: choose one',
    'Not enough non-option arguments: got %s, need at least %s': {
      one: escaped,
      other: escaped,
    },
  };
}

function commandOf(
  [first = '', second = '']: readonly string[],
  commands: ReadonlyMap<string, AnyCommand>,
): Named {
  const command = commands.get(first);
  const inner = command?.nested?.[second];
  if (inner) return { name: `${first} ${second}`, command: inner };
  return command ? { name: first, command } : { name: '' };
}

/** What yargs knows at this point, and its types do not tell. */
interface Inner {
  parsed: { error: Error | null } | false;
  getOptions: () => {
    array: readonly string[];
    key: Readonly<Record<string, unknown>>;
    alias: Readonly<Record<string, readonly string[]>>;
    choices: Readonly<Record<string, readonly string[]>>;
    demandedOptions: Readonly<Record<string, unknown>>;
  };
  getInternalMethods: () => { getHasOutput: () => boolean };
}

type Parsed = Readonly<Record<string, unknown>> & { readonly _: readonly unknown[] };

/** @throws {MisuseError} ERR_BAD_ARGUMENT with the first fault, and what to type */
export function checkWords(cli: Argv, given: Parsed, asked: Asked): void {
  const yargs = cli as unknown as Inner;
  // A version was wanted, or the command inside this one has run.
  if (yargs.getInternalMethods().getHasOutput()) return;
  const { alias, array, choices, demandedOptions, key } = yargs.getOptions();
  const options = Object.keys(key);
  const words = given._.map(String);
  const named = commandOf(words, asked.commands);
  forgottenDashes(asked.args, options, asked.env);
  if (yargs.parsed && yargs.parsed.error) throw misuse(yargs.parsed.error.message);
  checkMissing(
    Object.keys(demandedOptions).filter((name) => given[name] === undefined),
    named,
  );
  const known = new Set([...options, ...Object.values(alias).flat()]);
  checkUnknown(
    [...unknownOptions(given, known), ...extraWords(words, named)],
    options,
    asked,
  );
  checkTwice(
    options.filter((name) => Array.isArray(given[name]) && !array.includes(name)),
    asked,
  );
  for (const [name, list] of Object.entries(choices)) {
    for (const value of [given[name] as string | undefined].flat())
      checkChoice(name, value, list, asked);
  }
}

function checkMissing(names: readonly string[], { name, command }: Named): void {
  if (names.length === 0 || !command?.needs) return;
  const options = names.map((option) => `--${option}`).join(' and ');
  throw misuse(`${name} needs ${options}: ${commandLine(command.needs.example)}`);
}

/** yargs gives an option of two words a second name: `dropBack`. */
function unknownOptions(given: Parsed, known: ReadonlySet<string>): string[] {
  const names = Object.keys(given).filter((name) => !['_', '--', '$0'].includes(name));
  const second = new Set(names.filter((name) => name.includes('-')).map(inOneWord));
  return names.filter((name) => !known.has(name) && !second.has(name));
}

function inOneWord(name: string): string {
  return name.replaceAll(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** They follow the names of the commands, and no command took them. */
function extraWords(words: readonly string[], { name, command }: Named): string[] {
  if (command?.nested) return [];
  return words.slice(name === '' ? 0 : name.split(' ').length);
}

function checkUnknown(
  words: readonly string[],
  options: readonly string[],
  { args, env }: Asked,
): void {
  if (words.length === 0) return;
  if (words.some((word) => COLOUR.has(word))) throw misuse(COLOURS);
  const list = words.map((word) => asTyped(word, args)).join(', ');
  const message = `Unknown argument${words.length === 1 ? '' : 's'}: ${list}`;
  const meant = words.map((word) => didYouMean(word, options, '--')).find(Boolean);
  if (meant !== undefined) throw misuse(`${message}.${meant}`);
  // A word where only options can stand: perhaps the value of one that npm has taken away.
  if (!byNpm(env) || !words.some((word) => args.includes(word))) throw misuse(message);
  const example = commandLine(`${args[0]} …`);
  throw misuse(
    `${message}. npm takes options for itself unless -- comes before them: ${example}`,
  );
}

const COLOUR: ReadonlySet<string> = new Set(['color', 'colour', 'colors', 'colours']);
const COLOURS =
  'no option switches colours on or off: a terminal gets them, ' +
  'unless the environment variable NO_COLOR is set, as in NO_COLOR=1';

/** yargs takes `--no-lanes` for an option `lanes` that is switched off. */
function asTyped(word: string, args: readonly string[]): string {
  if (word.trim() === '') return `"${word}"`;
  return args.includes(`--no-${word}`) ? `no-${word}` : word;
}

/** yargs makes a list of what was given twice. The words of a command may be a list. */
function checkTwice(names: readonly string[], { args }: Asked): void {
  const isTyped = (name: string): boolean =>
    args.some((word) => word.split('=', 1)[0] === `--${name}`);
  const twice = names.find((name) => isTyped(name) || isTyped(inOneWord(name)));
  if (twice !== undefined) throw misuse(`--${twice} was given twice`);
}

function checkChoice(
  name: string,
  value: string | undefined,
  choices: readonly string[],
  { args }: Asked,
): void {
  if (value === undefined || choices.includes(value)) return;
  const dashes = args.some((word) => word.startsWith(`--${name}`)) ? '--' : '';
  const meant = didYouMean(value, choices);
  throw misuse(
    `${dashes}${name} can be ${choices.join(', ')}, not ${value}${meant && `.${meant}`}`,
  );
}
