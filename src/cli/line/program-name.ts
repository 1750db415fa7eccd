/** How this program is started, for hints that can be typed as they stand. */
export const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** `npm run -s socketlab -- run 01` in a checkout, `npx socketlab run 01` elsewhere. */
export function commandLine(rest: string): string {
  return `${FROM_SOURCE ? 'npm run -s socketlab --' : 'npx socketlab'} ${rest}`;
}

/** The command that is running, as it is typed again. */
export function typedAgain(args: readonly string[] = process.argv.slice(2)): string {
  const words = args.map((arg) => (/^[\w.,:=%+/-]+$/.test(arg) ? arg : `'${arg}'`));
  return commandLine(words.join(' '));
}

/** A file's name as it can be typed. */
export function typedFile(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}

/** After a trace has been written. */
export function drawIt(trace: string): string {
  return `to see it: ${commandLine(`diagram ${typedFile(trace)}`)}`;
}
