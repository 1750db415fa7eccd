/** Peers that break the rules are dropped, with an event, and nobody else notices. */
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { peakMemory } from '../../support/memory.ts';
import {
  link,
  OURS,
  pause,
  until,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { command, greeting, message, RawPeer, ready } from '../../support/zmtp30.ts';

const open = useSockets();
const peers: RawPeer[] = [];
afterEach(() => peers.splice(0).forEach((peer) => peer.close()));

const NINE = (flags: number, size: bigint): Buffer => {
  const header = Buffer.alloc(9);
  header[0] = flags;
  header.writeBigUInt64BE(size, 1);
  return header;
};
/** A frame with a size of eight bytes. */
const long = (flags: number, body: Buffer): Buffer =>
  Buffer.concat([NINE(flags | 2, BigInt(body.length)), body]);
const hello = [greeting(1), ready('PUSH')];

/** What each sends, and whether its handshake had been done before. */
const ATTACKS: [name: string, bytes: Buffer[], options?: object][] = [
  ['an HTTP request', [Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')]],
  ['a greeting with a wrong signature', [Buffer.alloc(64, 0x55)]],
  ['a greeting of ZMTP 2', [greeting(0, { major: 2 })]],
  ['a mechanism that nobody knows', [greeting(1, { mechanism: 'MAGIC' })]],
  ['a greeting and then a message', [greeting(1), message('too early')]],
  ['READY with a type that does not fit', [greeting(1), ready('SUB')]],
  ['READY without a type', [greeting(1), command('READY')]],
  [
    'READY with a value longer than the command',
    [
      greeting(1),
      command('READY', Buffer.from('\u000bSocket-Type\u007f\u0000\u0000\u0004')),
    ],
  ],
  ['READY twice', [...hello, ready('PUSH')]],
  ['a WELCOME that nobody waits for', [greeting(1), command('WELCOME')]],
  ['ERROR in place of READY', [greeting(1), command('ERROR', Buffer.from('\u0002no'))]],
  ['reserved flags', [...hello, Buffer.from([0xf8, 1, 0])]],
  ['a command that has more to come', [...hello, Buffer.from([5, 1, 0])]],
  ['a length of 2⁶³', [...hello, NINE(2, 2n ** 63n)]],
  ['a length with all bits set', [...hello, NINE(2, 2n ** 64n - 1n)]],
  [
    'a message longer than is allowed',
    [...hello, NINE(2, 1_000_001n)],
    { maxMessageSize: 1_000_000 },
  ],
  [
    'a message whose parts together are longer than is allowed',
    [...hello, message('12345', true), message('67890')],
    { maxMessageSize: 9 },
  ],
  [
    'half a greeting, and silence',
    [greeting(1).subarray(0, 32)],
    { handshakeInterval: 60 },
  ],
  ['a greeting, and silence', [greeting(1)], { handshakeInterval: 60 }],
  ['nothing at all', [], { handshakeInterval: 60 }],
];

it.each(ATTACKS)('%s', async (_name, bytes, options) => {
  const pull = open(OURS, 'Pull', options);
  const push = open(OURS, 'Push');
  const told: string[] = [];
  for (const type of [
    'handshake:error:protocol',
    'handshake:error:other',
    'disconnect',
  ] as const) {
    pull.events.on(type, () => told.push(type));
  }
  const address = await link(pull, push);
  await push.send('before');
  expect(words(await pull.receive())).toEqual(['before']);

  const peer = await RawPeer.to(address);
  peers.push(peer);
  peer.write(...bytes);
  await peer.dropped();
  await until(() => told.length > 0, 'an event');
  expect(told[0]).toMatch(/^(handshake:error:(protocol|other)|disconnect)$/);

  await push.send('after');
  expect(words(await pull.receive())).toEqual(['after']);
});

it.each([
  ['more topics than can be meant', 100_001, 8],
  ['longer topics than can be meant', 300, 60_000],
])(
  'a subscriber to %s is dropped, and the others are served',
  async (_name, count, size) => {
    const pub = open(OURS, 'Publisher');
    const sub = open(OURS, 'Subscriber');
    sub.subscribe('news');
    const address = await link(pub, sub);
    await untilHeard(pub, sub, 'news');
    const told: unknown[] = [];
    pub.events.on('disconnect', (event) => told.push(event));
    const peer = await RawPeer.to(address);
    peers.push(peer);
    await peer.shakeHands('SUB', 1);
    const topics = Array.from({ length: count }, (_, i) => {
      const topic = String(i).padStart(size);
      return long(4, Buffer.from(`\u0009SUBSCRIBE${topic}`));
    });
    // One less is no reason.
    peer.write(...topics.slice(0, size > 8 ? 270 : -1));
    peer.write(command('PING', Buffer.from('\0\0')));
    expect((await peer.frame()).body.toString('latin1')).toBe('\u0004PONG');
    peer.write(...topics.slice(size > 8 ? 270 : -1));
    await peer.dropped();
    await until(() => told.length > 0, 'an event');
    const why = expect.stringContaining('subscribed to more than') as string;
    expect(told).toMatchObject([{ error: { code: 'ERR_ZMTP_COMMAND', message: why } }]);
    await pub.send('news');
    expect(words(await sub.receive())).toEqual(['news']);
  },
);

it('a subscriber that says more than the program reads is read no further', async () => {
  const xpub = open(OURS, 'XPublisher', { receiveHighWaterMark: 10 });
  const peer = await RawPeer.to(await link(xpub, open(OURS, 'Subscriber')));
  peers.push(peer);
  await peer.shakeHands('SUB', 1);
  const topics = Array.from({ length: 100 }, (_, i) => String(i));
  const ping = command('PING', Buffer.from('\0\0'));
  peer.write(...topics.map((topic) => command('SUBSCRIBE', Buffer.from(topic))), ping);
  const pong = peer.frame();
  await expect(Promise.race([pong, pause(50)])).resolves.toBe(false);
  for (const topic of topics) {
    expect(words(await xpub.receive())).toEqual([`\u0001${topic}`]);
  }
  expect((await pong).body.toString('latin1')).toBe('\u0004PONG');
});

it('a giant length is not believed: no memory is set aside for it', async () => {
  const pull = open(OURS, 'Pull');
  const push = open(OURS, 'Push');
  const address = await link(pull, push);
  const before = peakMemory(process.pid);
  for (let i = 0; i < 20; i += 1) {
    const peer = await RawPeer.to(address);
    peers.push(peer);
    await peer.shakeHands('PUSH', 1);
    peer.write(NINE(2, 2n ** 30n), Buffer.alloc(1000));
  }
  await push.send('still here');
  expect(words(await pull.receive())).toEqual(['still here']);
  expect(peakMemory(process.pid) - before).toBeLessThan(200e6);
});

it('a reader of a server that says nonsense tries again later, and does not spin', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  try {
    await until(() => server.listening, 'listening');
    const { port } = server.address() as { port: number };
    const push = open(OURS, 'Push', { reconnectInterval: 50 });
    push.connect(`tcp://127.0.0.1:${port}`);
    await until(() => connections >= 2, 'a second attempt');
    await pause(150);
    expect(connections).toBeLessThan(10);
  } finally {
    server.close();
  }
});

it('a crowd of strangers keeps nobody from being served', async () => {
  const [rep, req] = [open(OURS, 'Reply'), open(OURS, 'Request')];
  const address = await link(rep, req);
  const crowd = await Promise.all(Array.from({ length: 100 }, () => RawPeer.to(address)));
  peers.push(...crowd);
  for (const [i, peer] of crowd.entries()) {
    peer.write(Buffer.from([...Buffer.from('\u00ff\u0000GET POST')].map((b) => b ^ i)));
  }
  for (let i = 0; i < 20; i += 1) {
    await req.send(String(i));
    expect(words(await rep.receive())).toEqual([String(i)]);
    await rep.send('served');
    expect(words(await req.receive())).toEqual(['served']);
  }
});
