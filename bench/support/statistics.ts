/** The few numbers that the measurements of sockets and of starting have in common. */
import { cpus } from 'node:os';

/** The value below which the fraction `p` of all values lies. */
export function percentile(values: Iterable<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN;
}

export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A row of a Markdown table, so that what is printed can be published as it is. */
export function row(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function machine(): string {
  const [cpu] = cpus();
  const name = cpu?.model ?? 'an unknown processor';
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${name}`;
}
