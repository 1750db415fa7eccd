/**
 * Rung 1, stop-and-wait: the receiver takes the packet that it expects, and answers every repeat of
 * the one before. Pure.
 *
 * When it has the last message, it cannot know whether its acknowledgement arrived. So it lingers,
 * as TCP does in TIME-WAIT, and answers each repeat of the last packet.
 *
 * Read next: ../go-back-n/sender.ts.
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
    if (kind !== 'data' || session !== options.session || seq >= options.space)
      return 'strange';
    if (seq === this.expected) return 'expected';
    return ahead(seq, this.expected, options.space) === 1 ? 'again' : 'strange';
  }
}

/** What a receiver does. */
export const RECEIVER: Table<Receiver, ReceiverState, ReceiverEvents> = {
  open: {
    expected: [deliver, 'open', 'lingering'],
    again: [answer],
    strange: [ignore],
    timer: [impossible],
  },
  lingering: {
    expected: [ignore],
    again: [linger],
    strange: [ignore],
    timer: [leave, 'done'],
  },
  done: {
    expected: [ignore],
    again: [ignore],
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
