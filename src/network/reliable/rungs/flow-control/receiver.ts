/**
 * Rung 5, flow control: the receiver keeps messages until the application reads them, and says
 * how many more there is room for. Pure.
 *
 * It serves rung 6 as well: congestion is the sender's affair.
 *
 * Read next: ../congestion-control/sender.ts.
 */
import {
  ahead,
  type CoreEvent,
  type Damaged,
  type Heard,
  ignore,
  impossible,
  type Expired,
  type Read,
  type Table,
  TableCore,
} from '../../core.ts';
import type { RungOptions } from '../../options.ts';
import {
  type Block,
  type Kind,
  MOST_BLOCKS,
  type Packet,
  packetOf,
  stampOf,
} from '../../packet.ts';

/** The timer of the linger. */
const TIMER = 0;

type ReceiverState = 'open' | 'lingering' | 'done';

interface ReceiverEvents {
  /** The packet that is next in order. */
  expected: Heard;
  /** One that it has already. */
  again: Heard;
  /** One that there is room for, but a packet before it is missing. */
  early: Heard;
  /** Is there room again? */
  probe: Heard;
  read: Read;
  strange: Heard | Damaged;
  timer: Expired;
}

export class Receiver extends TableCore<ReceiverState, ReceiverEvents> {
  state: ReceiverState = 'open';
  readonly options: RungOptions;
  /** The number of the packet that is next in order. */
  expected = 0;
  /** What the application has not read. */
  readonly unread: Uint8Array[] = [];
  /** What has arrived early. */
  readonly kept = new Map<number, Packet>();
  /** How many packets it has taken in. */
  taken = 0;

  constructor(options: RungOptions) {
    super();
    this.options = options;
  }

  /** How many packets there is room for, from the one expected on. */
  get room(): number {
    const { buffer, space } = this.options;
    return Math.min(buffer, Math.floor(space / 2)) - this.unread.length;
  }

  protected get table(): typeof RECEIVER {
    return RECEIVER;
  }

  protected columnOf(event: CoreEvent): keyof ReceiverEvents {
    if (event.type === 'timer' || event.type === 'read') return event.type;
    if (event.type !== 'packet') return 'strange';
    const { kind, seq, session } = event.packet;
    const { options } = this;
    const { buffer, space } = options;
    if (kind === 'probe' && session === options.session) return 'probe';
    if (kind !== 'data' || session !== options.session || seq >= space) return 'strange';
    if (this.kept.has(seq)) return 'again';
    if (ahead(this.expected, seq, space) < this.room)
      return seq === this.expected ? 'expected' : 'early';
    const behind = ahead(seq, this.expected, space);
    return behind > 0 && behind <= buffer ? 'again' : 'strange';
  }
}

/** What a receiver does. */
export const RECEIVER: Table<Receiver, ReceiverState, ReceiverEvents> = {
  open: {
    expected: [deliver, 'open', 'lingering'],
    again: [answer],
    early: [keep],
    probe: [inform],
    read: [handOver],
    strange: [ignore],
    timer: [impossible],
  },
  lingering: {
    expected: [ignore],
    again: [linger],
    early: [ignore],
    probe: [inform],
    read: [handOver],
    strange: [ignore],
    timer: [leave, 'done'],
  },
  done: {
    expected: [ignore],
    again: [ignore],
    early: [ignore],
    probe: [ignore],
    read: [handOver],
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
    receiver.unread.push(packet.payload);
    kept.delete(packet.seq);
    receiver.expected = (packet.seq + 1) % options.space;
    last = packet.last;
  }
  if (!last) return answer(receiver, event);
  receiver.state = 'lingering';
  linger(receiver, event);
}

function answer(receiver: Receiver, { packet }: Heard): void {
  reply(receiver, 'ack', packet);
}

function inform(receiver: Receiver, { packet }: Heard): void {
  reply(receiver, 'update', packet);
}

/** The application takes a message. If there was no room before, the sender is told. */
function handOver(receiver: Receiver): void {
  const { expected, room, unread } = receiver;
  const message = unread.shift();
  if (!message) return;
  receiver.do({ type: 'deliver', message });
  if (room === 0 && receiver.state === 'open')
    reply(receiver, 'update', { seq: expected, attempt: 0, time: 0 });
}

function reply(
  receiver: Receiver,
  kind: Kind,
  { attempt, seq, time }: Pick<Packet, 'attempt' | 'seq' | 'time'>,
): void {
  const { expected, now, options, room } = receiver;
  const packet = packetOf({
    kind,
    session: options.session,
    seq,
    ack: expected,
    window: room,
    attempt,
    time: stampOf(now),
    echo: time,
    blocks: blocksOf(receiver),
  });
  receiver.do({ type: 'transmit', packet });
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
