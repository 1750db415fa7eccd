/**
 * A trace with its first event at 0: what a picture shows begins there, however long
 * the programs took to start. Pure.
 */
import type { TraceFile } from './read-trace.ts';

/**
 * A process that began before has a `t` below 0. The lines given are moved themselves: another
 * million of them would take as much memory again.
 */
export function fromZero({ head, lines, problems }: TraceFile): TraceFile {
  let zero = Infinity;
  for (const line of lines) {
    if (line.type !== 'process' && line.type !== 'source') zero = Math.min(zero, line.t);
  }
  if (zero === Infinity) return { head, lines, problems };
  for (const line of lines) if (line.type !== 'source') line.t -= zero;
  const { wall, clock } = head;
  return {
    head: {
      ...head,
      wall: wall + zero / 1000,
      ...(clock !== undefined && { clock: clock + zero }),
    },
    lines,
    problems,
  };
}
