/**
 * A run in virtual time with its whole history: what crossed the link, and what each end did. Pure.
 *
 *     plan ──simulate──► crossings   data1 left at 8 ms and arrived at 36 ms, ack1 was lost, …
 *                    └─► steps       at 36 ms: the receiver, open × expected → deliver
 *
 * A run of a few dozen packets takes a millisecond. So after a change of fate all of it is
 * simulated again: the past stays as it was, and only the future changes.
 *
 * Read next: arrows.ts, which draws it.
 */
import type { Direction, Fate, Outcome } from '../../link/model/index.ts';
import type { Action, Core, CoreEvent } from '../core.ts';
import { packetName } from '../packet-name.ts';
import type { Packet } from '../packet.ts';
import { Flow, type RungRecord } from '../report/record.ts';
import type { OurRung } from '../rungs/rungs.ts';
import { type Plan, simulate } from '../simulate.ts';
import type { Run } from '../tally.ts';
import { watched } from '../watched.ts';

/** A packet that entered the link. */
export interface Crossing {
  name: string;
  direction: Direction;
  packet: Packet;
  /** When its first bit left, milliseconds; later than it was sent if it waited in a queue. */
  leaves: number;
  fate: Fate;
  outcome: Outcome;
  /** None if it was lost, two if it came twice. */
  arrivals: number[];
  /** When it was lost; undefined unless it was. */
  lostAt: number | undefined;
}

type Side = 'sender' | 'receiver';

/** Something that happened, at an end or on the link. */
export interface Step {
  time: number;
  /** At an end: the event, and the rule that the end followed. */
  fired?: Fired;
  /** The packet that arrived, or was lost on the link. */
  crossing?: Crossing;
}

export interface Fired {
  side: Side;
  event: CoreEvent;
  /** The row and the column of the core's table. */
  state: string;
  column: string;
  /** The state afterwards. */
  after: string;
  actions: readonly Action[];
  /** For a sender: the numbers in flight, and the next new number. */
  flying: readonly number[];
  next: number;
}

export interface Recorded {
  run: Run;
  crossings: readonly Crossing[];
  /** In the order in which they happened. */
  steps: readonly Step[];
  /** When the last packet arrived or the last message was read, milliseconds. */
  end: number;
  /** The same run for the pictures of the report. */
  pictured: RungRecord;
  /** The delay of the link towards the receiver, in milliseconds: it sets the picture's scale. */
  delay: number;
}

/** A packet that is lost is lost here, halfway across. */
const HALFWAY = 0.5;

export function record(plan: Omit<Plan, 'rung'> & { rung: OurRung }): Recorded {
  const { options, rung } = plan;
  const flow = new Flow(rung.name, options);
  const crossings: Crossing[] = [];
  const steps: Step[] = [];
  const of = new Map<Packet, Crossing>();
  let arriving: Crossing | undefined;
  const watch = <Watched extends Watchable>(core: Watched, side: Side): Watched =>
    watched(core, (event, time, actions) => {
      // It is offered the next message after every event, and usually refuses it.
      if (event.type === 'offer' && actions.some(({ type }) => type === 'refuse')) return;
      const came = event.type === 'packet' || event.type === 'damaged';
      const fired = { side, event, actions, ...seen(core) };
      steps.push({ time, fired, ...(came && arriving && { crossing: arriving }) });
    });
  const run = simulate({
    ...plan,
    rung: {
      ...rung,
      sender: () => {
        const core = rung.sender(options);
        const pictured = watched(core, (event, now, actions) => {
          flow.sender(core, { event, now, at: now, actions });
        });
        return watch(pictured, 'sender');
      },
      receiver: () => watch(rung.receiver(options), 'receiver'),
    },
    onPassing: ({ direction, fate, leaves, outcome, packet }) => {
      const lostAt = outcome === 'lost' ? leaves + fate.delay * HALFWAY : undefined;
      const one = { name: packetName(packet), direction, packet, leaves, fate, outcome };
      const crossing: Crossing = {
        ...one,
        arrivals: [],
        lostAt: outcome === 'queue-full' ? leaves : lostAt,
      };
      crossings.push(crossing);
      of.set(packet, crossing);
      if (crossing.lostAt === undefined) return;
      steps.push({ time: crossing.lostAt, crossing });
      if (packet.kind === 'data') flow.lose(packet.seq, packet.attempt);
    },
    onArrival: (packet, time) => {
      arriving = of.get(packet);
      arriving?.arrivals.push(time);
    },
  });
  const ends = crossings.map(({ arrivals, leaves, lostAt }) =>
    Math.max(leaves, lostAt ?? 0, ...arrivals),
  );
  const senders = steps.map(({ fired: what, time }) =>
    what?.side === 'sender' ? time : 0,
  );
  const end = [...ends, ...senders].reduce((a, b) => Math.max(a, b), run.time);
  const { delay } = plan.link.there;
  // The receiver lingers for minutes after that.
  const inTime = steps.filter(({ time }) => time <= end).sort((a, b) => a.time - b.time);
  const pictured = { rung: rung.name, flows: [flow.record] };
  return { run, crossings, steps: inTime, end, delay, pictured };
}

/** What a core also shows of itself, as all of ours do. */
interface Watchable extends Core {
  readonly cell?: readonly [state: string, column: unknown] | undefined;
  readonly flying?: ReadonlyMap<number, unknown>;
  readonly next?: number;
}

function seen(core: Watchable): Omit<Fired, 'side' | 'event' | 'actions'> {
  const [state = '', column] = core.cell ?? [];
  const { flying = new Map<number, unknown>(), next = 0, state: after } = core;
  return { state, column: String(column), after, flying: [...flying.keys()], next };
}
