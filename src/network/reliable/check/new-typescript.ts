/** `ladder new core.ts`: see new-core.ts. Pure. */

export const TYPESCRIPT = `/**
 * A core: a sender and a receiver, with no sockets and no clock. It is told what happened and
 * when, and answers with a list of what is to be done.
 *
 *     offer ───────►┌────────┐──► transmit      a message to send; a packet leaves
 *     packet ──────►│        │──► deliver       a packet has come; a message is handed over
 *     damaged ─────►│  core  │──► arm, cancel   its checksum was wrong; a timer
 *     timer ───────►│        │──► refuse        no room for that message now
 *     read ────────►└────────┘                  from flow control on: give me a message
 *
 * It is stop-and-wait: one packet, and then its acknowledgement. To make it go-back-N:
 *  1. Sender: refuse a message only when options.window packets are in flight.
 *  2. Keep all that are in flight. An ack acknowledges everything before its number.
 *  3. There is one timer, for the oldest. When it expires, send all of them again. When an
 *     acknowledgement covers the oldest, arm it again; when nothing is left, cancel it.
 *
 * The receiver is the same: it answers what comes too early with the number that it expects.
 */

interface Options {
  /** Packets of any other session are not ours: ignore them. */
  session: number;
  /** Milliseconds from sending a packet to sending it again. */
  timeout: number;
  /** Packets that may be in flight: stop-and-wait has one, whatever this says. */
  window: number;
  /** Sequence numbers start again at 0 after this many. */
  space: number;
  /** From flow control on: packets that the receiver has room for. */
  buffer: number;
  /** A sender may give up when it has sent a packet this many times. */
  attempts: number;
  /** Milliseconds for which the receiver answers repeats of the last packet. */
  linger: number;
}

interface Packet {
  kind: 'data' | 'ack' | 'probe' | 'update';
  /** Data: its number. An acknowledgement repeats that of the packet that it answers. */
  seq: number;
  /** 0 when a packet is first sent, 1 when it is repeated …; an acknowledgement repeats it. */
  attempt: number;
  /** An acknowledgement: the number that the receiver expects next. */
  ack: number;
  /** Data: no message follows this one. */
  last: boolean;
  payload: Uint8Array;
  session: number;
  /** From flow control on, in an acknowledgement: how many packets there is room for. */
  window: number;
  /** From round-trip time on: the clock of whoever sent it, in microseconds … */
  time: number;
  /** … and in an acknowledgement, the time of the packet that it answers. */
  echo: number;
  /** From selective repeat on, what came early: "from" up to, but not including, "to". */
  blocks: { from: number; to: number }[];
}

/** What is left out is 0, false or empty; the session is ours. */
type Sent = Pick<Packet, 'kind' | 'seq'> & Partial<Packet>;

type Event =
  | { type: 'offer'; message: Uint8Array; last: boolean }
  | { type: 'packet'; packet: Packet }
  | { type: 'damaged' }
  | { type: 'timer'; timer: number }
  | { type: 'read' };

type Action =
  | { type: 'transmit'; packet: Sent }
  | { type: 'deliver'; message: Uint8Array }
  /** It expires at this time. A timer is a number; armed again, it expires only then. */
  | { type: 'arm'; timer: number; at: number }
  | { type: 'cancel'; timer: number }
  | { type: 'refuse' };

export class Sender {
  options: Options;
  /** The number of the next message. */
  next = 0;
  /** What has been sent and not acknowledged. */
  flying: Sent | undefined;

  constructor(options: Options) {
    this.options = options;
  }

  /** @param now milliseconds */
  on(event: Event, now: number): Action[] {
    const { session, space } = this.options;
    if (event.type === 'offer') {
      if (this.flying) return [{ type: 'refuse' }];
      const { last, message } = event;
      this.flying = { kind: 'data', seq: this.next, attempt: 0, last, payload: message };
      this.next = (this.next + 1) % space;
      return this.transmit(this.flying, now);
    }
    if (event.type === 'timer') {
      this.flying = { ...this.flying!, attempt: this.flying!.attempt! + 1 };
      return this.transmit(this.flying, now);
    }
    if (event.type !== 'packet') return [];
    const { ack, kind, session: theirs } = event.packet;
    if (kind !== 'ack' || theirs !== session) return [];
    // It expects the next one, so it has the one before.
    if (!this.flying || ack !== this.next) return [];
    this.flying = undefined;
    return [{ type: 'cancel', timer: 0 }];
  }

  transmit(packet: Sent, now: number): Action[] {
    return [
      { type: 'transmit', packet },
      { type: 'arm', timer: 0, at: now + this.options.timeout },
    ];
  }
}

export class Receiver {
  options: Options;
  /** The number of the packet that is next in order. */
  expected = 0;

  constructor(options: Options) {
    this.options = options;
  }

  on(event: Event): Action[] {
    const { session, space } = this.options;
    if (event.type !== 'packet') return [];
    const { attempt, kind, payload, seq, session: theirs } = event.packet;
    if (kind !== 'data' || theirs !== session) return [];
    const actions: Action[] = [];
    if (seq === this.expected) {
      actions.push({ type: 'deliver', message: payload });
      this.expected = (this.expected + 1) % space;
    }
    // Repeats are answered too: the first answer may have been lost.
    const packet: Sent = { kind: 'ack', seq, attempt, ack: this.expected };
    actions.push({ type: 'transmit', packet });
    return actions;
  }
}
`;
