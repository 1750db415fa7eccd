/** The experiments by chapter: each name, and its question. Pure. */
import { byChapter } from './catalogue.ts';
import type { Experiment } from './experiment.ts';
import type { PageOptions } from './page.ts';
import { wrap } from './table.ts';

export function listLines(
  experiments: readonly Experiment[],
  { paint, width }: Omit<PageOptions, 'placeOf'>,
): string[] {
  const names = Math.max(...experiments.map(({ name }) => name.length));
  const indent = ' '.repeat(names + 4);
  const lines: string[] = [];
  for (const { title, things } of byChapter(experiments, (one) => one)) {
    lines.push(...(lines.length > 0 ? [''] : []), paint.cyan(title));
    for (const { name, question } of things) {
      const [first, ...rest] = wrap(question, width - indent.length);
      lines.push(`  ${paint.bold(name.padEnd(names))}  ${first}`);
      for (const line of rest) lines.push(indent + line);
    }
  }
  return lines;
}
