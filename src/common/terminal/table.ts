/** Tables by cli-table3, without ruled lines, so that they can be copied and read aloud. Pure. */
import Table from 'cli-table3';

export interface TableOptions {
  /** One for each column. */
  aligns: readonly ('left' | 'right')[];
  /** Spaces between two columns. */
  gap: number;
  /** Spaces before the first; none unless given. */
  indent?: number;
  /** The width of each column, if it is not that of its widest cell. */
  widths?: readonly number[];
}

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right'].flatMap((line) =>
    ['', '-mid', '-left', '-right'].map((place) => [`${line}${place}`, '']),
  ),
) as Record<string, string>;

/** @returns its lines, without spaces at their ends */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { aligns, gap, indent = 0, widths }: TableOptions,
): string[] {
  const table = new Table({
    head: [...head],
    chars: { ...NO_LINES, left: ' '.repeat(indent), middle: ' '.repeat(gap) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: [...aligns],
    ...(widths && { colWidths: [...widths] }),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
