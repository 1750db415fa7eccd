/**
 * The UDP lane: one message is one datagram.
 *
 *   sender ──► relay ──► receiver        sendto, recvfrom
 *
 * When is it over? A receiver of datagrams cannot know that no more will come. Here the relay
 * knows when it has passed on every datagram that reached it and was not lost. Then a last
 * datagram, the bell, goes straight to the receiver, and joins its queue behind all others.
 *
 * A kernel drops datagrams when a queue is full, and then it was not the link that lost them. So
 * nothing here waits for a certain number of datagrams, and what is missing between two counts is
 * counted separately.
 */
import { DatagramSocket } from '../../../udp/index.ts';
import {
  type DatagramCounts,
  type LinkOptions,
  loseByNumber,
  openDatagramRelay,
} from '../../link/index.ts';
import { datagramCost } from '../cost.ts';
import { messageOf, numberOf } from '../message.ts';
import type { Plan } from '../options.ts';
import { datagramsSeen, numberedLane } from '../kernel-lane.ts';
import { atPace } from '../pace.ts';
import {
  type Arrival,
  type LaneRecord,
  noteFate,
  type PacketFate,
  type ReceiveEvent,
} from '../record.ts';
import { type LaneRun, LARGEST_DATAGRAM, untilStill, untilTrue } from './lane.ts';

const BELL = Buffer.from('bell');

/** Milliseconds between two bells. */
const AGAIN = 50;

export async function runUdp(plan: Plan, run: LaneRun): Promise<LaneRecord> {
  const receiver = new DatagramSocket({ queueLimit: 4 * plan.messages + 16 });
  const sender = new DatagramSocket();
  const bell = new DatagramSocket();
  const fates: PacketFate[] = [];
  let start = performance.now();
  const { port } = await receiver.bind({ port: 0 });
  const relay = plan.kernel
    ? undefined
    : await openDatagramRelay({
        listen: { port: 0 },
        to: { port },
        link: plan.link,
        onFate: (event) => fates.push(noteFate(event)),
      });
  const counted = plan.kernel?.exact
    ? loseByNumber(plan.link, numberedLane('udp', plan, port))
    : undefined;
  const to = relay?.address ?? { port };
  const onAbort = (): void => void receiver.close();
  run.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const received: ReceiveEvent[] = [];
    const arrivals: Arrival[] = [];
    let corrupted = 0;
    let rung = false;
    const receiving = (async () => {
      for (;;) {
        const { data } = await receiver.recvfrom(LARGEST_DATAGRAM);
        rung = data.equals(BELL);
        if (rung) return;
        const at = performance.now();
        const message = numberOf(data);
        received.push({ at, bytes: data.length, message });
        if (message === undefined) corrupted += 1;
        else arrivals.push({ k: message, at });
      }
    })();
    receiving.catch(() => {});
    // No handshake: a socket is enough.
    start = performance.now();
    const sent = await atPace(plan.messages, plan.every, run.signal, (k) => {
      sender.sendto(messageOf(k, plan.size), to).catch(() => {});
      run.onSent(k);
    });
    if (relay) {
      const cameIn = (): number => relay.statistics.there.received;
      await untilStill(cameIn, plan.messages, run.signal);
      await untilTrue(() => inTransit(relay.statistics.there) === 0, run.signal);
    } else await quiet(plan.link, run.signal);
    let next = 0;
    await untilTrue(() => {
      // A kernel's link may lose a bell as well, so it rings until it is heard.
      if (!rung && performance.now() >= next) {
        next = performance.now() + AGAIN;
        bell.sendto(BELL, { port }).catch(() => {});
      }
      return rung;
    }, run.signal);
    await receiving;
    const there = relay?.statistics.there;
    return {
      lane: 'udp',
      size: plan.size,
      setUp: { ms: sent[0]! - start, packets: 0 },
      sent,
      received,
      arrivals,
      corrupted,
      fates,
      kernelDrops: there && droppedByKernel(plan.messages, there, received.length),
      blocked: relay ? [] : undefined,
      finished: true,
      wire: there && datagramCost(there),
      modelled: false,
      ...(counted && datagramsSeen(sent, received.length, counted())),
    };
  } finally {
    run.signal.removeEventListener('abort', onAbort);
    await relay?.close();
    await Promise.all([sender, bell, receiver].map((one) => one.close()));
  }
}

function inTransit(counts: DatagramCounts): number {
  const { delivered, duplicated, failed, lost, overloaded, queueFull, received } = counts;
  return received + duplicated - lost - queueFull - overloaded - failed - delivered;
}

/** Between the sender and the relay, and between the relay and the receiver. */
function droppedByKernel(
  sent: number,
  { delivered, failed, received }: DatagramCounts,
  read: number,
): number {
  return sent - received + failed + (delivered - read);
}

/** Waits twice the kernel's delay: what has not arrived by then was lost. */
async function quiet({ delay = 0 }: LinkOptions, signal: AbortSignal): Promise<void> {
  const over = performance.now() + 2 * delay + AGAIN;
  await untilTrue(() => performance.now() >= over, signal);
}
