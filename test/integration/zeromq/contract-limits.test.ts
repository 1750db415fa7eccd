/** When a socket waits, when it gives up, and what it says then. */
import { describe, expect, it } from 'vitest';
import {
  anyAddress,
  bound,
  ENGINES,
  LIMIT,
  link,
  OURS,
  PAIRS,
  thrown,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

const open = useSockets();

const TIMED_OUT = {
  code: 'EAGAIN',
  message: expect.stringContaining('Operation was not possible or timed out') as string,
};
const WRONG_STATE = {
  code: 'EFSM',
  message: expect.stringContaining(
    'Operation cannot be accomplished in current state',
  ) as string,
};
const CLOSED = {
  code: 'EBADF',
  message: expect.stringContaining('Socket is closed') as string,
};

function refusal(code: string, words_: string): object {
  return { code, message: expect.stringContaining(words_) as string };
}

/** Whether it has been kept, in this turn of the event loop. */
async function settled(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => {
    setImmediate(() => resolve(false));
  });
  return Promise.race([promise.then(() => true), later]);
}

describe.for(PAIRS)('%s', ([, { binder, connector, transports }]) => {
  it.each(transports)(
    'a PUSH waits at its high-water mark over %s',
    async (transport) => {
      const push = open(connector, 'Push', {
        sendHighWaterMark: 3,
        sendTimeout: 0,
        // Node cannot set it.
        ...(connector === OURS ? {} : { sendBufferSize: 4096 }),
      });
      const pull = open(binder, 'Pull', {
        receiveHighWaterMark: 3,
        ...(binder === OURS ? {} : { receiveBufferSize: 4096 }),
      });
      await link(pull, push, transport);
      // Of 64 KiB, so that the kernel's buffers cannot hold many.
      let sent = 0;
      const sendNext = (): Promise<void> => {
        // A new one each: a large message is kept by reference, not copied.
        const message = Buffer.alloc(65_536);
        message.writeUInt32BE(sent);
        return push.send(message);
      };
      const fill = async (): Promise<void> => {
        for (; sent < 2000; sent += 1) await sendNext();
      };
      // Full, and full again when the threads or the loop have carried some of it away.
      let before = -1;
      while (sent > before) {
        before = sent;
        expect(await thrown(fill)).toMatchObject(TIMED_OUT);
        push.sendTimeout = 50;
      }
      push.sendTimeout = LIMIT;
      // On a machine that has much else to do there may be room once more: the one that waits
      // is the last.
      let waiting = sendNext();
      while (await settled(waiting)) {
        sent += 1;
        waiting = sendNext();
      }
      expect(sent).toBeGreaterThanOrEqual(3);
      expect(sent).toBeLessThan(300);
      expect(await thrown(() => push.send('too many'))).toMatchObject(
        refusal('EBUSY', 'Socket is busy writing'),
      );
      for (let i = 0; i <= sent; i += 1) {
        const [next] = await pull.receive();
        expect(next!.readUInt32BE()).toBe(i);
      }
      await waiting;
    },
  );

  it('a PUB drops at its high-water mark, and does not wait', async () => {
    const pub = open(binder, 'Publisher', { sendHighWaterMark: 5, sendTimeout: 0 });
    const sub = open(connector, 'Subscriber', { receiveHighWaterMark: 5 });
    sub.subscribe('n', 'end');
    await link(pub, sub);
    await untilHeard(pub, sub, 'n');
    const body = Buffer.alloc(65_536);
    for (let i = 0; i < 2000; i += 1) await pub.send([`n${i}`, body]);
    // A subscriber that takes them now gets the oldest, in order, and not all. libzmq hears late
    // of what its other thread has taken, and may drop one of the first.
    const atLeast = binder === OURS ? 6 : 1;
    const got: number[] = [];
    for (;;) {
      try {
        const [topic] = await sub.receive();
        got.push(Number(topic!.subarray(1)));
        // Some come in any case; how many more is found out by waiting.
        if (got.length >= atLeast) sub.receiveTimeout = 300;
      } catch {
        break;
      }
    }
    expect(got.length).toBeLessThan(2000);
    expect(got).toEqual([...got].sort((a, b) => a - b));
    if (binder === OURS) expect(got.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('REQ and REP wait with receive() until it is their turn', async () => {
    const [req, rep] = [open(connector, 'Request'), open(binder, 'Reply')];
    await link(rep, req);
    const answer = req.receive();
    await req.send('one');
    expect(words(await rep.receive())).toEqual(['one']);
    const next = rep.receive();
    await rep.send('answer to one');
    expect(words(await answer)).toEqual(['answer to one']);
    await req.send('two');
    expect(words(await next)).toEqual(['two']);
  });

  it('zmq-retry-in-catch: a PUB that drops nothing gets all through by trying again', async () => {
    const pub = open(binder, 'Publisher', { noDrop: true, sendHighWaterMark: 10 });
    const sub = open(connector, 'Subscriber', { receiveHighWaterMark: 10 });
    sub.subscribe('');
    await link(pub, sub);
    await untilHeard(pub, sub);
    const body = Buffer.alloc(65_536);
    const received = (async () => {
      for (let i = 0; i < 200; i += 1) expect(words(await sub.receive())[0]).toBe(`${i}`);
    })();
    for (let i = 0; i < 200;) {
      try {
        await pub.send([`${i}`, body]);
        i += 1;
      } catch (error) {
        expect(error).toMatchObject(TIMED_OUT);
      }
    }
    await received;
  });

  it('REQ and REP keep their lockstep', async () => {
    // The native engine says so only when its time is up.
    const hasty = { sendTimeout: 20, receiveTimeout: 20 };
    const patient = { sendTimeout: LIMIT, receiveTimeout: LIMIT };
    const req = open(connector, 'Request', hasty);
    const rep = open(binder, 'Reply', patient);
    await link(rep, req);
    expect(await thrown(() => req.receive())).toMatchObject(WRONG_STATE);
    await req.send('one');
    expect(await thrown(() => req.send('two'))).toMatchObject(WRONG_STATE);
    expect(words(await rep.receive())).toEqual(['one']);
    Object.assign(rep, hasty);
    expect(await thrown(() => rep.receive())).toMatchObject(WRONG_STATE);
    await rep.send('answer');
    expect(await thrown(() => rep.send('again'))).toMatchObject(WRONG_STATE);
    Object.assign(req, patient);
    expect(words(await req.receive())).toEqual(['answer']);
  });

  it('a ROUTER that must deliver says where it cannot', async () => {
    const router = open(binder, 'Router', { mandatory: true });
    const dealer = open(connector, 'Dealer', { routingId: 'known' });
    await link(router, dealer);
    expect(await thrown(() => router.send(['unknown', 'hello']))).toMatchObject(
      refusal('EHOSTUNREACH', 'Host unreachable'),
    );
    await dealer.send('here I am');
    expect(words(await router.receive())).toEqual(['known', 'here I am']);
    await router.send(['known', 'hello']);
    expect(words(await dealer.receive())).toEqual(['hello']);
    router.mandatory = false;
    await router.send(['unknown', 'dropped']);
    await router.send(['known', 'hello again']);
    expect(words(await dealer.receive())).toEqual(['hello again']);
  });
});

describe.for(ENGINES)('%s', ([, engine]) => {
  it('gives up when nobody is there', async () => {
    for (const type of ['Push', 'Dealer', 'Request', 'Pair'] as const) {
      const socket = open(engine, type, { sendTimeout: 20 });
      expect(await thrown(() => socket.send('hello'))).toMatchObject(TIMED_OUT);
      socket.sendTimeout = 0;
      expect(await thrown(() => socket.send('hello'))).toMatchObject(TIMED_OUT);
    }
    for (const type of ['Pull', 'Dealer', 'Reply', 'Pair', 'Subscriber'] as const) {
      const socket = open(engine, type, { receiveTimeout: 20 });
      expect(await thrown(() => socket.receive())).toMatchObject(TIMED_OUT);
      socket.receiveTimeout = 0;
      expect(await thrown(() => socket.receive())).toMatchObject(TIMED_OUT);
    }
  });

  it('never waits where dropping is the rule', async () => {
    for (const type of ['Publisher', 'XPublisher', 'Router', 'XSubscriber'] as const) {
      const socket = open(engine, type, { sendTimeout: 0 });
      const sender = socket as { send(parts: string[]): Promise<void> };
      await expect(sender.send(['to', 'nobody'])).resolves.toBeUndefined();
    }
  });

  it('lets one receive and one send wait at a time', async () => {
    const pair = open(engine, 'Pair', { receiveTimeout: -1, sendTimeout: -1 });
    const receiving = thrown(() => pair.receive());
    expect(await thrown(() => pair.receive())).toMatchObject(
      refusal('EBUSY', 'Socket is busy reading'),
    );
    const sending = thrown(() => pair.send('hello'));
    expect(await thrown(() => pair.send('hello'))).toMatchObject(
      refusal('EBUSY', 'Socket is busy writing'),
    );
    pair.close();
    expect(await receiving).toMatchObject(TIMED_OUT);
    expect(await sending).toMatchObject(TIMED_OUT);
  });

  it('ends an iteration that is out of turn with the reason for it', async () => {
    const req = open(engine, 'Request', { receiveTimeout: -1 });
    const ended = thrown(async () => {
      for await (const _ of req);
    });
    req.close();
    expect(await ended).toMatchObject(WRONG_STATE);
  });

  it('binds a name of inproc at once when it is told to', async () => {
    const [pull, push] = [open(engine, 'Pull'), open(engine, 'Push')];
    const name = anyAddress('inproc');
    pull.bindSync(name);
    expect(pull.lastEndpoint).toBe(name);
    push.connect(name);
    await push.send('hello');
    expect(words(await pull.receive())).toEqual(['hello']);
    if (engine !== OURS) return;
    pull.unbindSync(name);
    open(engine, 'Pull').bindSync(name);
    expect(await thrown(() => pull.bindSync('tcp://127.0.0.1:*'))).toMatchObject({
      code: 'ENOTSUP',
    });
  });

  it('refuses everything once it is closed', async () => {
    const pair = open(engine, 'Pair');
    pair.close();
    pair.close();
    expect([pair.closed, pair.readable, pair.writable]).toEqual([true, false, false]);
    expect(await thrown(() => pair.send('hello'))).toMatchObject(CLOSED);
    expect(await thrown(() => pair.receive())).toMatchObject(CLOSED);
    expect(await thrown(() => pair.bind(anyAddress('tcp')))).toMatchObject(CLOSED);
    expect(await thrown(() => pair.unbind('tcp://127.0.0.1:9'))).toMatchObject(CLOSED);
    expect(await thrown(() => pair.connect('tcp://127.0.0.1:9'))).toMatchObject(CLOSED);
  });

  it('says what is wrong with an address', async () => {
    const socket = open(engine, 'Dealer');
    const taken = await bound(open(engine, 'Dealer'));
    const cases: [string, string, () => unknown][] = [
      ['EADDRINUSE', 'Address already in use', () => socket.bind(taken)],
      ['EPROTONOSUPPORT', 'Protocol not supported', () => socket.bind('foo://bar')],
      ['EPROTONOSUPPORT', 'Protocol not supported', () => socket.connect('foo://bar')],
      ['EINVAL', 'Invalid argument', () => socket.bind('nonsense')],
      ['EINVAL', 'Invalid argument', () => socket.connect('nonsense')],
      ['EINVAL', 'Invalid argument', () => socket.bind('tcp://127.0.0.1')],
      ['EINVAL', 'Invalid argument', () => socket.connect('tcp://127.0.0.1')],
      ['EINVAL', 'Invalid argument', () => socket.connect('tcp://in val id:1')],
      ['EINVAL', 'Invalid argument', () => socket.connect('tcp://http://x:1')],
      ['EINVAL', 'Invalid argument', () => socket.connect('tcp://-x:1')],
      ['EINVAL', 'Invalid argument', () => socket.connect('tcp://%lo:1')],
      ['ENOENT', 'No such endpoint', () => socket.unbind('tcp://127.0.0.1:9')],
      ['ENOENT', 'No such endpoint', () => socket.disconnect('tcp://127.0.0.1:9')],
    ];
    for (const [code, text, action] of cases) {
      expect(await thrown(action)).toMatchObject({
        ...refusal(code, text),
        address: expect.any(String) as string,
        errno: expect.any(Number) as number,
      });
    }
    const name = anyAddress('inproc');
    await socket.bind(name);
    expect(await thrown(() => open(engine, 'Pull').bind(name))).toMatchObject(
      refusal('EADDRINUSE', 'Address already in use'),
    );
  });

  it('does one bind at a time', async () => {
    const busy = refusal('EBUSY', 'Socket is blocked by a bind or unbind operation');
    const pair = open(engine, 'Pair');
    const binding = pair.bind(anyAddress('tcp'));
    const meanwhile = [
      () => pair.bind(anyAddress('tcp')),
      () => pair.send('hello'),
      () => pair.connect('tcp://127.0.0.1:9'),
    ];
    const errors = await Promise.all(meanwhile.map(thrown));
    expect(errors).toMatchObject([busy, busy, busy]);
    await binding;
    expect(pair.lastEndpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
  });

  it('checks its options', async () => {
    const make = (options: object) => () => open(engine, 'Dealer', options);
    expect(await thrown(make({ sendHighWaterMark: -1 }))).toMatchObject({
      code: 'EINVAL',
    });
    expect(await thrown(make({ routingId: 'x'.repeat(256) }))).toMatchObject({
      code: 'EINVAL',
    });
    expect(await thrown(make({ linger: 'long' }))).toBeInstanceOf(TypeError);
    expect(await thrown(make({ unheardOf: 1 }))).toBeInstanceOf(TypeError);
    expect(await thrown(() => open(engine, 'Push').send(undefined as never))).toEqual(
      new TypeError('Message must be present'),
    );
  });

  it("has libzmq's own defaults, but for the backlog", () => {
    const dealer = new engine.Dealer();
    const linger = new engine.Subscriber().linger;
    expect({
      sendHighWaterMark: dealer.sendHighWaterMark,
      receiveHighWaterMark: dealer.receiveHighWaterMark,
      sendTimeout: dealer.sendTimeout,
      receiveTimeout: dealer.receiveTimeout,
      reconnectInterval: dealer.reconnectInterval,
      reconnectMaxInterval: dealer.reconnectMaxInterval,
      handshakeInterval: dealer.handshakeInterval,
      heartbeatInterval: dealer.heartbeatInterval,
      heartbeatTimeout: dealer.heartbeatTimeout,
      maxMessageSize: dealer.maxMessageSize,
      immediate: dealer.immediate,
      routingId: dealer.routingId,
      ipv6: dealer.ipv6,
      plainServer: dealer.plainServer,
      plainUsername: dealer.plainUsername,
      lastEndpoint: dealer.lastEndpoint,
      type: dealer.type,
      closed: dealer.closed,
      readable: dealer.readable,
      writable: dealer.writable,
    }).toEqual({
      sendHighWaterMark: 1000,
      receiveHighWaterMark: 1000,
      sendTimeout: -1,
      receiveTimeout: -1,
      reconnectInterval: 100,
      reconnectMaxInterval: 0,
      handshakeInterval: 30_000,
      heartbeatInterval: 0,
      heartbeatTimeout: -1,
      maxMessageSize: -1,
      immediate: false,
      routingId: null,
      ipv6: false,
      plainServer: false,
      plainUsername: null,
      lastEndpoint: null,
      type: 5,
      closed: false,
      readable: false,
      writable: false,
    });
    expect(linger).toBe(0);
    dealer.close();
  });

  it('takes text, numbers, nothing and all kinds of bytes as messages', async () => {
    const [push, pull] = [open(engine, 'Push'), open(engine, 'Pull')];
    await link(pull, push, 'inproc');
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const kinds = [
      ['Ståle', Buffer.from('Ståle')],
      [42, Buffer.from('42')],
      [null, Buffer.alloc(0)],
      ['', Buffer.alloc(0)],
      [bytes, Buffer.from(bytes)],
      [bytes.buffer, Buffer.from(bytes)],
      [bytes.subarray(1, 3), Buffer.from([2, 3])],
      [new Uint16Array(bytes.buffer, 2, 1), Buffer.from([3, 4])],
    ] as const;
    for (const [message, received] of kinds) {
      await push.send(message);
      expect(await pull.receive()).toEqual([received]);
      await push.send([message, message]);
      expect(await pull.receive()).toEqual([received, received]);
    }
  });
});
