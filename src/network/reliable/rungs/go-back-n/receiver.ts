/**
 * Rung 2, go-back-N: the receiver takes only what is next in order. Pure.
 *
 * It throws away what comes early, and answers with the number that it expects.
 *
 * Read next: ../selective-repeat/sender.ts.
 */
import {
  ahead,
  type CoreEvent,
  type Damaged,
  type Heard,
  ignore,
  impossible,
  type Expired,
  type Table,
  TableCore,
} from '../../core.ts';
import type { RungOptions } from '../../options.ts';
import { packetOf, stampOf } from '../../packet.ts';

const TIMER = 0;

type ReceiverState = 'open' | 'lingering' | 'done';

interface ReceiverEvents {
  /** The packet that is next in order. */
  expected: Heard;
  /** One that it has already. */
  again: Heard;
  /** One of the window, but a packet before it is missing. */
  early: Heard;
  strange: Heard | Damaged;
  timer: Expired;
}

export class Receiver extends TableCore<ReceiverState, ReceiverEvents> {
  state: ReceiverState = 'open';
  readonly options: RungOptions;
  /** The number of the packet that is next in order. */
  expected = 0;
  /** How many packets it has taken in. */
  taken = 0;

  constructor(options: RungOptions) {
    super();
    this.options = options;
  }

  protected get table(): typeof RECEIVER {
    return RECEIVER;
  }

  protected columnOf(event: CoreEvent): keyof ReceiverEvents {
    if (event.type === 'timer') return 'timer';
    if (event.type !== 'packet') return 'strange';
    const { kind, seq, session } = event.packet;
    const { options } = this;
    const { space, window } = options;
    if (kind !== 'data' || session !== options.session || seq >= space) return 'strange';
    if (seq === this.expected) return 'expected';
    if (ahead(this.expected, seq, space) < window) return 'early';
    return ahead(seq, this.expected, space) <= window ? 'again' : 'strange';
  }
}

/** What a receiver does. */
export const RECEIVER: Table<Receiver, ReceiverState, ReceiverEvents> = {
  open: {
    expected: [deliver, 'open', 'lingering'],
    again: [answer],
    early: [answer],
    strange: [ignore],
    timer: [impossible],
  },
  lingering: {
    expected: [ignore],
    again: [linger],
    early: [ignore],
    strange: [ignore],
    timer: [leave, 'done'],
  },
  done: {
    expected: [ignore],
    again: [ignore],
    early: [ignore],
    strange: [ignore],
    timer: [impossible],
  },
};

function deliver(receiver: Receiver, event: Heard): void {
  const { last, payload } = event.packet;
  receiver.do({ type: 'deliver', message: payload });
  receiver.taken += 1;
  receiver.expected = (receiver.expected + 1) % receiver.options.space;
  if (!last) return answer(receiver, event);
  receiver.state = 'lingering';
  linger(receiver, event);
}

function answer(receiver: Receiver, { packet }: Heard): void {
  const { seq, attempt, time } = packet;
  const { expected, now, options } = receiver;
  const reply = packetOf({
    kind: 'ack',
    session: options.session,
    seq,
    ack: expected,
    window: 1,
    attempt,
    time: stampOf(now),
    echo: time,
  });
  receiver.do({ type: 'transmit', packet: reply });
}

function linger(receiver: Receiver, event: Heard): void {
  answer(receiver, event);
  receiver.do({ type: 'arm', timer: TIMER, at: receiver.now + receiver.options.linger });
}

function leave(receiver: Receiver): void {
  receiver.state = 'done';
}
