/**
 * Repairs the text of --help where yargs gets it wrong. Pure.
 *
 *   --budget  each bidder's money, in whole units[value] [default: 100]
 *                                  no space left  └ goes to a line of its own
 */
import stringWidth from 'string-width';

/** What stands at the right: the type of a value, whether it is required, and its default. */
const STUCK = /^(.*?\S)(\[(?:value|several|flag|choices|required|default)\b.*\])$/;
/** The name of a positional, whether or not it may be left out. */
const NOTHING = / \[default: \[\]\]$/;
const SEVERAL = /^(.*?)(\[several\].*)$/;

export function tidied(help: string): string {
  return help
    .split('\n')
    .map(withoutNothing)
    .flatMap((line) => {
      const [, about, type] = STUCK.exec(line) ?? [];
      if (about === undefined || type === undefined) return [line];
      return [about, type.padStart(type.length + stringWidth(about))];
    })
    .join('\n');
}

function withoutNothing(line: string): string {
  if (!NOTHING.test(line)) return line;
  const rest = line.replace(NOTHING, '');
  return rest.replace(SEVERAL, (_, about: string, type: string) => {
    return about + type.padStart(type.length + line.length - rest.length);
  });
}
