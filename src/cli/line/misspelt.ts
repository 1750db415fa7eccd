/** What was probably meant by a word that is neither a command nor an option. */
import { didYouMean, misuse, type MisuseError } from '../../common/index.ts';
import { commandLine } from './program-name.ts';

/**
 * @param args the words after the program's name
 * @param names of all commands
 * @param nested names of the commands of the command that is named, where it has some
 * @param othersToo whether other words may stand in their place
 * @throws {MisuseError} ERR_BAD_ARGUMENT for a command that does not exist
 */
export function unknownCommand(
  args: readonly string[],
  names: readonly string[],
  nested: readonly string[] | undefined,
  othersToo = false,
): void {
  const [first = '', second = ''] = args;
  if (first !== '' && !first.startsWith('-') && !names.includes(first)) {
    throw noSuch(first, didYouMean(first, names), names);
  }
  if (nested && second !== '' && !second.startsWith('-') && !nested.includes(second)) {
    const meant = didYouMean(second, nested, `${first} `);
    if (meant !== '' || !othersToo) throw noSuch(`${first} ${second}`, meant, nested);
  }
}

function noSuch(name: string, meant: string, names: readonly string[]): MisuseError {
  const hint = meant === '' ? ` There are: ${names.join(', ')}` : meant;
  return misuse(`there is no command '${name}'.${hint}`);
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function byNpm(env: Environment): boolean {
  return env['npm_lifecycle_event'] === 'socketlab';
}

/** Options of npm's own that are ours as well: `.npmrc` may have them, for other reasons. */
const NPMS_OWN: ReadonlySet<string> = new Set([
  'force',
  'help',
  'json',
  'only',
  'version',
]);

/**
 * `npm run socketlab compare --loss=5%`: npm keeps every option for itself that does not
 * follow a `--`, and hands it on in the environment, as npm_config_loss. If we said nothing, the
 * command would do something other than what was asked for.
 *
 * @param known the names of the command's options
 * @throws {MisuseError} ERR_BAD_ARGUMENT with what to type
 */
export function forgottenDashes(
  args: readonly string[],
  known: readonly string[],
  env: Environment,
): void {
  if (!byNpm(env)) return;
  const kept = known.flatMap((name) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    if (value === undefined || NPMS_OWN.has(name)) return [];
    if (value === '') return [`--no-${name}`];
    // npm gives what is written `--loss 5%` a value of its own, and hands the word on.
    return [value === 'true' ? `--${name}` : `--${name} ${value}`];
  });
  if (kept.length === 0) return;
  const words = [args[0] ?? '', ...(args.length > 1 ? ['…'] : []), ...kept];
  throw misuse(
    `npm takes options for itself unless -- comes before them (${kept.join(' ')}): ` +
      commandLine(words.join(' ')),
  );
}
