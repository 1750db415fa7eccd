/**
 * Writes down what a rung does while it runs, for pictures. Pure.
 *
 *     core ◄─── watched ◄─── events         the core answers as it would unwatched
 *                  └──► the record: when which message was sent, lost, acknowledged …
 *
 * Messages are numbered from 0 and never wrap around, whatever the sequence numbers do. Times are
 * milliseconds since the rung's first event.
 */
import type { Point } from '../../../common/page/index.ts';
import type { Fate, FateEvent, Outcome } from '../../link/model/index.ts';
import { type Action, ahead, type CoreEvent } from '../core.ts';
import type { RungOptions } from '../options.ts';
import { since } from '../packet.ts';
import type { OurRung, SenderCore } from '../rungs/rungs.ts';
import type { Passing } from '../simulate.ts';
import { watched } from '../watched.ts';

/** A packet of data that left. */
interface Sending {
  at: number;
  message: number;
  attempt: number;
  /** Lost or damaged on its way. */
  lost: boolean;
}

/** A sender and its receiver. A value has a point only where it changes. */
export interface FlowRecord {
  sendings: Sending[];
  /** When each message was acknowledged; undefined for one that never was. */
  acknowledged: (number | undefined)[];
  /** Every message before this one has been acknowledged. */
  base: Point[];
  /** The first message that may not be sent. */
  edge: Point[];
  /** How many messages the receiver has delivered. */
  delivered: Point[];
  /** Round trips, milliseconds; the estimate of a sender that measures; the timers. */
  roundTrips: Point[];
  smoothed: Point[];
  timers: Point[];
  /** The congestion window and its threshold, packets; nothing below the highest rung. */
  windows: Point[];
  thresholds: Point[];
}

export interface RungRecord {
  rung: string;
  flows: readonly FlowRecord[];
}

export class Recorder {
  readonly #options: RungOptions;
  readonly records: RungRecording[] = [];

  constructor(options: RungOptions) {
    this.#options = options;
  }

  begin(rung: OurRung): RungRecording {
    const record = new RungRecording(rung, this.#options);
    this.records.push(record);
    return record;
  }
}

class RungRecording implements RungRecord {
  readonly rung: string;
  readonly #rung: OurRung;
  readonly #options: RungOptions;
  readonly #flows: Flow[] = [];
  #began: number | undefined;

  constructor(rung: OurRung, options: RungOptions) {
    this.rung = rung.name;
    this.#rung = rung;
    this.#options = options;
  }

  get flows(): readonly FlowRecord[] {
    return this.#flows.map(({ record }) => record);
  }

  /** The rung for one more sender and its receiver, which records what they do. */
  watched(): OurRung {
    const rung = this.#rung;
    const flow = new Flow(rung.name, this.#options);
    this.#flows.push(flow);
    const at = (now: number): number => now - (this.#began ??= now);
    return {
      ...rung,
      sender: (options) => {
        const core = rung.sender(options);
        return watched(core, (event, now, actions) => {
          flow.sender(core, { event, now, at: at(now), actions });
        });
      },
      receiver: (options) =>
        watched(rung.receiver(options), (_, now, actions) => {
          flow.receiver(at(now), actions);
        }),
    };
  }

  /** For the simulation's `onPassing`. */
  readonly passed = ({ direction, fate, flow, outcome, packet }: Passing): void => {
    const { attempt, kind, seq } = packet;
    if (direction === 'back' || kind !== 'data' || !isLost(outcome, fate)) return;
    this.#flows[flow]?.lose(seq, attempt);
  };

  /** For the relay's `onFate`. */
  readonly met = ({
    attempt = 0,
    direction,
    fate,
    k,
    line,
    outcome,
  }: FateEvent): void => {
    if (direction === 'back' || line !== 0 || !isLost(outcome, fate)) return;
    this.#flows[0]?.lose(k - 1, attempt);
  };
}

/** A damaged packet is as good as lost: its checksum is wrong. */
function isLost(outcome: Outcome, { flippedAt }: Fate): boolean {
  return outcome !== 'sent' || flippedAt >= 0;
}

interface Seen {
  event: CoreEvent;
  now: number;
  /** Since the rung began. */
  at: number;
  actions: readonly Action[];
}

/** Writes down what one sender and its receiver do. */
export class Flow {
  readonly record: FlowRecord = {
    sendings: [],
    acknowledged: [],
    base: [],
    edge: [],
    delivered: [],
    roundTrips: [],
    smoothed: [],
    timers: [],
    windows: [],
    thresholds: [],
  };
  readonly #options: RungOptions;
  /** The window that the rung has from the start. */
  readonly #window: number;
  /** How many messages have been sent, and the first that is not acknowledged. */
  #sent = 0;
  #base = 0;
  #delivered = 0;
  /** The latest sending of each number and attempt. */
  readonly #latest = new Map<string, Sending>();

  constructor(name: string, options: RungOptions) {
    this.#options = options;
    this.#window = name === 'stop-and-wait' ? 1 : options.window;
  }

  sender(core: SenderCore, { actions, at, event, now }: Seen): void {
    const { record } = this;
    const { space } = this.#options;
    for (const action of actions) {
      if (action.type === 'arm') note(record.timers, at, action.at - now);
      if (action.type !== 'transmit' || action.packet.kind !== 'data') continue;
      const { attempt, seq } = action.packet;
      if (attempt === 0) this.#sent += 1;
      const message = this.#sent - ahead(seq, core.next, space);
      const sending = { at, message, attempt, lost: false };
      record.sendings.push(sending);
      this.#latest.set(`${seq} ${attempt}`, sending);
    }
    const isNews = this.#acknowledge(core, at);
    if (isNews && event.type === 'packet' && event.packet.kind === 'ack')
      record.roundTrips.push({ at, value: since(event.packet.echo, now) });
    note(record.base, at, this.#base);
    note(record.edge, at, this.#edgeOf(core));
    const { congestion, roundTrip } = core;
    note(record.smoothed, at, roundTrip?.smoothed);
    note(record.windows, at, congestion?.window);
    note(record.thresholds, at, congestion?.threshold);
  }

  receiver(at: number, actions: readonly Action[]): void {
    this.#delivered += actions.filter(({ type }) => type === 'deliver').length;
    note(this.record.delivered, at, this.#delivered);
  }

  lose(seq: number, attempt: number): void {
    const sending = this.#latest.get(`${seq} ${attempt}`);
    if (sending) sending.lost = true;
  }

  /** @returns whether something has been acknowledged that was not before */
  #acknowledge({ flying }: SenderCore, at: number): boolean {
    const { acknowledged } = this.record;
    let isNews = false;
    for (let message = this.#base; message < this.#sent; message += 1) {
      if (acknowledged[message] !== undefined) continue;
      if (flying.has(message % this.#options.space)) continue;
      acknowledged[message] = at;
      isNews = true;
    }
    while (acknowledged[this.#base] !== undefined) this.#base += 1;
    return isNews;
  }

  #edgeOf({ congestion, edge, flying, lost, next }: SenderCore): number {
    const { space } = this.#options;
    const [oldest = next] = flying.keys();
    const room = edge === undefined ? Infinity : ahead(oldest, edge, space);
    if (!congestion) return this.#base + Math.min(room, this.#window);
    const allowed = congestion.window - (flying.size - (lost?.size ?? 0));
    return Math.min(this.#base + room, this.#sent + Math.max(0, allowed));
  }
}

/** A value that has not changed, or is not known, adds no point. */
function note(points: Point[], at: number, value: number | undefined): void {
  if (value === undefined || !Number.isFinite(value) || points.at(-1)?.value === value)
    return;
  points.push({ at, value });
}
