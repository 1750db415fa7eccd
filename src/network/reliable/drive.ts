/**
 * A rung on real datagrams: the cores of the simulation, on two sockets with a relay between them.
 *
 *     sender ──► socket ──► relay ──► socket ──► receiver ──► reader
 *                  ◄──── bad luck by who a packet is ────►
 *
 * The relay is told who each packet is (fate-of.ts), so the same seed means the same fates as in
 * virtual time. Times differ: here a timer is late, and the kernel takes its time.
 *
 * A burst of packets would overflow the relay's receive buffer (udp(7)), and the losses would be
 * none of the link's. So few leave in one turn of the event loop, as in the relay itself.
 *
 * The run is over when the sender is done and everything has been read. The receiver of a program
 * of its own would linger then.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { LOOPBACK, Wait } from '../../common/index.ts';
import {
  Alarm,
  type DatagramRelay,
  type FateEvent,
  linkOf,
  type LinkOptions,
  openDatagramRelay,
  UDP_HEADERS,
} from '../link/index.ts';
import type { Core, CoreEvent } from './core.ts';
import { edited } from './edits.ts';
import { End, Offers } from './end.ts';
import { whoIsDatagram } from './fate-of.ts';
import { type LadderPlan, messagesOf, resultOf, type RungResult } from './ladder.ts';
import { decode, encode, type Packet } from './packet.ts';
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
  const link = edited(plan.link, plan.edits);
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
  /** Told of each packet when the relay has received it. It must not throw. */
  onFate?: ((event: FateEvent) => void) | undefined;
}

/**
 * One rung.
 * @throws {MisuseError} ERR_BAD_LINK
 * @throws the signal's reason, or an error of the system
 */
export async function drive(plan: RealPlan): Promise<Run> {
  const { link, onFate, options, rung } = plan;
  const core = rung.receiver(options);
  const receiver = new Port(core, await boundSocket());
  const sender = new Port(rung.sender(options), await boundSocket());
  const use = new LinkUse(linkOf(link).there.rate);
  const tally = new Tally(plan.messages, use);
  const started = performance.now();
  let relay: DatagramRelay | undefined;
  try {
    relay = await openDatagramRelay({
      listen: { host: LOOPBACK.IPv4, port: 0 },
      to: { host: LOOPBACK.IPv4, port: receiver.port },
      link,
      whoIs: whoIsDatagram,
      onFate: (event) => {
        const { direction, outcome, size } = event;
        use.entered(direction, size + UDP_HEADERS, outcome, performance.now() - started);
        onFate?.(event);
      },
    });
    sender.peer = relay.address;
    return await run(plan, { sender, receiver, tally, started, taken: () => core.taken });
  } finally {
    sender.close();
    receiver.close();
    await relay?.close();
  }
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

interface Peer {
  host: string;
  port: number;
}

interface Hooks {
  onTransmit: (packet: Packet) => void;
  onDeliver?: (message: Uint8Array, now: number) => void;
  /** The core has been told of something: of this packet, if it was one. */
  onEvent: (now: number, packet?: Packet) => void;
  onError: (error: Error) => void;
}

/** Packets that leave in one turn of the event loop. */
const RATION = 16;

/** An end on a socket: datagrams become events, actions become datagrams and a timer. */
class Port {
  readonly end: End;
  /** Where it sends to. Who has not been told of a peer answers whoever sent the last packet. */
  peer: Peer | undefined;
  readonly #socket: Socket;
  readonly #alarm = new Alarm((now) => this.#ring(now));
  readonly #leaving: Uint8Array[] = [];
  #turn: NodeJS.Immediate | undefined;
  #hooks: Hooks | undefined;

  constructor(core: Core, socket: Socket) {
    this.#socket = socket;
    this.end = new End(core, {
      transmit: (packet) => this.#transmit(packet),
      deliver: (message, now) => this.#hooks?.onDeliver?.(message, now),
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  begin(hooks: Hooks): void {
    this.#hooks = hooks;
    this.#socket.on('error', hooks.onError);
    const known = this.peer;
    this.#socket.on('message', (data, { address, port }) => {
      // Any program of this machine may send to this port.
      if (known && known.port !== port) return;
      const packet = decode(data);
      if (packet) this.peer = known ?? { host: address, port };
      this.#tell(packet ? { type: 'packet', packet } : { type: 'damaged' }, packet);
    });
  }

  /** Nothing has happened yet, but there may be something to do. */
  poke(): void {
    this.#done(performance.now());
  }

  close(): void {
    this.#alarm.stop();
    clearImmediate(this.#turn);
    this.#leaving.length = 0;
    this.#socket.close();
  }

  #tell(event: CoreEvent, packet: Packet | undefined): void {
    const now = performance.now();
    this.end.tell(event, now);
    this.#done(now, packet);
  }

  #ring(now: number): void {
    while (this.end.nextTime <= now) this.end.ring(now);
    this.#done(now);
  }

  #done(now: number, packet?: Packet): void {
    this.#hooks?.onEvent(now, packet);
    this.#alarm.set(this.end.nextTime, now);
  }

  #transmit(packet: Packet): void {
    this.#hooks?.onTransmit(packet);
    this.#leaving.push(encode(packet));
    if (!this.#turn) this.#send();
  }

  /** What the kernel refuses is lost, as on any link. */
  #send(): void {
    const { host, port } = this.peer!;
    for (const bytes of this.#leaving.splice(0, RATION)) {
      this.#socket.send(bytes, port, host, () => {});
    }
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      if (this.#leaving.length > 0) this.#send();
    });
  }
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK.IPv4);
  await once(socket, 'listening');
  return socket;
}
