/**
 * End to end over loopback: this process sends, another one receives.
 *
 * `bare net` is the yardstick: it sends the same bytes without framing code, encoded beforehand,
 * in writes of 64 KiB (or one frame, if that is longer), and waits for `drain`; the receiver
 * only counts bytes. `bare net, collected` is the same with a receiver that makes one buffer of
 * each message, by hand and knowing its size: the least that any framing has to do.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from '../src/common/index.ts';
import { decodeText, encodeFrames, FramedConnection } from '../src/framing/index.ts';
import { row } from './support/print.ts';

const PIECE = 65_536;
type Ports = Record<'bare' | 'collected' | 'framed', number>;
/** Sends `count` messages of `size` bytes, returns what the receiver says it got. */
type Way = (ports: Ports, size: number, count: number) => Promise<number>;

function bare(port: 'bare' | 'collected'): Way {
  return async (ports, size, count) => {
    const perWrite = Math.max(1, Math.floor(PIECE / (4 + size)));
    const payload = Buffer.alloc(size, 7);
    const piece = encodeFrames(Array.from({ length: perWrite }, () => payload));
    const socket = connect({ port: ports[port], host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    for (let sent = 0; sent < count; sent += perWrite) {
      const part = piece.subarray(0, Math.min(perWrite, count - sent) * (4 + size));
      if (!socket.write(part)) await once(socket, 'drain');
    }
    socket.end();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return Number(answer.toString()) - 4 * count;
  };
}

function framed(
  send: (connection: FramedConnection, payload: Buffer, count: number) => Promise<void>,
): Way {
  return async (ports, size, count) => {
    const payload = Buffer.alloc(size, 7);
    const socket = connect({
      port: ports.framed,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    const connection = new FramedConnection(socket);
    await once(socket, 'connect');
    await send(connection, payload, count);
    connection.end();
    const answer = await connection.receive();
    await connection.close();
    return Number(decodeText(answer!));
  };
}

const WAYS: [string, Way][] = [
  ['bare net', bare('bare')],
  ['bare net, collected', bare('collected')],
  [
    'FramedConnection, send',
    framed(async (connection, payload, count) => {
      for (let i = 0; i < count; i += 1) await connection.send(payload);
    }),
  ],
  [
    'FramedConnection, sendMany',
    framed((connection, payload, count) =>
      connection.sendMany(
        (function* () {
          for (let i = 0; i < count; i += 1) yield payload;
        })(),
      ),
    ),
  ],
];

async function measure(ports: Ports, size: number, rounds: number, bytes: number) {
  const count = Math.max(8, Math.floor(Math.min(bytes, size * 200_000) / size));
  const times: number[][] = WAYS.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [i, [name, way]] of WAYS.entries()) {
      const start = process.hrtime.bigint();
      const received = await way(ports, size, count);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      if (received !== count * size)
        throw new Error(`${name}: ${received} bytes arrived`);
      if (round >= 0) times[i]!.push(seconds);
    }
  }
  for (const [i, [name]] of WAYS.entries()) {
    const seconds = median(times[i]!);
    const share = median(times[i]!.map((time, round) => times[0]![round]! / time));
    console.log(
      row(
        String(size),
        name,
        Math.round(count / seconds).toLocaleString('en'),
        Math.round((count * size) / seconds / 1e6).toLocaleString('en'),
        i === 0 ? '' : `${(share * 100).toFixed(0)} %`,
      ),
    );
  }
}

/** @param bytes how much each way sends in a round, of large messages */
export async function benchLoopback(
  sizes: number[],
  rounds: number,
  bytes: number,
): Promise<void> {
  const child = fork(fileURLToPath(new URL('framing-receiver.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const [ports] = (await once(child, 'message')) as [Ports];
  console.log(row('payload B', 'way', 'messages/s', 'MB/s', 'of bare net'));
  console.log(row('--:', '---', '--:', '--:', '--:'));
  for (const size of sizes) await measure(ports, size, rounds, bytes);
  child.disconnect();
}
