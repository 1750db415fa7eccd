/** A core's table and its rules, as they stand in its source. Pure. */

export interface Cell {
  state: string;
  column: string;
  /** The function that is called. */
  rule: string;
  /** The states that it may lead to; with none it stays. */
  leads: string[];
}

export interface Automaton {
  states: string[];
  columns: string[];
  cells: Cell[];
  /** The text of each rule, and the line of the file on which it begins; 0 in another file. */
  rules: Map<string, { code: string; line: number }>;
}

/**
 * @param source of a sender or a receiver
 * @param shared the source of the rules that all have in common: core.ts
 * @throws {Error} when there is no table, or a rule has no text
 */
export function automatonOf(source: string, shared: string): Automaton {
  const lines = source.split('\n');
  const start = lines.findIndex((line) => /^export const [A-Z]+: Table</.test(line));
  const end = lines.indexOf('};', start);
  if (start < 0 || end < 0) throw new Error('there is no table in this source');
  const cells: Cell[] = [];
  let state = '';
  for (const line of lines.slice(start + 1, end)) {
    state = /^ {2}(\w+): \{$/.exec(line)?.[1] ?? state;
    const [, column, rule, leads = ''] = /^ {4}(\w+): \[(\w+)(.*)\],$/.exec(line) ?? [];
    if (column === undefined || rule === undefined) continue;
    const names = [...leads.matchAll(/'(\w+)'/g)].map(([, name]) => name!);
    cells.push({ state, column, rule, leads: names });
  }
  const rules = new Map<string, { code: string; line: number }>();
  for (const { rule } of cells) {
    const own = functionIn(source, rule);
    const found = own ?? functionIn(shared, rule);
    if (!found) throw new Error(`the rule ${rule} has no text`);
    rules.set(rule, own ?? { ...found, line: 0 });
  }
  return {
    states: [...new Set(cells.map((cell) => cell.state))],
    columns: [...new Set(cells.map((cell) => cell.column))],
    cells,
    rules,
  };
}

function functionIn(
  source: string,
  name: string,
): { code: string; line: number } | undefined {
  const start = new RegExp(`^(?:export )?function ${name}\\(`, 'm').exec(source)?.index;
  if (start === undefined) return undefined;
  // An empty body ends on its line.
  const rest = source.slice(start);
  const [code] =
    /^.*\{\}$/m.exec(rest.split('\n', 1)[0]!) ?? /^[^]*?^\}/m.exec(rest) ?? [];
  if (code === undefined) return undefined;
  return { code, line: source.slice(0, start).split('\n').length };
}
