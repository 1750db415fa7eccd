/** All types of sockets, over real connections inside this process. */
import * as net from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { socketFolder } from '../../../../src/common/index.ts';
import * as zmq from '../../../../src/zeromq/index.ts';
import { Monitor } from '../../../../src/zeromq/socket/monitor.ts';
import * as zmtp from '../../../../src/zeromq/zmtp/index.ts';
import { needIPv6 } from '../../../support/peers.ts';
import { addressToKeep } from '../../../support/zeromq-addresses.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
function use<T extends zmq.Socket>(socket: T): T {
  socket.linger = 0;
  open.push(socket);
  return socket;
}
const words = async (socket: { receive(): Promise<Buffer[]> }): Promise<string> =>
  (await socket.receive()).map(String).join('|');
/** What is there within a short time, or the error's code. */
async function soon(socket: zmq.Readable, timeout = 150): Promise<string> {
  socket.receiveTimeout = timeout;
  try {
    return await words(socket);
  } catch (error) {
    return (error as { code: string }).code;
  }
}
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  );
/** The next event of that type; others pass. */
async function event<E extends zmq.EventType>(
  socket: zmq.Socket,
  type: E,
): Promise<zmq.EventOfType<E>> {
  for (;;) {
    const next = await socket.events.receive();
    if (next.type === type) return next as zmq.EventOfType<E>;
  }
}
const path = (): string =>
  `ipc://${join(socketFolder(), `zmq-test-${process.pid}-${open.length}`)}`;

let name = 0;
const ADDRESSES = {
  tcp: () => 'tcp://127.0.0.1:*',
  'tcp, IPv6': () => 'tcp://[::1]:*',
  ipc: path,
  inproc: () => `inproc://test-${(name += 1)}`,
};
const transports = Object.entries(ADDRESSES).filter(
  ([transport]) => !(transport === 'ipc' && process.platform === 'win32'),
);

describe.each(transports)('over %s', (transport, address) => {
  beforeEach((context) => {
    if (transport === 'tcp, IPv6') needIPv6(context);
  });

  it('PUSH and PULL carry messages of every size, whole and in order', async () => {
    const [push, pull] = [use(new zmq.Push()), use(new zmq.Pull())];
    await pull.bind(address());
    push.connect(pull.lastEndpoint!);
    const sizes = [0, 1, 255, 256, 16_384, 16_385, 65_536, 3_000_000];
    const sending = (async () => {
      for (const size of sizes)
        await push.send([`${size}`, Buffer.alloc(size, size % 251)]);
    })();
    for (const size of sizes) {
      const [head, body] = await pull.receive();
      expect([String(head), body!.equals(Buffer.alloc(size, size % 251))]).toEqual([
        `${size}`,
        true,
      ]);
    }
    await sending;
  });

  it('REQ and REP take turns', async () => {
    const [req, rep] = [use(new zmq.Request()), use(new zmq.Reply())];
    await rep.bind(address());
    req.connect(rep.lastEndpoint!);
    expect(await soon(req, 0)).toBe('EFSM');
    req.receiveTimeout = -1;
    expect(await code(rep.send('too early'))).toBe('EFSM');
    for (const question of ['one', 'two']) {
      await req.send(question);
      expect(await code(req.send('again'))).toBe('EFSM');
      expect(await words(rep)).toBe(question);
      expect(await soon(rep, 0)).toBe('EFSM');
      rep.receiveTimeout = -1;
      await rep.send([question, 'answered']);
      expect(await words(req)).toBe(`${question}|answered`);
    }
  });

  it('PUB sends what was subscribed to, and XPUB shows it', async () => {
    const [xpub, sub] = [use(new zmq.XPublisher()), use(new zmq.Subscriber())];
    await xpub.bind(address());
    sub.connect(xpub.lastEndpoint!);
    sub.subscribe('a', 'a', 'bc');
    expect([await words(xpub), await words(xpub)].sort()).toEqual([
      '\u0001a',
      '\u0001bc',
    ]);
    for (const text of ['a1', 'b1', 'bc1']) await xpub.send(text);
    expect([await words(sub), await words(sub)]).toEqual(['a1', 'bc1']);
    sub.unsubscribe('a');
    await xpub.send('a2');
    expect(await words(sub)).toBe('a2'); // counted: one of two is left
    sub.unsubscribe('a');
    expect(await words(xpub)).toBe('\u0000a');
    sub.close();
    expect(await words(xpub)).toBe('\u0000bc'); // made up: the peer left without a word
  });

  it('ROUTER knows its peers by name', async () => {
    const router = use(new zmq.Router({ mandatory: true }));
    const [named, nameless] = [
      use(new zmq.Dealer({ routingId: 'ann' })),
      use(new zmq.Dealer()),
    ];
    await router.bind(address());
    for (const dealer of [named, nameless]) dealer.connect(router.lastEndpoint!);
    await named.send('hello');
    expect(await words(router)).toBe('ann|hello');
    await nameless.send('hi');
    const [id, text] = await router.receive();
    expect([id!.length, id![0], String(text)]).toEqual([5, 0, 'hi']);
    await router.send([id!, 'you']);
    expect(await words(nameless)).toBe('you');
    expect(await code(router.send(['nobody', 'x']))).toBe('EHOSTUNREACH');
  });

  it('PAIR has one peer', async () => {
    const [a, b, c] = [use(new zmq.Pair()), use(new zmq.Pair()), use(new zmq.Pair())];
    await a.bind(address());
    b.connect(a.lastEndpoint!);
    await b.send('from b');
    expect(await words(a)).toBe('from b');
    c.connect(a.lastEndpoint!);
    c.sendTimeout = 50;
    await code(c.send('from c')); // taken by no one, or by the queue of its connect()
    expect(await soon(a)).toBe('EAGAIN');
    await a.send('to b');
    expect(await words(b)).toBe('to b');
  });

  it('connect may come before bind', async () => {
    const [push, pull] = [
      use(new zmq.Push({ reconnectInterval: 20 })),
      use(new zmq.Pull()),
    ];
    const where = await addressToKeep('tcp');
    push.connect(where);
    await push.send('early');
    await pull.bind(where);
    expect(await words(pull)).toBe('early');
  });
});

describe('queues', () => {
  it('PUSH waits at its high-water mark, one call at a time, and drops nothing', async () => {
    const push = use(new zmq.Push({ sendHighWaterMark: 5, sendTimeout: 40 }));
    push.connect('tcp://127.0.0.1:9');
    for (let i = 0; i < 5; i += 1) await push.send(`${i}`);
    expect(push.writable).toBe(false);
    const waiting = push.send('one too many');
    expect(await code((async () => push.send('two'))())).toBe('EBUSY');
    expect(await code(waiting)).toBe('EAGAIN');
    expect(push.dropped).toBe(0);
  });

  it('PUB drops at its high-water mark, and counts', async () => {
    const pub = use(new zmq.Publisher({ sendHighWaterMark: 10 }));
    const sub = use(new zmq.XSubscriber({ receiveHighWaterMark: 10 }));
    await pub.bind('tcp://127.0.0.1:*');
    sub.connect(pub.lastEndpoint!);
    await sub.send(Buffer.from([1]));
    const big = Buffer.alloc(100_000);
    // Nobody receives: sooner or later the kernel has no more room.
    for (let i = 0; i < 1000 && pub.dropped === 0; i += 1) {
      await pub.send(big);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(pub.dropped).toBeGreaterThan(0);
  });

  it('a PULL that does not read stops its peer', async () => {
    const pull = use(new zmq.Pull({ receiveHighWaterMark: 10 }));
    const push = use(new zmq.Push({ sendHighWaterMark: 10, sendTimeout: 100 }));
    await pull.bind('tcp://127.0.0.1:*');
    push.connect(pull.lastEndpoint!);
    let sent = 0;
    const body = Buffer.alloc(200_000);
    while ((await code(push.send([`${sent}`, body]))) === 'fine') sent += 1;
    expect(sent).toBeLessThan(1000);
    for (let i = 0; i < sent; i += 1)
      expect(String((await pull.receive())[0])).toBe(`${i}`);
    expect(await soon(pull)).toBe('EAGAIN');
  });

  it('what was sent arrives though the sender closes while the receiver is full', async () => {
    const pull = use(new zmq.Pull({ receiveHighWaterMark: 3 }));
    await pull.bind('tcp://127.0.0.1:*');
    const push = new zmq.Push();
    push.connect(pull.lastEndpoint!);
    for (let i = 0; i < 500; i += 1) await push.send(`${i}`);
    push.close();
    for (let i = 0; i < 500; i += 1) expect(await words(pull)).toBe(`${i}`);
  });

  it('a queue outlives its connection', async () => {
    const push = use(new zmq.Push({ reconnectInterval: 10 }));
    const first = new zmq.Pull({ linger: 0 });
    const where = await addressToKeep('tcp');
    await first.bind(where);
    push.connect(where);
    await push.send('one');
    expect(await words(first)).toBe('one');
    first.close();
    await event(push, 'disconnect');
    await push.send('two');
    const second = use(new zmq.Pull());
    await second.bind(where);
    expect(await words(second)).toBe('two');
  });

  it('with conflate only the last message stays', async () => {
    const [push, pull] = [use(new zmq.Push()), use(new zmq.Pull({ conflate: true }))];
    await pull.bind('tcp://127.0.0.1:*');
    push.connect(pull.lastEndpoint!);
    for (let i = 0; i < 20; i += 1) await push.send(`${i}`);
    await expect.poll(() => pull.readable).toBe(true);
    expect(await words(pull)).toBe('19');
  });

  it('with immediate nothing is queued for a peer that is not there', async () => {
    const push = use(new zmq.Push({ immediate: true, sendTimeout: 20 }));
    push.connect('tcp://127.0.0.1:9');
    expect(await code(push.send('x'))).toBe('EAGAIN');
  });

  it('each peer has its turn, in both directions', async () => {
    const push = use(new zmq.Push());
    const pulls = [use(new zmq.Pull()), use(new zmq.Pull())];
    for (const pull of pulls) {
      await pull.bind('tcp://127.0.0.1:*');
      push.connect(pull.lastEndpoint!);
    }
    for (let i = 0; i < 6; i += 1) await push.send(`${i}`);
    for (const [at, pull] of pulls.entries()) {
      const got = [await words(pull), await words(pull), await words(pull)];
      expect(got).toEqual([0, 2, 4].map((i) => `${i + at}`));
    }
  });
});

describe('requests', () => {
  it('are matched by number with correlate, and may be given up with relaxed', async () => {
    const req = use(new zmq.Request({ correlate: true, relaxed: true }));
    const rep = use(new zmq.Reply());
    await rep.bind('tcp://127.0.0.1:*');
    req.connect(rep.lastEndpoint!);
    await req.send('first');
    await req.send('second');
    for (let i = 0; i < 2; i += 1) {
      const [question] = await rep.receive();
      await rep.send(`to ${String(question)}`);
    }
    expect(await words(req)).toBe('to second');
  });

  it('keep their envelope through a ROUTER and a DEALER, and a proxy', async () => {
    const proxy = new zmq.Proxy(use(new zmq.Router()), use(new zmq.Dealer()));
    await proxy.frontEnd.bind('tcp://127.0.0.1:*');
    await proxy.backEnd.bind('tcp://127.0.0.1:*');
    const [req, rep] = [use(new zmq.Request()), use(new zmq.Reply())];
    req.connect(proxy.frontEnd.lastEndpoint!);
    rep.connect(proxy.backEnd.lastEndpoint!);
    const running = proxy.run();
    await req.send('through');
    expect(await words(rep)).toBe('through');
    await rep.send('and back');
    expect(await words(req)).toBe('and back');
    proxy.terminate();
    await running;
    expect([proxy.frontEnd.closed, proxy.backEnd.closed]).toEqual([true, true]);
  });

  it('two peers of one name: the second is a stranger, or with handover the heir', async () => {
    for (const handover of [false, true]) {
      const router = use(new zmq.Router({ handover }));
      await router.bind('tcp://127.0.0.1:*');
      const both = [0, 1].map(() => use(new zmq.Dealer({ routingId: 'same' })));
      const heard: string[] = [];
      for (const [i, dealer] of both.entries()) {
        dealer.connect(router.lastEndpoint!);
        await dealer.send(`${i}`);
        heard.push(await soon(router));
      }
      expect(heard).toEqual(['same|0', handover ? 'same|1' : 'EAGAIN']);
    }
  });
});

describe('security', () => {
  it('a PLAIN server asks the handler at inproc://zeromq.zap.01', async () => {
    const context = new zmq.Context();
    const handler = use(new zmq.Reply({ context }));
    await handler.bind('inproc://zeromq.zap.01');
    const judging = (async () => {
      for await (const [version, id, domain, , , mechanism, user, password] of handler) {
        expect([version, domain, mechanism].map(String)).toEqual([
          '1.0',
          'test',
          'PLAIN',
        ]);
        const good = [user, password].join('/') === 'ann/secret';
        await handler.send([version!, id!, good ? '200' : '400', 'as told', 'ann', '']);
      }
    })();
    const rep = use(new zmq.Reply({ context, plainServer: true, zapDomain: 'test' }));
    await rep.bind('tcp://127.0.0.1:*');
    const ask = (plainPassword: string): zmq.Request => {
      const req = use(new zmq.Request({ plainUsername: 'ann', plainPassword }));
      req.connect(rep.lastEndpoint!);
      return req;
    };
    const good = ask('secret');
    await good.send('let me in');
    expect(await words(rep)).toBe('let me in');
    const bad = ask('wrong');
    expect((await event(bad, 'handshake:error:auth')).error.status).toBe(400);
    await event(bad, 'disconnect');
    // ERROR is fatal: with the same password nobody knocks again.
    await new Promise((resolve) => setTimeout(resolve, 250));
    bad.close();
    expect((await bad.events.receive()).type).toBe('end');
    handler.close();
    await judging;
  });
});

describe('a bad peer is dropped, and nobody else notices', () => {
  const GREETING = zmtp.encodeGreeting({
    major: 3,
    minor: 1,
    mechanism: 'NULL',
    asServer: false,
  });
  it.each<[string, Buffer, zmq.EventType]>([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'handshake:error:other'],
    ['half a handshake and silence', GREETING, 'handshake:error:other'],
    [
      'a message before the handshake',
      Buffer.concat([GREETING, Buffer.from([0, 1, 65])]),
      'handshake:error:protocol',
    ],
    [
      'a giant length',
      Buffer.concat([GREETING, Buffer.from('02ffffffffffffffff', 'hex')]),
      'handshake:error:protocol',
    ],
  ])('%s', async (_, bytes, type) => {
    const pull = use(new zmq.Pull({ handshakeInterval: 200 }));
    await pull.bind('tcp://127.0.0.1:*');
    const push = use(new zmq.Push());
    push.connect(pull.lastEndpoint!);
    await push.send('before');
    expect(await words(pull)).toBe('before');
    const failed = event(pull, type);
    const bad = net.connect(Number(pull.lastEndpoint!.split(':').at(-1)), '127.0.0.1');
    const gone = new Promise((resolve) => {
      bad.on('close', resolve);
    });
    bad.on('error', () => {});
    bad.resume();
    bad.write(bytes);
    expect(((await failed) as { address: string }).address).toBe(pull.lastEndpoint);
    await gone;
    await push.send('after');
    expect(await words(pull)).toBe('after');
  });

  it('a peer that is silent too long is dropped by the heartbeat', async () => {
    const pull = use(new zmq.Pull({ heartbeatInterval: 30, heartbeatTimeout: 60 }));
    await pull.bind('tcp://127.0.0.1:*');
    const silent = net.connect(Number(pull.lastEndpoint!.split(':').at(-1)), '127.0.0.1');
    silent.on('error', () => {});
    silent.write(GREETING);
    const metadata = new Map([['Socket-Type', Buffer.from('PUSH')]]);
    const body = zmtp.encodeCommand({ name: 'READY', metadata });
    silent.write(zmtp.encodeFrame({ command: true, more: false, body }));
    expect((await event(pull, 'disconnect')).address).toBe(pull.lastEndpoint);
    silent.destroy();
  });
});

describe('the API', () => {
  it('answers misuse with the native codes and texts, and a hint', async () => {
    const push = use(new zmq.Push());
    const failures = await Promise.all(
      ['foo', 'foo://bar', 'tcp://nothing', 'tcp://127.0.0.1:99999'].map((address) =>
        code(push.bind(address)),
      ),
    );
    expect(failures.find((one) => one !== 'EBUSY')).toBe('EINVAL');
    expect(await code(push.bind('foo://bar'))).toBe('EPROTONOSUPPORT');
    expect(await code(push.unbind('tcp://127.0.0.1:4'))).toBe('ENOENT');
    const other = use(new zmq.Push());
    await other.bind('tcp://127.0.0.1:*');
    const error = await push
      .bind(other.lastEndpoint!)
      .catch((caught: zmq.ZmqError) => caught);
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      message: 'Address already in use',
      hint: expect.stringContaining('Another program'),
    });
    push.close();
    expect(await code((async () => push.send('x'))())).toBe('EBADF');
    expect(() => new zmq.Push({ nonsense: 1 } as object)).toThrow(TypeError);
    expect(() => new zmq.Push({ linger: 'x' } as object)).toThrow('must be a number');
  });

  it('says why a connection was not made', async () => {
    const server = use(new zmq.Pull());
    await server.bind('tcp://127.0.0.1:*');
    const address = server.lastEndpoint!;
    await server.unbind(address);
    const push = use(new zmq.Push());
    const closed = event(push, 'close');
    push.connect(address);
    expect(await closed).toMatchObject({ address, error: { code: 'ECONNREFUSED' } });
  });

  it('counts what a socket had not sent when its linger time was over', async () => {
    const server = use(new zmq.Pull());
    await server.bind('tcp://127.0.0.1:*');
    const address = server.lastEndpoint!;
    await server.unbind(address);
    const push = new zmq.Push({ linger: 0 });
    push.connect(address);
    for (const word of ['one', 'two', 'three']) await push.send(word);
    expect(push.dropped).toBe(0);
    push.close();
    expect(push.dropped).toBe(3);
  });

  it('ends an iteration when the socket is closed', async () => {
    const pull = use(new zmq.Pull());
    await pull.bind('tcp://127.0.0.1:*');
    setTimeout(() => pull.close(), 10);
    for await (const message of pull) expect(message).toBe('never');
    expect(pull.closed).toBe(true);
  });

  it('STREAM speaks to anybody', async () => {
    const stream = use(new zmq.Stream());
    await stream.bind('tcp://127.0.0.1:*');
    const client = net.connect(
      Number(stream.lastEndpoint!.split(':').at(-1)),
      '127.0.0.1',
    );
    const [id, nothing] = await stream.receive();
    expect(nothing.length).toBe(0);
    client.write('raw');
    expect(String((await stream.receive())[1])).toBe('raw');
    await stream.send([id, 'bytes']);
    const answer = await new Promise((resolve) => {
      client.once('data', resolve);
    });
    expect(String(answer as Buffer)).toBe('bytes');
    await stream.send([id, '']);
    await new Promise((resolve) => {
      client.once('close', resolve);
    });
  });
});

it('an observer that nobody reads keeps the last 10,000 events', () => {
  const monitor = new Monitor();
  for (let i = 0; i < 10_005; i += 1) monitor.tell('accept', { address: String(i) });
  expect(monitor.take()?.address).toBe('5');
});

it('over inproc, too, only those talk who belong together', async () => {
  const pull = use(new zmq.Pull());
  await pull.bind('inproc://strangers');
  const dealer = use(new zmq.Dealer({ sendTimeout: 20 }));
  dealer.connect('inproc://strangers');
  expect(await code(dealer.send('hello'))).toBe('EAGAIN');
});
