/** What every socket type does with a message, whichever side binds and whoever made it. */
import { deepEqual } from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import {
  bound,
  boundToKeep,
  type Engine,
  link,
  needIpc,
  type Open,
  PAIRS,
  pause,
  type SocketOf,
  type TypeName,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

/** Says something with both, given that they are joined. */
interface Dialogue<A extends TypeName, B extends TypeName> {
  a: A;
  b: B;
  talk: (a: SocketOf<A>, b: SocketOf<B>) => Promise<void>;
  /** Which options the sockets need. */
  options?: { a?: object; b?: object };
}

function dialogue<A extends TypeName, B extends TypeName>(
  a: A,
  b: B,
  talk: Dialogue<A, B>['talk'],
  options: Dialogue<A, B>['options'] = {},
): Dialogue<TypeName, TypeName> {
  return { a, b, talk, options } as unknown as Dialogue<TypeName, TypeName>;
}

const [ONE, PARTS] = ['a message', ['in', '', 'four', 'parts']];

interface Sends {
  send(message: string | string[]): Promise<void>;
}
interface Receives {
  receive(): Promise<Buffer[]>;
}

async function passes(from: Sends, to: Receives): Promise<void> {
  await from.send(ONE);
  await from.send(PARTS);
  deepEqual(words(await to.receive()), [ONE]);
  deepEqual(words(await to.receive()), PARTS);
}

async function publishes(publisher: Sends, subscriber: Receives): Promise<void> {
  await untilHeard(publisher, subscriber, 'a topic');
  await publisher.send('not for you');
  await publisher.send(['a topic, and more', 'of it']);
  await publisher.send('a topic');
  deepEqual(words(await subscriber.receive()), ['a topic, and more', 'of it']);
  deepEqual(words(await subscriber.receive()), ['a topic']);
}

const DIALOGUES = [
  dialogue('Request', 'Reply', async (req, rep) => {
    for (const message of [[ONE], PARTS]) {
      await req.send(message);
      deepEqual(words(await rep.receive()), message);
      await rep.send(message.toReversed());
      deepEqual(words(await req.receive()), message.toReversed());
    }
  }),
  dialogue('Request', 'Router', async (req, router) => {
    await req.send(PARTS);
    const [id, empty, ...body] = await router.receive();
    deepEqual([id!.length > 0, empty!.length, words(body)], [true, 0, PARTS]);
    await router.send([id!, '', 'an answer']);
    deepEqual(words(await req.receive()), ['an answer']);
  }),
  dialogue('Dealer', 'Reply', async (dealer, rep) => {
    await dealer.send(['', 'one']);
    await dealer.send(['', 'two', 'parts']);
    for (const answer of [['1'], ['2', '']]) {
      await rep.receive();
      await rep.send(answer);
      deepEqual(words(await dealer.receive()), ['', ...answer]);
    }
  }),
  dialogue('Dealer', 'Router', async (dealer, router) => {
    await dealer.send(ONE);
    await dealer.send(PARTS);
    deepEqual(words(await router.receive()).slice(1), [ONE]);
    const [id, ...body] = await router.receive();
    deepEqual(words(body), PARTS);
    await router.send([id!, 'one']);
    await router.send([id!, '', 'two']);
    deepEqual(words(await dealer.receive()), ['one']);
    deepEqual(words(await dealer.receive()), ['', 'two']);
  }),
  dialogue('Dealer', 'Dealer', async (a, b) => {
    await passes(a, b);
    await passes(b, a);
  }),
  dialogue(
    'Router',
    'Router',
    async (a, b) => {
      // Neither can speak before it knows the other's name: with probes they do. Both must
      // look: the native engine does its work inside its users' calls.
      const probes = await Promise.all([a.receive(), b.receive()]);
      deepEqual(probes.map(words), [
        ['bob', ''],
        ['alice', ''],
      ]);
      await a.send(['bob', 'hello']);
      deepEqual(words(await b.receive()), ['alice', 'hello']);
      await b.send(['alice', 'hello yourself']);
      deepEqual(words(await a.receive()), ['bob', 'hello yourself']);
    },
    {
      a: { routingId: 'alice', probeRouter: true },
      b: { routingId: 'bob', probeRouter: true },
    },
  ),
  dialogue('Push', 'Pull', passes),
  dialogue('Pair', 'Pair', async (a, b) => {
    await passes(a, b);
    await passes(b, a);
  }),
  dialogue('Publisher', 'Subscriber', async (pub, sub) => {
    sub.subscribe('a topic');
    await publishes(pub, sub);
  }),
  dialogue('XPublisher', 'Subscriber', async (xpub, sub) => {
    sub.subscribe('a topic');
    await publishes(xpub, sub);
    deepEqual(words(await xpub.receive()), ['\u0001a topic']);
  }),
  dialogue('Publisher', 'XSubscriber', async (pub, xsub) => {
    await xsub.send('\u0001a topic');
    await publishes(pub, xsub);
  }),
  dialogue('XPublisher', 'XSubscriber', async (xpub, xsub) => {
    await xsub.send('\u0001a topic');
    await publishes(xpub, xsub);
    deepEqual(words(await xpub.receive()), ['\u0001a topic']);
    await xsub.send('upstream, and no subscription');
    deepEqual(words(await xpub.receive()), ['upstream, and no subscription']);
    await xsub.send('\u0000a topic');
    deepEqual(words(await xpub.receive()), ['\u0000a topic']);
  }),
];

function openBoth(
  open: Open,
  { a, b, options }: (typeof DIALOGUES)[number],
  engines: { a: Engine; b: Engine },
): [a: SocketOf<TypeName>, b: SocketOf<TypeName>] {
  return [open(engines.a, a, options?.a), open(engines.b, b, options?.b)];
}

const open = useSockets();

/** Options of a server, and somebody who says for it who is welcome: once. */
async function zapHandler(
  engine: Engine,
): Promise<[server: object, handled: Promise<void>]> {
  const context = new engine.Context();
  const rep = open(engine, 'Reply', { context, receiveTimeout: -1 });
  await rep.bind('inproc://zeromq.zap.01');
  const handled = rep.receive().then(async (question) => {
    const [version, id, domain, , , , user, password] = question;
    const good = words([domain!, user!, password!]).join() === 'class,ann,secret';
    await rep.send([version!, id!, good ? '200' : '400', '', '', '']);
  });
  return [{ context, plainServer: true, zapDomain: 'class' }, handled];
}

describe.for(PAIRS)('%s', ([, { binder, connector, transports }]) => {
  for (const talk of DIALOGUES) {
    for (const transport of transports) {
      it(`${talk.a} and ${talk.b} talk over ${transport}`, async (context) => {
        if (transport === 'ipc') needIpc(context, binder);
        const [connecting, binding] = openBoth(open, talk, { a: connector, b: binder });
        await link(binding, connecting, transport);
        await expect(talk.talk(connecting, binding)).resolves.toBeUndefined();
      });
      it(`${talk.a}, bound, and ${talk.b} talk over ${transport}`, async (context) => {
        if (transport === 'ipc') needIpc(context, binder);
        const [binding, connecting] = openBoth(open, talk, { a: binder, b: connector });
        await link(binding, connecting, transport);
        await expect(talk.talk(binding, connecting)).resolves.toBeUndefined();
      });
    }
  }

  const orders = DIALOGUES.flatMap((talk) =>
    (['connected', 'bound'] as const).map((order) => ({ talk, order })),
  );
  it.each(orders)(
    '$talk.a, $order, and $talk.b talk behind a password',
    async ({ talk, order }) => {
      const [server, handled] = await zapHandler(binder);
      const client = { plainUsername: 'ann', plainPassword: 'secret' };
      const [mine, theirs] = order === 'bound' ? [server, client] : [client, server];
      const options = {
        a: { ...talk.options?.a, ...mine },
        b: { ...talk.options?.b, ...theirs },
      };
      const engines =
        order === 'bound' ? { a: binder, b: connector } : { a: connector, b: binder };
      const [a, b] = openBoth(open, { ...talk, options }, engines);
      await (order === 'bound' ? link(a, b) : link(b, a));
      await expect(talk.talk(a, b)).resolves.toBeUndefined();
      await handled;
    },
  );

  it.each(transports)(
    'carries every size over %s, from nothing to 64 MiB',
    async (transport) => {
      const [push, pull] = [open(connector, 'Push'), open(binder, 'Pull')];
      await link(pull, push, transport);
      const MIB = 2 ** 20;
      const sizes = [0, 1, 254, 255, 256, 257, 8191, 8192, 65_535, 65_536, 65_537, MIB];
      for (const size of sizes) {
        const message = pattern(size);
        // Over ws the native client masks the very bytes that it was given: a copy for each part.
        await push.send([Buffer.from(message), Buffer.from(message)]);
        const [first, second, ...others] = await pull.receive();
        expect(others).toEqual([]);
        expect([first!.length, second!.length]).toEqual([size, size]);
        expect(first!.equals(message) && second!.equals(message)).toBe(true);
      }
      const message = pattern(64 * MIB);
      await push.send(Buffer.from(message));
      const [whole] = await pull.receive();
      expect(whole!.equals(message)).toBe(true);
    },
  );

  it('waits where nobody is bound yet, and loses nothing of what was sent', async () => {
    const [push, pull] = [open(connector, 'Push'), open(binder, 'Pull')];
    const address = await boundToKeep(pull);
    await pull.unbind(address);
    push.connect(address);
    for (let i = 0; i < 100; i += 1) await push.send(String(i));
    await pause(20); // for a first attempt that fails
    await pull.bind(address);
    for (let i = 0; i < 100; i += 1) {
      expect(words(await pull.receive())).toEqual([String(i)]);
    }
  });

  it('keeps the order of a thousand, from two senders to one receiver', async () => {
    const pull = open(binder, 'Pull');
    const address = await bound(pull);
    const senders = [open(connector, 'Push'), open(connector, 'Push')];
    for (const push of senders) push.connect(address);
    const sending = senders.map(async (push, who) => {
      for (let i = 0; i < 500; i += 1) await push.send([String(who), String(i)]);
    });
    const next = [0, 0];
    for (let i = 0; i < 1000; i += 1) {
      const [who, number] = words(await pull.receive()).map(Number);
      expect(number).toBe(next[who!]);
      next[who!] = number! + 1;
    }
    await Promise.all(sending);
    expect(next).toEqual([500, 500]);
  });
});

/** Bytes that are wrong when they are moved. */
function pattern(size: number): Buffer {
  const seed = Buffer.allocUnsafe(Math.min(size, 65_521));
  for (let i = 0; i < seed.length; i += 1) seed[i] = (i * 31) ^ (i >> 8);
  return Buffer.alloc(size, seed);
}
