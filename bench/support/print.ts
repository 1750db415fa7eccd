/** Printing that all benchmarks share. */
import { cpus } from 'node:os';

/** A row of a Markdown table, so that what is printed can be published as it is. */
export function row(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function machine(): string {
  const [cpu] = cpus();
  const name = cpu?.model ?? 'an unknown processor';
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${name}`;
}
