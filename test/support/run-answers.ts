/**
 * Runs modules one after the other in this process, which is much quicker than a process for
 * each, and prints what each of them has printed:
 *
 *   node --import tsx run-answers.ts FILE …      a line of JSON for each
 *
 * It ends by itself only if every module has closed everything that it opened.
 */
import { pathToFileURL } from 'node:url';

export interface AnswerRun {
  file: string;
  printed: string[];
  /** What it threw. */
  error?: string;
}

for (const file of process.argv.slice(2)) {
  const printed: string[] = [];
  const log = console.log;
  console.log = (line: string) => void printed.push(line);
  const error = await import(pathToFileURL(file).href).then(
    () => undefined,
    (thrown: unknown) => String((thrown as Error).stack ?? thrown),
  );
  console.log = log;
  const run: AnswerRun = { file, printed, ...(error !== undefined && { error }) };
  console.log(JSON.stringify(run));
}
