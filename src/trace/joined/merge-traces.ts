/**
 * Several traces of one time, as one: the server was traced in one terminal, the client in
 * another. Pure.
 *
 *   a.jsonl  t = 0 ├────────────────────┤
 *   b.jsonl            t = 0 ├──────┤          moved by what its clock was ahead
 *
 * All processes of a machine have one clock, and a trace says what that clock showed at its
 * t = 0. Where two such clocks and the times of day do not tell the same, the traces are of two
 * machines: only the time of day is left, which no two machines agree on to the millisecond.
 */
import type { Line } from './format.ts';
import type { TraceFile } from './read-trace.ts';

/** So far apart may two clocks of one machine be by the time of day, which can be set; in µs. */
const SAME_MACHINE = 1_000_000;

export interface NamedTrace {
  /** The file's name, for messages. */
  name: string;
  trace: TraceFile;
}

/** At least one. Processes are numbered anew; times are since the first trace began. */
export function mergeTraces(all: readonly NamedTrace[]): TraceFile {
  const [only] = all;
  if (all.length === 1) return only!.trace;
  const inOrder = [...all].sort((a, b) => a.trace.head.wall - b.trace.head.wall);
  const [first] = inOrder as [NamedTrace];
  const { head } = first.trace;
  const merged: TraceFile = {
    head: { ...head, command: inOrder.flatMap(commandOf) },
    lines: [],
    problems: [],
  };
  const sources = new Map<string, string>();
  let processes = 0;
  for (const { name, trace } of inOrder) {
    for (const problem of trace.problems) {
      merged.problems.push({ ...problem, text: `${name}: ${problem.text}` });
    }
    const { ahead, rough } = offset(head, trace.head);
    if (rough !== undefined) {
      const text = `${name} ${rough}, and was moved by the time of day: times between it and ${first.name} are rough`;
      merged.problems.push({ kind: 'clock', text });
    }
    const fileOf = renamer(name, trace, sources);
    let most = 0;
    for (const line of trace.lines) {
      if (line.type === 'source') {
        const file = fileOf(line.file);
        sources.set(`${file}:${line.line}`, line.text);
        merged.lines.push({ ...line, file });
        continue;
      }
      most = Math.max(most, line.process);
      const moved = { ...line, process: line.process + processes, t: line.t + ahead };
      if ('at' in moved && moved.at)
        moved.at = { ...moved.at, file: fileOf(moved.at.file) };
      merged.lines.push(moved);
    }
    processes += most;
  }
  return merged;
}

function commandOf({ trace }: NamedTrace, place: number): string[] {
  return [...(place === 0 ? [] : ['+']), ...(trace.head.command ?? [])];
}

/** How much later than the first trace this one began, in µs. */
function offset(
  first: Line<'trace'>,
  other: Line<'trace'>,
): { ahead: number; rough?: string } {
  const byDay = (other.wall - first.wall) * 1000;
  if (first === other) return { ahead: 0 };
  if (first.clock === undefined || other.clock === undefined) {
    return { ahead: byDay, rough: 'does not tell its clock' };
  }
  const byClock = other.clock - first.clock;
  if (Math.abs(byClock - byDay) < SAME_MACHINE) return { ahead: byClock };
  return { ahead: byDay, rough: 'has another clock' };
}

/**
 * Two terminals may be in two folders, each with a `server.js` of its own: where a line of a
 * file is another one, the file gets the trace's name.
 */
function renamer(
  name: string,
  { lines }: TraceFile,
  known: ReadonlyMap<string, string>,
): (file: string) => string {
  const others = new Set<string>();
  for (const line of lines) {
    if (line.type !== 'source') continue;
    const text = known.get(`${line.file}:${line.line}`);
    if (text !== undefined && text !== line.text) others.add(line.file);
  }
  return (file) => (others.has(file) ? `${name}/${file}` : file);
}
