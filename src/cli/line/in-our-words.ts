/** What yargs finds wrong with a command line, said as the commands themselves would say it. */
import { didYouMean } from '../../common/index.ts';
import { byNpm, type Environment } from './misspelt.ts';
import type { Needs } from './options.ts';
import { commandLine } from './program-name.ts';

export interface Asked {
  /** The words behind the program's name. */
  args: readonly string[];
  /** Of the command, with that of the nested one: `auction serve`. */
  name: string;
  needs: Needs | undefined;
  /** The names of the command's options. */
  options: readonly string[];
  env: Environment;
}

/** yargs' own messages, and what is said in their place. */
const MESSAGES: readonly [
  theirs: RegExp,
  ours: (found: readonly string[], asked: Asked) => string | undefined,
][] = [
  [/^Not enough non-option arguments(.*)/, missingWord],
  [/^Missing required arguments?: (.*)$/, missingOptions],
  [/^Not enough arguments following: (.*)$/, ([option]) => `--${option} needs a value`],
  [
    /^Arguments (.*) and (.*) are mutu/,
    ([one, other]) => either(`--${one}`, `--${other}`),
  ],
  [/^ *Argument: (.*), Given: (.*), Choices: (.*)$/m, noSuchChoice],
  [/^(Unknown arguments?: (.*))$/, unknownWords],
];

/** What is wrong in one line, and what to type instead where that can be told. */
export function inOurWords(message: string, asked: Asked): string {
  for (const [theirs, ours] of MESSAGES) {
    const found = theirs.exec(message);
    const words = found && ours(found.slice(1), asked);
    if (words) return words;
  }
  return message;
}

function missingWord(_: readonly string[], { name, needs }: Asked): string | undefined {
  return needs && `${name} needs ${needs.what}: ${commandLine(needs.example)}`;
}

function missingOptions(
  [list = '']: readonly string[],
  { name, needs }: Asked,
): string | undefined {
  const options = list.split(', ').map((option) => `--${option}`);
  return needs && `${name} needs ${options.join(' and ')}: ${commandLine(needs.example)}`;
}

function either(one: string, other: string): string {
  return `${one} and ${other}: choose one`;
}

function noSuchChoice(
  [name = '', given = '', list = '']: readonly string[],
  { args }: Asked,
): string {
  const [wrong, ...choices] = [given, ...list.split(', ')].map((text) =>
    text.replaceAll('"', ''),
  );
  const dashes = args.some((word) => word.startsWith(`--${name}`)) ? '--' : '';
  const meant = didYouMean(wrong!, choices);
  const hint = meant && `.${meant}`;
  return `${dashes}${name} can be ${choices.join(', ')}, not ${wrong}${hint}`;
}

/** Words that mean nothing here, and the options there are that look like them. */
function unknownWords(
  [message = '', list = '']: readonly string[],
  { args, env, options }: Asked,
): string {
  const words = list.split(', ');
  for (const word of words) {
    const meant = didYouMean(word, options, '--');
    if (meant !== '') return `${message}.${meant}`;
  }
  // A word where only options can stand: perhaps the value of one that npm has taken away.
  const bare = words.some((word) => args.includes(word));
  if (!bare || !byNpm(env)) return message;
  return `${message}. npm keeps options for itself where no -- stands before them: ${commandLine(`${args[0]} …`)}`;
}
