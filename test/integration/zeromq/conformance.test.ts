/**
 * What the specifications want of a socket whose peers do what no library would do: they write
 * bytes of their own making, never read, or leave in the middle. The native engine
 * must pass as well, where it is asked to (NATIVE_CONTRACT=1).
 *
 * docs/zeromq.md says where each rule of the specifications is tested.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket as Connection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type * as lab from '../../../src/zeromq/index.ts';
import {
  bound,
  ENGINES,
  LIMIT,
  link,
  OURS,
  pause,
  soon,
  type TypeName,
  until,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { command, greeting, message, RawPeer, ready } from '../../support/zmtp30.ts';

const open = useSockets();
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Connects, greets, and says that it is such a socket. */
async function peerOf(
  address: string,
  type: string,
  identity?: string,
): Promise<RawPeer> {
  const peer = await RawPeer.to(address);
  closing.push(() => peer.close());
  await peer.shakeHands(type, 1, identity);
  return peer;
}

const PING = command('PING', Buffer.from('\u0000\u0000'));
/** All that the peer has written so far has been read, and stands in the socket's queue. */
async function readUpTo(peer: RawPeer): Promise<void> {
  peer.write(PING);
  for (;;) {
    const { flags, body } = await peer.frame();
    if (flags === 4 && body.toString('latin1') === '\u0004PONG') return;
  }
}

/** So many of these fill every buffer between two processes on any system. */
const [BIG, MANY] = [64 * 1024, 400];

interface Sends {
  send(message: unknown): Promise<void>;
  sendTimeout: number;
}

/**
 * Sends until the socket says that it would have to wait, and says so again: on a busy machine
 * the time may be over while something is on its way. Returns how many it took.
 */
async function fill(socket: Sends, make: (i: number) => unknown): Promise<number> {
  socket.sendTimeout = 50;
  let atRefusal = -1;
  for (let i = 0; i < MANY;) {
    try {
      await socket.send(make(i));
      i += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
      if (i === atRefusal) return i;
      atRefusal = i;
    }
  }
  return MANY;
}

const big = (i: number): Buffer => {
  const bytes = Buffer.alloc(BIG);
  bytes.writeUInt32BE(i);
  return bytes;
};

describe.for(ENGINES)('%s', ([, engine]) => {
  it('delivers the whole of a message, or nothing of it', async () => {
    const pull = open(engine, 'Pull');
    const address = await bound(pull);
    const leaver = await peerOf(address, 'PUSH');
    leaver.write(message('first part', true), message('second part', true));
    await readUpTo(leaver);
    leaver.close();
    const other = await peerOf(address, 'PUSH');
    other.write(message('all', true), message('of it'), message('and another'));
    expect(words(await pull.receive())).toEqual(['all', 'of it']);
    expect(words(await pull.receive())).toEqual(['and another']);
    expect(pull.readable).toBe(false);
  });

  it('sends nothing twice: what was on its way to a peer that left is lost with it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const push = open(engine, 'Push', { reconnectInterval: 10 });
    let left = false;
    push.events.on('disconnect', () => (left = true));
    const comes = async (): Promise<RawPeer> => {
      const [socket] = (await once(server, 'connection')) as [Connection];
      const peer = new RawPeer(socket);
      closing.push(() => peer.close());
      await peer.shakeHands('PULL', 1);
      return peer;
    };
    const first = comes();
    push.connect(`tcp://127.0.0.1:${port}`);
    // Both in one write, which no kernel takes whole.
    await push.send('once');
    await push.send(Buffer.alloc(64 * 2 ** 20));
    const peer = await first;
    expect(String((await peer.frame()).body)).toBe('once');
    const second = comes();
    peer.close();
    await until(() => left, 'that it has left');
    const next = await second;
    await push.send('next');
    expect(String((await next.frame()).body)).toBe('next');
  });

  it('drops a peer that is silent for longer than its own PING allows', async () => {
    const pull = open(engine, 'Pull');
    const address = await bound(pull);
    const [mortal, patient] = [
      await peerOf(address, 'PUSH'),
      await peerOf(address, 'PUSH'),
    ];
    const [start, tenths] = [Date.now(), 2];
    mortal.write(command('PING', Buffer.from([0, tenths])));
    await mortal.frame(); // its PONG
    await mortal.dropped();
    expect(Date.now() - start).toBeGreaterThanOrEqual(tenths * 100 - 5);
    // Who has set no limit is still there.
    patient.write(message('still here'));
    expect(words(await pull.receive())).toEqual(['still here']);
    expect(patient.ended).toBe(false);
  });

  it.each<['Request' | 'Dealer' | 'Push' | 'Pair', TypeName]>([
    ['Request', 'Router'],
    ['Dealer', 'Dealer'],
    ['Push', 'Pull'],
    ['Pair', 'Pair'],
  ])('a %s waits while nobody is there, and discards nothing', async (type, partner) => {
    const socket = open(engine, type);
    const sending = socket.send('as soon as you can');
    const there = open(engine, partner);
    socket.connect(await bound(there));
    await soon(sending, 'that it is sent');
    const received = await (
      there as unknown as { receive(): Promise<Buffer[]> }
    ).receive();
    expect(words(received).at(-1)).toBe('as soon as you can');
  });

  it('a REQ takes the reply of the one it has asked, and of nobody else', async () => {
    const req = open(engine, 'Request');
    const address = await bound(req);
    const both = [await peerOf(address, 'REP'), await peerOf(address, 'REP')];
    const reply = (text: string): Buffer[] => [message('', true), message(text)];
    await req.send('a question');
    const asked = await Promise.race(
      both.map(async (peer) => {
        await peer.frame(); // the delimiter
        return peer;
      }),
    );
    expect(String((await asked.frame()).body)).toBe('a question');
    const other = both.find((peer) => peer !== asked)!;
    other.write(...reply('from somebody else'), PING);
    asked.write(PING, ...reply('to the question'));
    // The native engine's call gives up when what has come is nothing for it.
    let answer: Buffer[] | undefined;
    for (let tries = 0; answer === undefined && tries < 3; tries += 1) {
      answer = await req.receive().catch(() => undefined);
    }
    expect(words(answer!)).toEqual(['to the question']);
    // Nor does it come for the next question.
    await req.send('another question');
    await expect(Promise.race([req.receive(), pause(50)])).resolves.toBe(false);
  });

  it('a REQ forgets what has come before it asks', async () => {
    const req = open(engine, 'Request');
    const peer = await peerOf(await bound(req), 'REP');
    await req.send('one');
    peer.write(message('', true), message('the answer'));
    expect(words(await req.receive())).toEqual(['the answer']);
    peer.write(message('', true), message('a second thought'));
    await peer.frame();
    await peer.frame(); // the question
    await readUpTo(peer);
    await req.send('two');
    await expect(Promise.race([req.receive(), pause(50)])).resolves.toBe(false);
  });

  it.each<[TypeName, string, (text: string) => Buffer[]]>([
    ['Pull', 'PUSH', (text) => [message(text)]],
    ['Dealer', 'DEALER', (text) => [message(text)]],
    ['Router', 'DEALER', (text) => [message(text)]],
    ['Reply', 'DEALER', (text) => [message('', true), message(text)]],
    ['Subscriber', 'PUB', (text) => [message(text)]],
    ['XSubscriber', 'PUB', (text) => [message(text)]],
  ])('a %s hears in turn all who have something to say', async (type, theirs, wrap) => {
    const socket = open(engine, type) as unknown as {
      subscribe?(): void;
      send?(text: string): Promise<void>;
      receive(): Promise<Buffer[]>;
    };
    socket.subscribe?.();
    const address = await bound(socket as never);
    const [loud, quiet] = [await peerOf(address, theirs), await peerOf(address, theirs)];
    loud.write(...Array.from({ length: 50 }, () => wrap('loud')).flat());
    await readUpTo(loud);
    quiet.write(...wrap('quiet'), ...wrap('quiet'));
    await readUpTo(quiet);
    const heard: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      heard.push(words(await socket.receive()).at(-1)!);
      if (type === 'Reply') await socket.send!('answer');
    }
    expect(heard.filter((word) => word === 'quiet')).toHaveLength(2);
  });

  it('a REP drops the answer to one who does not read, and serves the next', async () => {
    const rep = open(engine, 'Reply', { sendHighWaterMark: 1, sendTimeout: 2000 });
    const address = await bound(rep);
    const deaf = await peerOf(address, 'DEALER');
    deaf.socket.pause();
    for (let i = 0; i < MANY; i += 1) deaf.write(message('', true), message('?'));
    for (let i = 0; i < MANY; i += 1) {
      await rep.receive();
      await rep.send(big(i));
    }
    if (engine === OURS) expect((rep as unknown as lab.Reply).dropped).toBeGreaterThan(0);
    const req = open(engine, 'Request');
    req.connect(address);
    await req.send('and me?');
    expect(words(await rep.receive())).toEqual(['and me?']);
    await rep.send('and you');
    expect(words(await req.receive())).toEqual(['and you']);
  });

  it('a REP passes over what is not a question', async () => {
    const rep = open(engine, 'Reply');
    const peer = await peerOf(await bound(rep), 'DEALER');
    peer.write(message('no', true), message('delimiter'));
    peer.write(message('an envelope', true), message(''));
    peer.write(message(''));
    peer.write(message('name', true), message('', true), message('a question'));
    expect(words(await rep.receive())).toEqual(['a question']);
    await rep.send('an answer');
    for (const part of ['name', '', 'an answer']) {
      expect(String((await peer.frame()).body)).toBe(part);
    }
  });

  it('a ROUTER drops what is for a peer that is full, or waits if it must deliver', async () => {
    const router = open(engine, 'Router', { sendHighWaterMark: 2, mandatory: true });
    const address = await bound(router);
    const deaf = await peerOf(address, 'DEALER', 'deaf');
    deaf.write(message('hello'));
    expect(words(await router.receive())).toEqual(['deaf', 'hello']);
    deaf.socket.pause();
    expect(await fill(router, (i) => ['deaf', big(i)])).toBeLessThan(MANY);
    router.mandatory = false;
    expect(await fill(router, (i) => ['deaf', big(i)])).toBe(MANY);
    // Nobody else is held up by it.
    const dealer = open(engine, 'Dealer', { routingId: 'ann' });
    dealer.connect(address);
    await dealer.send('hello');
    expect(words(await router.receive())).toEqual(['ann', 'hello']);
    await router.send(['ann', 'hello yourself']);
    expect(words(await dealer.receive())).toEqual(['hello yourself']);
  });

  it.each<['Push' | 'Dealer', string, 'Pull' | 'Dealer']>([
    ['Push', 'PULL', 'Pull'],
    ['Dealer', 'DEALER', 'Dealer'],
  ])('a %s passes over peers that are full', async (type, raw, partner) => {
    const socket = open(engine, type, { sendHighWaterMark: 2 });
    const address = await bound(socket);
    const deaf = await peerOf(address, raw);
    deaf.socket.pause();
    expect(await fill(socket, big)).toBeLessThan(MANY);
    const other = open(engine, partner);
    other.connect(address);
    socket.sendTimeout = LIMIT;
    for (let i = 0; i < 20; i += 1) await socket.send(String(i));
    for (let i = 0; i < 20; i += 1)
      expect(words(await other.receive())).toEqual([`${i}`]);
  });

  it('a PAIR waits while its peer is full, and discards nothing', async () => {
    const [ann, bob] = [
      open(engine, 'Pair', { sendHighWaterMark: 2 }),
      open(engine, 'Pair', { receiveHighWaterMark: 2 }),
    ];
    await link(ann, bob);
    const sent = await fill(ann, big);
    expect(sent).toBeLessThan(MANY);
    for (let i = 0; i < sent; i += 1) {
      expect((await bob.receive())[0]!.readUInt32BE()).toBe(i);
    }
    ann.sendTimeout = LIMIT;
    await ann.send('go on');
    expect(words(await bob.receive())).toEqual(['go on']);
  });

  it('what waits for a peer that had come by itself goes when it leaves', async () => {
    const push = open(engine, 'Push');
    const address = await bound(push);
    const deaf = await peerOf(address, 'PULL');
    deaf.socket.pause();
    for (let i = 0; i < MANY; i += 1) await push.send(big(i));
    deaf.close();
    let gone = false;
    push.events.on('disconnect', () => (gone = true));
    const pull = open(engine, 'Pull');
    await until(() => gone || !push.writable, 'that it has left');
    pull.connect(address);
    await push.send('for you');
    expect(words(await pull.receive())).toEqual(['for you']);
  });

  it('an XSUB speaks to all its publishers', async () => {
    const xsub = open(engine, 'XSubscriber');
    const both = [open(engine, 'XPublisher'), open(engine, 'XPublisher')];
    for (const xpub of both) await link(xpub, xsub);
    await xsub.send('\u0001a');
    for (const xpub of both) expect(words(await xpub.receive())).toEqual(['\u0001a']);
    for (const said of ['\u0001b', '\u0000b', 'to all']) {
      await xsub.send(said);
      for (const xpub of both) expect(words(await xpub.receive())).toEqual([said]);
    }
  });

  it('a PUB that must not drop says that it cannot send', async () => {
    const pub = open(engine, 'Publisher', { noDrop: true, sendHighWaterMark: 2 });
    const peer = await peerOf(await bound(pub), 'SUB');
    peer.write(command('SUBSCRIBE'));
    await readUpTo(peer);
    peer.socket.pause();
    const sent = await fill(pub, big);
    expect(sent).toBeLessThan(MANY);
    peer.socket.resume();
    for (let i = 0; i < sent; i += 1) {
      expect((await peer.take(9 + BIG)).readUInt32BE(9)).toBe(i);
    }
    await pub.send('last');
    expect((await peer.frame()).body).toEqual(Buffer.from('last'));
  });

  const long = 'x'.repeat(300);
  it.for<[name: string, said: Buffer[], again: boolean]>([
    ['wants another mechanism', [greeting(1, { mechanism: 'PLAIN' })], false],
    ['is of a type that does not fit', [greeting(1), ready('SUB')], false],
    [
      'says READY in a broken way',
      [greeting(1), command('READY', Buffer.from([200]))],
      false,
    ],
    ['sends a message too early', [greeting(1), message('too early')], false],
    ['says ERROR', [greeting(1), command('ERROR', Buffer.from('\u0003400'))], false],
    [
      'sends flags that there are not',
      [greeting(1), ready('PUSH'), Buffer.of(0xf8, 1, 0)],
      false,
    ],
    [
      'sends more than is allowed',
      [greeting(1), ready('PUSH'), Buffer.from(`\u0002\0\0\0\0\0\0\u0001\u002c${long}`)],
      false,
    ],
    ['greets, and hangs up', [greeting(1)], true],
    ['hangs up', [], true],
  ])('is a peer called again that %s?', async ([name, said, again], context) => {
    if (name === 'says ERROR' && engine !== OURS) {
      context.skip('libzmq 4.3.5 calls again after ERROR; 4.3.4 does not, as we');
    }
    const server = createServer().listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    let calls = 0;
    server.on('connection', (peer: Connection) => {
      calls += 1;
      closing.push(() => peer.destroy());
      peer.on('error', () => {});
      peer.write(Buffer.concat(said));
      if (again) peer.end();
    });
    const { port } = server.address() as AddressInfo;
    const pull = open(engine, 'Pull', {
      reconnectInterval: 10,
      maxMessageSize: 100,
      receiveTimeout: again ? LIMIT : 150,
    });
    let [left, retried] = [false, false];
    pull.events.on('disconnect', () => (left = true));
    pull.events.on('connect:retry', () => (retried = true));
    pull.connect(`tcp://127.0.0.1:${port}`);
    await until(() => left, 'that it has parted');
    if (again) {
      await expect.poll(() => calls, { timeout: LIMIT }).toBeGreaterThan(1);
    } else {
      // Long enough for many calls; nothing comes, and the native engine works in this one.
      await expect(pull.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
      expect([calls, retried]).toEqual([1, false]);
    }
  });
});

describe('ours', () => {
  it('talks to a peer of a later version', async () => {
    const pull = open(OURS, 'Pull');
    const peer = await RawPeer.to(await bound(pull));
    closing.push(() => peer.close());
    peer.write(greeting(7, { major: 4 }), ready('PUSH'), message('from the future'));
    expect(words(await pull.receive())).toEqual(['from the future']);
  });

  // libzmq hangs up on such a one.
  it('drops a reply without a delimiter', async () => {
    const req = open(OURS, 'Request');
    const peer = await peerOf(await bound(req), 'REP');
    await req.send('a question');
    peer.write(message('no', true), message('delimiter'), message('alone'));
    peer.write(message('', true), message('an answer'));
    expect(words(await req.receive())).toEqual(['an answer']);
  });

  it.each([
    ['of more than 255 bytes', 'x'.repeat(256)],
    ['that begins with 0', '\u0000x'],
  ])('refuses an identity %s', async (_name, identity) => {
    const router = open(OURS, 'Router');
    const told: unknown[] = [];
    router.events.on('handshake:error:protocol', ({ error }) => told.push(error));
    const peer = await RawPeer.to(await bound(router));
    closing.push(() => peer.close());
    const said = ready('DEALER', identity);
    // 256 bytes need a long frame, which a command may have as well.
    const body = identity.length > 255 ? longReady(identity) : said;
    peer.write(greeting(1), body);
    await peer.dropped();
    const hint = expect.stringContaining(
      'an identity that has more than 255 bytes',
    ) as string;
    expect(told).toMatchObject([{ code: 'ERR_ZMTP_INVALID_METADATA', hint }]);
  });
});

function longReady(identity: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(identity.length);
  const body = Buffer.concat([
    Buffer.from('\u0005READY\u000bSocket-Type\0\0\0\u0006DEALER\u0008Identity'),
    size,
    Buffer.from(identity),
  ]);
  const header = Buffer.alloc(9);
  header[0] = 6; // a command, and long
  header.writeUInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}
