/**
 * Three accounts of one conversation: what the recorder says, what the programs counted, and
 * what the kernel carried, seen by tshark. They have to agree on counts, bytes and order.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import { digest } from '../../../src/trace/recorder/digest.cjs';
import type { Counted } from '../../fixtures/trace/programs/counted.ts';
import { PROGRAMS, Recorded } from '../../integration/trace/recorded.ts';
import { Namespace, needCapture, type Packet } from '../../support/namespace.ts';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';

const programs = new Programs();
const recorded = new Recorded({ payload: 'hex' });
afterEach(async () => {
  await programs.stopAll();
  await recorded.end();
});

const PROGRAM = join(PROGRAMS, 'counted.ts');
const FIELDS = [
  'udp.srcport',
  'udp.dstport',
  'tcp.srcport',
  'tcp.seq', // of the first byte, counted from the SYN, which is 0
  'tcp.flags',
  'tcp.payload',
];
const [FIN, SYN] = [1, 2];

interface Segment {
  from: string;
  seq: number;
  flags: number;
  bytes: Buffer;
}

/** What the kernel carried. */
function carried(packets: readonly Packet[]): {
  datagrams: { from: string; bytes: Buffer }[];
  segments: Segment[];
} {
  const datagrams = packets
    .filter(({ values: [source] }) => source !== '')
    .map(({ payload, values: [from = ''] }) => ({ from, bytes: payload }));
  const segments = packets
    .filter(({ values: [source] }) => source === '')
    .map(({ values: [, , from = '', seq, flags, hex = ''] }) => ({
      from,
      seq: Number(seq),
      flags: Number(flags),
      bytes: Buffer.from(hex, 'hex'),
    }));
  return { datagrams, segments };
}

/** The bytes of one direction, each at its place, however often it went by. */
function streamOf(segments: readonly Segment[], from: string): Buffer {
  const own = segments.filter((one) => one.from === from && one.bytes.length > 0);
  const end = Math.max(...own.map(({ seq, bytes }) => seq - 1 + bytes.length));
  const stream = Buffer.alloc(end);
  for (const { seq, bytes } of own) bytes.copy(stream, seq - 1);
  return stream;
}

const tell = (bytes: Buffer): string =>
  `${bytes.length} ${bytes.subarray(0, 4).toString('hex')}`;
const sha256 = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('hex');

/** All datagrams in the order in which they were sent. */
function sendsOf({
  flows,
}: JoinedTrace): { bytes: number; hex: string; digest: string }[] {
  return flows
    .flatMap(({ datagrams }) => datagrams.map(({ send }) => send!))
    .sort((a, b) => a.t - b.t)
    .map(({ bytes, hex = '', digest: sum }) => ({ bytes, hex, digest: sum }));
}

it('the recorder, the programs and the kernel tell the same', async (context) => {
  needCapture(context);
  const network = await Namespace.open(programs);
  const capture = await network.capture(FIELDS);
  const start = (...args: string[]): Program =>
    network.start(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
      env: recorded.env(),
    });
  const server = start('server');
  await server.printed(/^\d+\n/);
  const port = server.stdout.trim();
  const client = start('client', port);
  expect(await client.ended()).toEqual(IN_PEACE);
  expect(await server.ended()).toEqual(IN_PEACE);
  const { datagrams, segments } = carried(await capture.end());
  const counts = [server, client].map(
    ({ stdout }) => JSON.parse(stdout.trim().split('\n').at(-1)!) as Counted,
  );
  const [served, called] = counts as [Counted, Counted];
  const joined = await recorded.join();
  expect(joined.problems).toEqual([]);

  // Datagrams: as many, of the same bytes, in the same order, there and back.
  const sends = sendsOf(joined);
  expect(sends).toHaveLength(50);
  expect(sends).toEqual(
    datagrams.map(({ bytes }) => ({
      bytes: bytes.length,
      hex: bytes.subarray(0, 64).toString('hex'),
      digest: digest(bytes),
    })),
  );
  const told = (there: boolean): string[] =>
    datagrams
      .filter(({ from }) => (from === port) === there)
      .map(({ bytes }) => tell(bytes));
  expect(told(false)).toEqual(called.datagrams.sent);
  expect(told(false)).toEqual(served.datagrams.received);
  expect(told(true)).toEqual(served.datagrams.sent);
  expect(told(true)).toEqual(called.datagrams.received);

  // Connections: one handshake, a FIN from each side.
  const connections = segments.filter(({ flags }) => (flags & (SYN | 16)) === SYN);
  expect(connections).toHaveLength(joined.connections.length);
  expect(connections).toHaveLength(1);
  const [{ directions }] = joined.connections as [JoinedTrace['connections'][number]];
  const closers = new Set(
    segments.filter(({ flags }) => flags & FIN).map(({ from }) => from),
  );
  expect(closers.size).toBe(directions.filter(({ shutdown }) => shutdown).length);

  // Bytes of the stream: every write and read at the place where the kernel had it.
  const callerPort = connections[0]!.from;
  for (const [direction, from, sender, receiver] of [
    [directions[0], callerPort, called, served],
    [directions[1], port, served, called],
  ] as const) {
    const stream = streamOf(segments, from);
    expect(stream.length).toBeGreaterThan(300_000);
    const [bytes, hash] = [stream.length, sha256(stream)];
    expect(sender.stream).toMatchObject({ sent: bytes, sentHash: hash });
    expect(receiver.stream).toMatchObject({ received: bytes, receivedHash: hash });
    const { writes, reads } = direction;
    for (const pieces of [writes, reads]) {
      let next = 0;
      for (const { offset, bytes: length, digest: sum } of pieces) {
        expect(offset).toBe(next);
        next += length;
        expect(sum).toBe(digest(stream.subarray(offset, next)));
      }
      expect(next).toBe(stream.length);
    }
  }
  expect(directions[0].writes.map(({ bytes }) => bytes)).toEqual([
    1, 1, 300, 4096, 70_000, 7, 200_000, 65_536, 2,
  ]);
});
