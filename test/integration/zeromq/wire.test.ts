/** What our sockets put on the wire, byte for byte, and peers of ZMTP 3.0. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  anyAddress,
  bound,
  ENGINES,
  link,
  type TypeName,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { command, message, RawPeer } from '../../support/zmtp30.ts';

const open = useSockets();
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function peerOf(address: string): Promise<RawPeer> {
  const peer = await RawPeer.to(address);
  closing.push(() => peer.close());
  return peer;
}

/** Over ipc too, where peers without an engine know the path: on Windows it is another. */
const WIRES =
  process.platform === 'win32' ? (['tcp'] as const) : (['tcp', 'ipc'] as const);

/** A peer that is bound: the first who connects to it. */
async function listening(
  transport: (typeof WIRES)[number] = 'tcp',
): Promise<{ address: string; peer: Promise<RawPeer> }> {
  const server: Server = createServer();
  const path = anyAddress('ipc');
  if (transport === 'tcp') server.listen(0, '127.0.0.1');
  else server.listen(path.slice('ipc://'.length));
  await once(server, 'listening');
  const address =
    transport === 'ipc'
      ? path
      : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer = once(server, 'connection').then(([socket]) => {
    server.close();
    const raw = new RawPeer(socket as Socket);
    closing.push(() => raw.close());
    return raw;
  });
  closing.push(() => server.close());
  return { address, peer };
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

describe.for(ENGINES)('%s', ([, engine]) => {
  it('greets and says READY as libzmq does', async () => {
    const dealer = open(engine, 'Dealer', { routingId: 'ann' });
    const peer = await peerOf(await bound(dealer));
    const [greeted, said] = await peer.shakeHands('ROUTER', 1);
    expect(greeted![0]).toBe(0xff);
    expect(hex(greeted!.subarray(9))).toBe(
      `7f0301${hex(Buffer.from('NULL'))}${'00'.repeat(48)}`,
    );
    expect(said!.toString('latin1')).toBe(
      '\u0005READY\u000bSocket-Type\u0000\u0000\u0000\u0006DEALER' +
        '\u0008Identity\u0000\u0000\u0000\u0003ann',
    );
  });

  it.each(WIRES)(
    'subscribes with commands at a 3.1 peer, with messages at a 3.0 peer, over %s',
    async (wire) => {
      for (const minor of [1, 0]) {
        const { address, peer } = await listening(wire);
        const sub = open(engine, 'Subscriber');
        sub.subscribe('abc');
        sub.connect(address);
        const publisher = await peer;
        await publisher.shakeHands('PUB', minor);
        const subscribed = await publisher.frame();
        const asCommand = { flags: 4, body: Buffer.from('\u0009SUBSCRIBEabc') };
        const asMessage = { flags: 0, body: Buffer.from('\u0001abc') };
        expect(subscribed).toEqual(minor === 1 ? asCommand : asMessage);
        // Whatever a publisher sends, a SUB looks at it, too.
        publisher.write(message('xyz'), message('abcd'));
        expect(words(await sub.receive())).toEqual(['abcd']);
        // Counted here: the second is told, and of two ends only the last.
        sub.subscribe('abc');
        expect(await publisher.frame()).toEqual(subscribed);
        sub.unsubscribe('abc', 'abc');
        sub.subscribe('end');
        const ended = await publisher.frame();
        expect(ended).toEqual(
          minor === 1
            ? { flags: 4, body: Buffer.from('\u0006CANCELabc') }
            : { flags: 0, body: Buffer.from('\u0000abc') },
        );
        expect((await publisher.frame()).body.toString()).toMatch(/end$/);
      }
    },
  );

  it.each(WIRES)('understands subscriptions of both kinds, over %s', async (wire) => {
    const xpub = open(engine, 'XPublisher');
    const address = await bound(xpub, wire);
    for (const minor of [0, 1]) {
      const peer = await peerOf(address);
      await peer.shakeHands('SUB', minor);
      if (minor === 0) peer.write(message('\u0001old'));
      else peer.write(command('SUBSCRIBE', Buffer.from('new')));
      const topic = minor === 0 ? 'old' : 'new';
      expect(words(await xpub.receive())).toEqual([`\u0001${topic}`]);
      await xpub.send('neither');
      await xpub.send(`${topic}s`);
      expect(await peer.frame()).toEqual({ flags: 0, body: Buffer.from(`${topic}s`) });
      if (minor === 0) peer.write(message('\u0000old'));
      else peer.write(command('CANCEL', Buffer.from('new')));
      expect(words(await xpub.receive())).toEqual([`\u0000${topic}`]);
      peer.close();
    }
  });

  /** What a 3.0 peer of the type says first, what is heard of it, what is answered. */
  it.each<[TypeName, string, Buffer[], string[], string[], string[]]>([
    ['Request', 'REP', [], [], ['q'], ['', 'q']],
    ['Reply', 'REQ', [message('', true), message('q')], ['q'], ['a'], ['', 'a']],
    ['Dealer', 'ROUTER', [message('1')], ['1'], ['2', ''], ['2', '']],
    ['Router', 'DEALER', [message('1')], ['peer', '1'], ['peer', '2'], ['2']],
    ['Push', 'PULL', [], [], ['x', 'y'], ['x', 'y']],
    ['Pull', 'PUSH', [message('x', true), message('y')], ['x', 'y'], [], []],
    ['Pair', 'PAIR', [message('1')], ['1'], ['2'], ['2']],
  ])(
    '%s with a %s of ZMTP 3.0, both ways, over tcp and ipc',
    async (type, theirs, says, heard, answer, got) => {
      const ways = WIRES.flatMap((wire) => [
        ['bound', wire] as const,
        ['connected', wire] as const,
      ]);
      for (const [way, wire] of ways) {
        const socket = open(engine, type) as unknown as {
          connect(address: string): void;
          send(parts: string[]): Promise<void>;
          receive(): Promise<Buffer[]>;
        };
        let peer: RawPeer;
        if (way === 'bound') {
          peer = await peerOf(await bound(socket as never, wire));
        } else {
          const waiting = await listening(wire);
          socket.connect(waiting.address);
          peer = await waiting.peer;
        }
        await peer.shakeHands(theirs, 0, theirs === 'DEALER' ? 'peer' : undefined);
        peer.write(...says);
        if (heard.length > 0) expect(words(await socket.receive())).toEqual(heard);
        if (answer.length > 0) await socket.send(answer);
        for (const [i, part] of got.entries()) {
          const flags = i < got.length - 1 ? 1 : 0;
          expect(await peer.frame()).toEqual({ flags, body: Buffer.from(part) });
        }
      }
    },
  );

  it('answers a PING with its context, also in the middle of a message', async () => {
    const pull = open(engine, 'Pull');
    const peer = await peerOf(await bound(pull));
    await peer.shakeHands('PUSH', 1);
    const ping = command('PING', Buffer.from('\u0000\u0000context'));
    peer.write(ping);
    expect(await peer.frame()).toEqual({
      flags: 4,
      body: Buffer.from('\u0004PONGcontext'),
    });
    peer.write(message('first', true), message('second'));
    expect(words(await pull.receive())).toEqual(['first', 'second']);
  });

  it('sends heartbeats, and gives a silent peer up', async () => {
    const pull = open(engine, 'Pull', {
      heartbeatInterval: 30,
      heartbeatTimeout: 60,
      heartbeatTimeToLive: 1000,
    });
    const peer = await peerOf(await bound(pull));
    await peer.shakeHands('PUSH', 1);
    const { flags, body } = await peer.frame();
    expect([flags, body.toString('latin1')]).toEqual([4, '\u0004PING\u0000\u000a']);
    await peer.dropped();
    expect(peer.ended).toBe(true);
  });

  it('waits for what comes byte by byte', async () => {
    const [pull, push] = [open(engine, 'Pull'), open(engine, 'Push')];
    const address = await link(pull, push);
    const peer = await peerOf(address);
    const shaken = peer.shakeHands('PUSH', 1);
    await shaken;
    for (const byte of Buffer.concat([message('slow', true), message('but whole')])) {
      peer.write(Buffer.from([byte]));
    }
    expect(words(await pull.receive())).toEqual(['slow', 'but whole']);
  });
});
