/**
 * Every event of the selection as a mark on its socket's lane. Arrows find their ends here by
 * the event. Pure.
 */
import { partitionPoint } from '../../common/index.ts';
import type { JoinedSocket, JoinedTrace, SocketEvent } from '../joined/index.ts';
import { markWords, rangeWords } from './labels.ts';
import type { Names } from './names.ts';
import type { End, Mark } from './story.ts';
import { talkOf } from './talks.ts';
import type { Selection } from './view.ts';

export class Marks {
  readonly #selection: Selection;
  readonly #byEvent = new Map<SocketEvent, Mark>();
  /** By process. */
  readonly #ends = new Map<number, Mark>();

  constructor(trace: JoinedTrace, names: Names, selection: Selection) {
    this.#selection = selection;
    const { from, to, sockets, shows } = selection;
    for (const socket of trace.sockets) {
      const seen = trace.processes[socket.process]!.seenByRelay;
      if (sockets && !sockets.has(socket.id)) continue;
      const { events } = socket;
      let place = partitionPoint(events.length, (one) => events[one]!.t < from);
      for (; place < events.length && events[place]!.t <= to; place += 1) {
        const event = events[place]!;
        if (shows(socket, event)) this.#add(socket, event, names, seen);
      }
    }
    for (const process of trace.processes) {
      const { ended, id: group } = process;
      if (!ended || ended.t < from || ended.t > to) continue;
      this.#ends.set(group, {
        id: 0,
        name: names.process(group),
        group,
        t: ended.t,
        label: [`exit ${ended.code}`],
        tone: ended.code === 0 ? 'normal' : 'bad',
        notes: [],
      });
    }
  }

  of(event: SocketEvent | undefined): Mark | undefined {
    return event && this.#byEvent.get(event);
  }

  /** The end of a process, if it is in the picture. */
  exitOf(process: number): Mark | undefined {
    return this.#ends.get(process);
  }

  /** The end of an arrow at an event, which may lie outside of the picture, or not be known. */
  end(lane: number, event: SocketEvent | undefined): End {
    if (!event) return { lane };
    const mark = this.#byEvent.get(event);
    if (mark) return { lane, mark };
    return { lane, outside: event.t < this.#selection.from ? 'before' : 'after' };
  }

  /** The sockets that do something here. */
  lanes(): number[] {
    return [...this.#byEvent.values()].map(({ lane }) => lane!);
  }

  /** The events that `wanted` selects, in the order of time. */
  list(wanted: (mark: Mark) => boolean): Mark[] {
    const marks = [...this.#byEvent.values(), ...this.#ends.values()].filter(wanted);
    marks.sort((a, b) => a.t - b.t || a.group - b.group || seqOf(a) - seqOf(b));
    return marks;
  }

  #add(socket: JoinedSocket, event: SocketEvent, names: Names, seen = false): void {
    const words = markWords(event, socket.side === 'server', seen);
    this.#byEvent.set(event, {
      id: 0,
      name: names.event(socket.process, event.seq),
      lane: socket.id,
      group: socket.process,
      t: event.t,
      event,
      ...words,
      ...(socket.connection !== undefined && { talk: talkOf(socket.connection) }),
    });
  }
}

/** The range of a write or a read in its stream, if that says more than the size alone. */
export function showRange(mark: Mark | undefined): void {
  if (mark?.event?.type !== 'write' && mark?.event?.type !== 'read') return;
  mark.label = rangeWords(mark.label.at(-1)!, mark.event);
}

/** A process ends after all that it did. */
function seqOf({ event }: Mark): number {
  return event?.seq ?? Infinity;
}
