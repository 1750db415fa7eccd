/**
 * Merges traces of the same period into one: the server was traced in one terminal, the client
 * in another. Pure.
 *
 *   a.jsonl  t = 0 ├────────────────────┤
 *   b.jsonl            t = 0 ├──────┤          moved by what its clock was ahead
 *
 * All processes of a machine share a clock, and a trace says what it showed at t = 0. If the
 * clocks of two traces disagree with their times of day, the traces come from two machines.
 * Then only the time of day is left, and two machines rarely agree on it to the millisecond.
 */
import type { Line } from './format.ts';
import type { TraceFile } from './read-trace.ts';

/** By this much the time of day, which can be set, may disagree with a machine's clock; in µs. */
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
      const text = `${name} ${rough}, and was aligned by the time of day: times between it and ${first.name} are rough`;
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
    return { ahead: byDay, rough: 'does not say which clock it uses' };
  }
  const byClock = other.clock - first.clock;
  if (Math.abs(byClock - byDay) < SAME_MACHINE) return { ahead: byClock };
  return { ahead: byDay, rough: 'has another clock' };
}

/**
 * Two terminals may be in two folders, each with its own `server.js`: if a line differs between
 * two files of the same name, the trace's name is added to the file's.
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
