/**
 * A rung on real datagrams: the cores of the simulation, on two sockets with a relay between them.
 *
 *     sender ──► socket ──► relay ──► socket ──► receiver ──► reader
 *                  ◄──── bad luck by who a packet is ────►
 *
 * The relay is told who each packet is (fate-of.ts), so the same seed means the same fates as in
 * virtual time. It is also told when the packet left its core: on this machine all share one clock,
 * and the link's delay is counted from core to core, as in virtual time. Times still differ: a
 * timer is late, and a core has to be told of one packet after the other.
 *
 * The run is over when the sender is done and everything has been read. In a program of its own,
 * the receiver would then linger.
 */
import { LOOPBACK, Wait } from '../../common/index.ts';
import {
  Alarm,
  type DatagramRelay,
  type FateEvent,
  linkOf,
  type LinkOptions,
  openDatagramRelay,
  UDP_HEADERS,
  type Who,
} from '../link/index.ts';
import { edited } from './edits.ts';
import { Offers } from './end.ts';
import { whoIs } from './fate-of.ts';
import { type LadderPlan, messagesOf, resultOf, type RungResult } from './ladder.ts';
import { decode, since } from './packet.ts';
import { Port } from './port.ts';
import { Reader } from './reader.ts';
import type { Recorder } from './report/record.ts';
import type { Plan } from './simulate.ts';
import { LinkUse, type Run, Tally } from './tally.ts';

/**
 * Each rung's result, when it has run.
 * @param options the recorder: of what happens, for pictures
 */
export async function* climbReal(
  plan: LadderPlan,
  { recorder, signal }: { recorder?: Recorder | undefined; signal?: AbortSignal } = {},
): AsyncGenerator<RungResult> {
  const { options, readEvery } = plan;
  const { replay } = edited(linkOf(plan.link), plan.edits);
  const link = { ...plan.link, replay };
  const messages = messagesOf(plan);
  for (const rung of plan.rungs) {
    const record = recorder?.begin(rung);
    const watched = record?.watched() ?? rung;
    const onFate = record?.met;
    const one = { options, link, messages, readEvery, onFate, signal };
    const run = await drive({ ...one, rung: watched });
    yield resultOf(plan, rung, run);
  }
}

export interface RealPlan extends Omit<Plan, 'link' | 'onPassing'> {
  link: LinkOptions;
  signal?: AbortSignal | undefined;
  /** Called for each packet that the relay has received. It must not throw. */
  onFate?: ((event: FateEvent) => void) | undefined;
}

/**
 * Runs one rung.
 * @throws {MisuseError} ERR_BAD_LINK
 * @throws the signal's reason, or an error of the system
 */
export async function drive(plan: RealPlan): Promise<Run> {
  const { link, onFate, options, rung } = plan;
  const core = rung.receiver(options);
  const receiver = await Port.open(core);
  const sender = await Port.open(rung.sender(options));
  const use = new LinkUse(linkOf(link).there.rate);
  const tally = new Tally(plan.messages, use);
  let started = 0;
  let relay: DatagramRelay | undefined;
  try {
    relay = await openDatagramRelay({
      listen: { host: LOOPBACK.IPv4, port: 0 },
      to: { host: LOOPBACK.IPv4, port: receiver.port },
      link,
      whoIs: whoAndWhen,
      onFate: (event) => {
        const { direction, outcome, size } = event;
        use.entered(direction, size + UDP_HEADERS, outcome, performance.now() - started);
        onFate?.(event);
      },
    });
    sender.peer = relay.address;
    started = performance.now();
    return await run(plan, { sender, receiver, tally, started, taken: () => core.taken });
  } finally {
    sender.close();
    receiver.close();
    await relay?.close();
  }
}

/** All have the same clock here, so a packet's time stamp says when it left its core. */
function whoAndWhen(
  data: Uint8Array,
  now: number,
): (Who & { sentAt: number }) | undefined {
  const packet = decode(data);
  return packet && { ...whoIs(packet), sentAt: now - since(packet.time, now) };
}

interface Parts {
  sender: Port;
  receiver: Port;
  tally: Tally;
  /** When the run began, on the clock of `performance.now()`. */
  started: number;
  /** How many packets the receiver has taken in. */
  taken: () => number;
}

async function run(plan: RealPlan, parts: Parts): Promise<Run> {
  const { messages, options, readEvery = 0, rung, signal } = plan;
  const { receiver, sender, started, taken, tally } = parts;
  const over = new Wait<void>('the ladder', { signal });
  const offers = new Offers(messages);
  const reader = new Reader({
    every: readEvery,
    buffer: options.buffer,
    keeps: rung.keeps,
    onRead: (message, now) => tally.read(message, now - started),
  });
  const hasAll = (): boolean => tally.delivered + reader.dropped >= messages.length;
  const look = (): void => {
    const { state } = sender.end.core;
    if (state === 'failed' || (state === 'done' && hasAll())) over.resolve();
  };
  const read = (now: number): void => {
    while (reader.nextTime <= now) reader.read(receiver.end, now);
    reading.set(reader.nextTime, now);
    look();
  };
  const reading = new Alarm(read);
  let before = 0;
  const onError = (error: Error): void => over.reject(error);
  receiver.begin({
    onError,
    onTransmit: (packet) => tally.transmitted(packet),
    onDeliver: (message, now) => reader.take(message, now),
    onEvent: (now, packet) => {
      if (packet && taken() > before) tally.taken(packet);
      before = taken();
      reader.wake(now);
      read(now);
    },
  });
  sender.begin({
    onError,
    onTransmit: (packet) => tally.transmitted(packet),
    onEvent: (now) => {
      offers.offerTo(sender.end, now);
      look();
    },
  });
  sender.poke();
  try {
    await over.promise;
  } finally {
    reading.stop();
  }
  return tally.run(sender.end.core.state === 'done' ? 'done' : 'gave-up', reader.dropped);
}
