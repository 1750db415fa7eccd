/**
 * Repairs the text of --help where yargs gets it wrong. Pure.
 *
 *   --budget  each bidder's money, in whole units[value] [default: 100]
 *                                  no space left  └ goes to a line of its own
 */
import stringWidth from 'string-width';

/** What stands at the right: of which type a value is, whether it must be, what is usual. */
const STUCK = /^(.*?\S)(\[(?:value|several|flag|choices|required|default)\b.*\])$/;
/** Of a positional that may be left out, or of one that may not. */
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
