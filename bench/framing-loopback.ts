/**
 * End to end over loopback: this process sends, another one receives (framing-receiver.ts), a
 * process for each way, as each decoder has one. When one process received in all ways by turns,
 * most took more processor time at 1 KiB: collecting by hand 1.2 µs and not 1.0, in the same
 * minutes. Why is not known: a receiver that did so without PULL and `collected` did not.
 *
 * `bare net` is the yardstick: it sends the same bytes without framing code, encoded beforehand,
 * in writes of 64 KiB (or one frame, if that is longer), and waits for `drain`; the receiver
 * only counts bytes. Each other way follows a run of it, with which it is compared: what else the
 * machine does then slows both. `bare net, collected` is the same with a receiver that makes one
 * buffer for each message, by hand and knowing its size: the least that any framing has to do.
 * `copied and awaited` is the least for messages that are sent and received one by one and may be
 * kept: a copy and an `await` of each at both ends. PUSH and PULL are our own, which frame in
 * ZeroMQ's way.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from '../src/common/index.ts';
import { encodeFrames, FramedConnection } from '../src/framing/index.ts';
import { Push } from '../src/zeromq/index.ts';
import type { Expected, Receiver } from './framing-receiver.ts';
import { row } from './support/print.ts';

const PIECE = 65_536;

interface Way {
  name: string;
  receiver: Receiver;
  /** Sends `count` messages of `size` bytes, and waits until the other side has ended. */
  send(port: number, payload: Buffer, count: number): Promise<void>;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function sendBare(port: number, payload: Buffer, count: number): Promise<void> {
  const size = 4 + payload.length;
  const perWrite = Math.max(1, Math.floor(PIECE / size));
  const piece = encodeFrames(Array.from({ length: perWrite }, () => payload));
  const socket = await dial(port);
  for (let sent = 0; sent < count; sent += perWrite) {
    const part = piece.subarray(0, Math.min(perWrite, count - sent) * size);
    if (!socket.write(part)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket.resume(), 'end');
  socket.destroy();
}

async function sendAwaited(port: number, payload: Buffer, count: number): Promise<void> {
  const size = 4 + payload.length;
  const batch = Buffer.alloc(Math.max(1, Math.floor(PIECE / size)) * size);
  const socket = await dial(port);
  const taken = Promise.resolve();
  let filled = 0;
  for (let i = 1; i <= count; i += 1) {
    batch.set(payload, filled + 4);
    filled += size;
    if (filled === batch.length || i === count) {
      if (!socket.write(batch.subarray(0, filled))) await once(socket, 'drain');
      filled = 0;
    }
    await taken;
  }
  socket.end();
  await once(socket.resume(), 'end');
  socket.destroy();
}

async function sendEach(port: number, payload: Buffer, count: number): Promise<void> {
  const connection = new FramedConnection(await dial(port));
  for (let i = 0; i < count; i += 1) await connection.send(payload);
  await connection.close();
}

async function sendMany(port: number, payload: Buffer, count: number): Promise<void> {
  const connection = new FramedConnection(await dial(port));
  function* messages() {
    for (let i = 0; i < count; i += 1) yield payload;
  }
  await connection.sendMany(messages());
  await connection.close();
}

async function push(port: number, payload: Buffer, count: number): Promise<void> {
  const socket = new Push();
  socket.connect(`tcp://127.0.0.1:${port}`);
  for (let i = 0; i < count; i += 1) await socket.send(payload);
  socket.close();
}

const BARE: Way = { name: 'bare net', receiver: 'bare', send: sendBare };
const WAYS: Way[] = [
  { name: 'bare net, collected', receiver: 'collected', send: sendBare },
  { name: 'bare net, copied and awaited', receiver: 'awaited', send: sendAwaited },
  { name: 'FramedConnection: send, receive', receiver: 'receive', send: sendEach },
  { name: 'the same, detach: false', receiver: 'views', send: sendEach },
  { name: 'FramedConnection: sendMany, for await', receiver: 'iterate', send: sendMany },
  { name: 'PUSH, PULL: send, receive', receiver: 'pull', send: push },
];

/** Seconds of one round, and microseconds of processor time in both processes. */
interface Result {
  seconds: number;
  cpu: number;
}

/** A process that receives, and where. */
interface Listener {
  child: ChildProcess;
  port: number;
}

async function start(receiver: Receiver): Promise<Listener> {
  const program = fileURLToPath(new URL('framing-receiver.ts', import.meta.url));
  const child = fork(program, [receiver], { execArgv: ['--import', 'tsx'] });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function round(
  { child, port }: Listener,
  way: Way,
  expected: Expected,
): Promise<Result> {
  const payload = Buffer.alloc(expected.size, 7);
  child.send(expected);
  await once(child, 'message');
  const arrived = once(child, 'message');
  const start = performance.now();
  const before = process.cpuUsage();
  await way.send(port, payload, expected.count);
  const [{ missing, cpu }] = (await arrived) as [{ missing: number; cpu: number }];
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  if (missing !== 0) throw new Error(`${way.name}: ${-missing} bytes too many arrived`);
  return { seconds, cpu: user + system + cpu };
}

/** One way and the run of `bare net` just before it. */
interface Pair {
  bare: Result;
  way: Result;
}

async function measure(
  listeners: Map<Receiver, Listener>,
  expected: Expected,
  rounds: number,
) {
  const run = (way: Way): Promise<Result> =>
    round(listeners.get(way.receiver)!, way, expected);
  const results: Pair[][] = WAYS.map(() => []);
  for (let i = -1; i < rounds; i += 1) {
    for (const [at, way] of WAYS.entries()) {
      const pair = { bare: await run(BARE), way: await run(way) };
      if (i >= 0) results[at]!.push(pair);
    }
  }
  const all = results.flat().map(({ bare }) => bare);
  print(expected, BARE.name, all);
  for (const [at, { name }] of WAYS.entries()) {
    const pairs = results[at]!;
    const of = pairs.map(({ way }) => way);
    print(expected, name, of, pairs);
  }
}

function print(
  { size, count }: Expected,
  name: string,
  of: readonly Result[],
  pairs: readonly Pair[] = [],
): void {
  const seconds = median(of.map((one) => one.seconds));
  const cpu = median(of.map((one) => one.cpu)) / count;
  const share = (figure: keyof Result): string => {
    if (pairs.length === 0) return '';
    const ratios = pairs.map(({ bare, way }) => bare[figure] / way[figure]);
    return `${(median(ratios) * 100).toFixed(0)} %`;
  };
  console.log(
    row(
      String(size),
      name,
      Math.round(count / seconds).toLocaleString('en'),
      Math.round((count * size) / seconds / 1e6).toLocaleString('en'),
      share('seconds'),
      cpu.toPrecision(2),
      share('cpu'),
    ),
  );
}

/** @param bytes how much each way sends in a round, of large messages */
export async function benchLoopback(
  sizes: number[],
  rounds: number,
  bytes: number,
): Promise<void> {
  const listeners = new Map<Receiver, Listener>();
  for (const { receiver } of [BARE, ...WAYS]) {
    listeners.set(receiver, await start(receiver));
  }
  const heads = ['messages/s', 'MB/s', 'of bare net', 'µs of CPU', 'of bare net'];
  console.log(row('payload B', 'way', ...heads));
  console.log(row('--:', '---', ...heads.map(() => '--:')));
  for (const size of sizes) {
    const count = Math.max(8, Math.floor(Math.min(bytes / size, 100_000)));
    await measure(listeners, { size, count }, rounds);
  }
  for (const { child } of listeners.values()) child.disconnect();
}
