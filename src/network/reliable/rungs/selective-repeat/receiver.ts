/**
 * Rung 3, selective repeat: the receiver keeps what comes early. Pure.
 *
 * It acknowledges each packet that it has, and says in blocks what else it keeps. It serves
 * rung 4 as well: what is measured is the sender's affair.
 *
 * Read next: ../round-trip-time/sender.ts.
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
import { type Block, MOST_BLOCKS, type Packet, packetOf, stampOf } from '../../packet.ts';

/** The timer of the linger. */
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
  /** What has arrived early. */
  readonly kept = new Map<number, Packet>();
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
    if (this.kept.has(seq)) return 'again';
    if (ahead(this.expected, seq, space) < window) return 'early';
    return ahead(seq, this.expected, space) <= window ? 'again' : 'strange';
  }
}

/** What a receiver does. */
export const RECEIVER: Table<Receiver, ReceiverState, ReceiverEvents> = {
  open: {
    expected: [deliver, 'open', 'lingering'],
    again: [answer],
    early: [keep],
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
  const { kept, options } = receiver;
  receiver.taken += 1;
  let packet: Packet | undefined = event.packet;
  let last = false;
  for (; packet; packet = kept.get(receiver.expected)) {
    receiver.do({ type: 'deliver', message: packet.payload });
    kept.delete(packet.seq);
    receiver.expected = (packet.seq + 1) % options.space;
    last = packet.last;
  }
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
    blocks: blocksOf(receiver),
  });
  receiver.do({ type: 'transmit', packet: reply });
}

function keep(receiver: Receiver, event: Heard): void {
  receiver.kept.set(event.packet.seq, event.packet);
  receiver.taken += 1;
  answer(receiver, event);
}

function blocksOf({ expected, kept, options }: Receiver): Block[] {
  const blocks: Block[] = [];
  let seq = expected;
  for (let left = kept.size; left > 0; seq = (seq + 1) % options.space) {
    if (!kept.has(seq)) continue;
    left -= 1;
    const block = blocks.at(-1);
    const to = (seq + 1) % options.space;
    if (block?.to === seq) block.to = to;
    else if (blocks.length < MOST_BLOCKS) blocks.push({ from: seq, to });
    else break;
  }
  return blocks;
}

function linger(receiver: Receiver, event: Heard): void {
  answer(receiver, event);
  receiver.do({ type: 'arm', timer: TIMER, at: receiver.now + receiver.options.linger });
}

function leave(receiver: Receiver): void {
  receiver.state = 'done';
}
