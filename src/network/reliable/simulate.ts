/**
 * A rung in virtual time: no sockets, no timers, the same to the last digit at every run. Pure.
 *
 *     messages ──► sender ── there ──► receiver ──► reader
 *                         ◄── back ──
 *     clock   moved by hand to whatever is due next: an arrival, a timer, a read
 *
 * The link is the relay's: its fates, its wires, its queue. A packet crosses as the object that it
 * is; only one that is to be damaged becomes bytes, has a bit flipped, and is decoded again.
 *
 * The run goes on until nothing is due any more, so a timer that never ends is noticed.
 *
 * Read next: drive.ts, the same on real datagrams.
 */
import {
  type Direction,
  type Fate,
  fatesOf,
  flipBit,
  type Link,
  type Outcome,
  UDP_HEADERS,
  Wire,
} from '../link/model/index.ts';
import type { CoreEvent } from './core.ts';
import { End, Offers } from './end.ts';
import { fateOf } from './fate-of.ts';
import type { RungOptions } from './options.ts';
import { decode, encode, lengthOf, type Packet } from './packet.ts';
import { Reader } from './reader.ts';
import type { Rung } from './rungs/rungs.ts';
import { type Run, Tally } from './tally.ts';

export interface Plan {
  rung: Rung;
  options: RungOptions;
  link: Link;
  messages: readonly Uint8Array[];
  /** The application takes a message at most this often, milliseconds; 0 for at once. */
  readEvery?: number;
  /** Told of each packet that enters the link. */
  onPassing?: ((passing: Passing) => void) | undefined;
}

/** A packet that enters the link. */
export interface Passing {
  time: number;
  direction: Direction;
  packet: Packet;
  fate: Fate;
  outcome: Outcome;
}

interface OnItsWay {
  packet: Packet;
  fate: Fate;
}

/** A year, roughly, in milliseconds of virtual time. */
const DEADLINE = 3e10;

export function simulate(plan: Plan): Run {
  const { link, messages, onPassing, options, readEvery = 0, rung } = plan;
  const fates = fatesOf(link);
  // Here nothing can fill this machine's memory by coming faster than it goes.
  const wires: Record<Direction, Wire<OnItsWay>> = {
    there: new Wire({ ...link.there, capacity: Infinity }),
    back: new Wire({ ...link.back, capacity: Infinity }),
  };
  const tally = new Tally(messages, link.there.rate);
  const transmitTo = (direction: Direction) => (packet: Packet, time: number) => {
    const fate = fateOf(fates, packet);
    const size = lengthOf(packet) + UDP_HEADERS;
    const outcome = wires[direction].offer(time, { packet, fate }, size, fate);
    tally.transmitted(packet);
    tally.entered(direction, size, outcome, time);
    onPassing?.({ time, direction, packet, fate, outcome });
  };
  const reader = new Reader({
    every: readEvery,
    buffer: options.buffer,
    keeps: rung.keeps,
    onRead: (message, now) => tally.read(message, now),
  });
  const receiverCore = rung.receiver(options);
  const sender = new End(rung.sender(options), { transmit: transmitTo('there') });
  const receiver = new End(receiverCore, {
    transmit: transmitTo('back'),
    deliver: (message, now) => reader.take(message, now),
  });
  const offers = new Offers(messages);
  offers.offerTo(sender, 0);
  for (;;) {
    const arrival = Math.min(wires.there.nextTime, wires.back.nextTime);
    const timer = Math.min(sender.nextTime, receiver.nextTime);
    const now = Math.min(arrival, timer, reader.nextTime);
    if (now === Infinity) break;
    if (now > DEADLINE) return tally.run('late', reader.dropped);
    // What arrives at the very moment of a time-out is in time.
    if (arrival === now) {
      for (const { item } of wires.there.take(now)) {
        const { taken } = receiverCore;
        receiver.tell(heard(item), now);
        if (receiverCore.taken > taken) tally.taken(item.packet);
        reader.wake(now);
      }
      for (const { item } of wires.back.take(now)) {
        sender.tell(heard(item), now);
        offers.offerTo(sender, now);
      }
    } else if (reader.nextTime === now) reader.read(receiver, now);
    else if (sender.nextTime === now) {
      sender.ring(now);
      offers.offerTo(sender, now);
    } else receiver.ring(now);
  }
  return tally.run(sender.core.state === 'done' ? 'done' : 'gave-up', reader.dropped);
}

/** What the other side hears of a packet that has arrived. */
function heard({ packet, fate }: OnItsWay): CoreEvent {
  if (fate.flippedAt < 0) return { type: 'packet', packet };
  const bytes = encode(packet);
  flipBit(bytes, fate.flippedAt);
  const read = decode(bytes);
  return read ? { type: 'packet', packet: read } : { type: 'damaged' };
}
