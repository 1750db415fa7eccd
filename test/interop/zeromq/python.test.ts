/** Our sockets with those of libzmq, through Python: all types, both ways. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as lab from '../../../src/zeromq/index.ts';
import { IN_PEACE, PATIENCE, Programs } from '../../support/programs.ts';
import {
  anyAddress,
  bound,
  type Engine,
  pause,
  type SocketOf,
  type TypeName,
  untilHeard,
  until,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { needPyzmq } from '../../support/peers.ts';
import { PythonSocket } from '../../support/zeromq-python.ts';

const ours = lab as unknown as Engine;
const open = useSockets();
const programs = new Programs();
beforeEach((context) => void needPyzmq(context));
afterEach(() => programs.stopAll());

type Way = 'we bind' | 'Python binds';
const WAYS: Way[] = ['we bind', 'Python binds'];

/** Joins one of ours and one of theirs, and ends theirs in peace afterwards. */
async function join<T extends TypeName>(
  way: Way,
  type: T,
  theirs: string,
  options: {
    ours?: object;
    theirs?: string[];
    transport?: 'tcp' | 'ipc';
    /** Says where to connect instead. */
    through?: (address: string) => Promise<string>;
  } = {},
): Promise<[SocketOf<T>, PythonSocket]> {
  const socket = open(ours, type, options.ours as never);
  const transport = options.transport ?? 'tcp';
  const { theirs: rest = [], through = (address: string) => address } = options;
  if (way === 'we bind') {
    const address = await through(await bound(socket, transport));
    const python = new PythonSocket(programs, theirs, 'connect', address, ...rest);
    await python.address();
    return [socket, python];
  }
  const address = anyAddress(transport);
  const python = new PythonSocket(programs, theirs, 'bind', address, ...rest);
  socket.connect(await through(await python.address()));
  return [socket, python];
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Carries one connection to the address, and notes the bytes of each direction, as latin1. */
async function watched(address: string, carried: string[]): Promise<string> {
  const server = createServer((near) => {
    const far = connect(Number(address.split(':').at(-1)), '127.0.0.1');
    for (const [way, [from, to]] of [
      [near, far] as const,
      [far, near] as const,
    ].entries()) {
      carried[way] = '';
      from.on('data', (chunk) => (carried[way] += chunk.toString('latin1')));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
    closing.push(() => near.destroy());
  });
  closing.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ends(python: PythonSocket): Promise<void> {
  python.close();
  expect(await python.program.ended()).toEqual(IN_PEACE);
}

const MANY = ['in', '', 'four', 'parts'];

describe.for(WAYS)('%s', (way) => {
  it('REQ asks, REP answers', async () => {
    const [req, rep] = await join(way, 'Request', 'REP');
    await req.send(MANY);
    expect(await rep.receive()).toEqual(MANY);
    await rep.send('an', 'answer');
    expect(words(await req.receive())).toEqual(['an', 'answer']);
    await ends(rep);
  });

  it('REP answers, REQ asks', async () => {
    const [rep, req] = await join(way, 'Reply', 'REQ');
    for (const question of ['one', 'two']) {
      await req.send(question);
      expect(words(await rep.receive())).toEqual([question]);
      await rep.send(`Echo: ${question}`);
      expect(await req.receive()).toEqual([`Echo: ${question}`]);
    }
    await ends(req);
  });

  it('DEALER with ROUTER', async () => {
    const [dealer, router] = await join(way, 'Dealer', 'ROUTER', {
      ours: { routingId: 'ann' },
    });
    await dealer.send(MANY);
    expect(await router.receive()).toEqual(['ann', ...MANY]);
    await router.send('ann', 'hello');
    expect(words(await dealer.receive())).toEqual(['hello']);
    await ends(router);
  });

  it('ROUTER with DEALER, and with REQ', async () => {
    const [router, dealer] = await join(way, 'Router', 'DEALER', {
      theirs: ['ROUTING_ID=bob'],
    });
    await dealer.send(...MANY);
    expect(words(await router.receive())).toEqual(['bob', ...MANY]);
    await router.send(['bob', 'hello']);
    expect(await dealer.receive()).toEqual(['hello']);
    await ends(dealer);
    const [second, req] = await join(way, 'Router', 'REQ');
    await req.send('question');
    const [id, empty, question] = await second.receive();
    expect([empty!.length, String(question)]).toEqual([0, 'question']);
    await second.send([id!, '', 'answer']);
    expect(await req.receive()).toEqual(['answer']);
    await ends(req);
  });

  it('DEALER with REP and with DEALER', async () => {
    const [dealer, rep] = await join(way, 'Dealer', 'REP');
    await dealer.send(['', 'question']);
    expect(await rep.receive()).toEqual(['question']);
    await rep.send('answer');
    expect(words(await dealer.receive())).toEqual(['', 'answer']);
    await ends(rep);
    const [one, two] = await join(way, 'Dealer', 'DEALER');
    await one.send(MANY);
    expect(await two.receive()).toEqual(MANY);
    await two.send('back');
    expect(words(await one.receive())).toEqual(['back']);
    await ends(two);
  });

  it('PUSH with PULL, and PULL with PUSH', async () => {
    const [push, pull] = await join(way, 'Push', 'PULL');
    await push.send('one');
    await push.send(MANY);
    expect(await pull.receive()).toEqual(['one']);
    expect(await pull.receive()).toEqual(MANY);
    await ends(pull);
    const [pull2, push2] = await join(way, 'Pull', 'PUSH');
    await push2.send(...MANY);
    expect(words(await pull2.receive())).toEqual(MANY);
    await ends(push2);
  });

  it('PAIR with PAIR', async () => {
    const [ann, bob] = await join(way, 'Pair', 'PAIR');
    await ann.send('hello');
    expect(await bob.receive()).toEqual(['hello']);
    await bob.send('hello', 'yourself');
    expect(words(await ann.receive())).toEqual(['hello', 'yourself']);
    await ends(bob);
  });

  it('PUB with SUB: prefixes, and no longer what is cancelled', async () => {
    const [xpub, sub] = await join(way, 'XPublisher', 'SUB');
    await sub.subscribe('1');
    expect(words(await xpub.receive())).toEqual(['\u00011']);
    for (const topic of ['2-Update!', '1-Update!', '11']) await xpub.send([topic, 'x']);
    expect(await sub.receive()).toEqual(['1-Update!', 'x']);
    expect(await sub.receive()).toEqual(['11', 'x']);
    await sub.unsubscribe('1');
    expect(words(await xpub.receive())).toEqual(['\u00001']);
    await ends(sub);
  });

  it('SUB with PUB, and with XPUB', async () => {
    const [sub, pub] = await join(way, 'Subscriber', 'PUB');
    sub.subscribe('1');
    const publisher = { send: (parts: string[]) => pub.send(...parts) };
    await untilHeard(publisher, sub, '1');
    await pub.send('2-Update!');
    await pub.send('1-Update!', 'second part');
    expect(words(await sub.receive())).toEqual(['1-Update!', 'second part']);
    await ends(pub);
    const [second, xpub] = await join(way, 'Subscriber', 'XPUB');
    second.subscribe('a');
    expect(await xpub.receive()).toEqual(['\u0001a']);
    second.unsubscribe('a');
    expect(await xpub.receive()).toEqual(['\u0000a']);
    await ends(xpub);
  });

  it('XSUB with XPUB, and XPUB with XSUB', async () => {
    const [xsub, xpub] = await join(way, 'XSubscriber', 'XPUB');
    await xsub.send('\u0001a');
    expect(await xpub.receive()).toEqual(['\u0001a']);
    await xpub.send('abc');
    expect(words(await xsub.receive())).toEqual(['abc']);
    await ends(xpub);
    const [xpub2, xsub2] = await join(way, 'XPublisher', 'XSUB');
    await xsub2.send('\u0001a');
    expect(words(await xpub2.receive())).toEqual(['\u0001a']);
    await xpub2.send('abc');
    expect(await xsub2.receive()).toEqual(['abc']);
    await ends(xsub2);
  });

  describe.for(['tcp', 'ipc'] as const)('PLAIN over %s', (transport) => {
    const ann = { plainUsername: 'ann', plainPassword: 'secret' };
    const annInPython = ['PLAIN_USERNAME=ann', 'PLAIN_PASSWORD=secret'];

    it('when Python is the one who comes', async () => {
      const handler = open(ours, 'Reply', { receiveTimeout: -1 });
      await handler.bind('inproc://zeromq.zap.01');
      const handled = handler.receive().then(async (question) => {
        const [version, request, ...credentials] = words(question);
        const address = transport === 'tcp' ? '127.0.0.1' : '';
        const asked = ['class', address, '', 'PLAIN', 'ann', 'secret'];
        expect(credentials).toEqual(asked);
        await handler.send([version!, request!, '200', 'OK', 'ann', '']);
      });
      const [rep, req] = await join(way, 'Reply', 'REQ', {
        ours: { plainServer: true, zapDomain: 'class' },
        theirs: annInPython,
        transport,
      });
      await req.send('hello');
      expect(words(await rep.receive())).toEqual(['hello']);
      await handled;
      await rep.send('hello ann');
      expect(await req.receive()).toEqual(['hello ann']);
      await ends(req);
    });

    it('when we are the one who comes, and not with another password', async () => {
      const server = { theirs: ['WELCOME=ann:secret'], transport };
      const [req, rep] = await join(way, 'Request', 'REP', { ours: ann, ...server });
      await req.send('hello');
      expect(await rep.receive()).toEqual(['hello']);
      await rep.send('hello ann');
      expect(words(await req.receive())).toEqual(['hello ann']);
      await ends(rep);
      const guess = { ...ann, plainPassword: 'guess' };
      const [stranger, other] = await join(way, 'Request', 'REP', {
        ...server,
        ours: guess,
      });
      let refused: unknown;
      stranger.events.on('handshake:error:auth', ({ error }) => (refused = error));
      await until(() => refused !== undefined, 'that it is refused');
      expect(refused).toMatchObject({ status: 400 });
      await ends(other);
    });
  });

  // All at once: each pair waits more than it works.
  it('over ipc, all types', async () => {
    const says = async <T extends TypeName>(
      type: T,
      theirs: string,
      talk: (ours: SocketOf<T>, python: PythonSocket) => Promise<void>,
    ): Promise<void> => {
      const [socket, python] = await join(way, type, theirs, { transport: 'ipc' });
      await talk(socket, python);
      await ends(python);
    };
    await Promise.all([
      says('Request', 'REP', async (req, rep) => {
        await req.send('hello');
        expect(await rep.receive()).toEqual(['hello']);
        await rep.send('hello yourself');
        expect(words(await req.receive())).toEqual(['hello yourself']);
      }),
      says('Reply', 'REQ', async (rep, req) => {
        await req.send('hello');
        expect(words(await rep.receive())).toEqual(['hello']);
        await rep.send('hello yourself');
        expect(await req.receive()).toEqual(['hello yourself']);
      }),
      says('Dealer', 'ROUTER', async (dealer, router) => {
        await dealer.send(['one', 'two']);
        expect((await router.receive()).slice(1)).toEqual(['one', 'two']);
      }),
      says('Router', 'DEALER', async (router, dealer) => {
        await dealer.send('hello');
        const [id, text] = await router.receive();
        expect(String(text)).toBe('hello');
        await router.send([id!, 'hello yourself']);
        expect(await dealer.receive()).toEqual(['hello yourself']);
      }),
      says('Push', 'PULL', async (push, pull) => {
        await push.send('work');
        expect(await pull.receive()).toEqual(['work']);
      }),
      says('Pull', 'PUSH', async (pull, push) => {
        await push.send('work');
        expect(words(await pull.receive())).toEqual(['work']);
      }),
      says('Pair', 'PAIR', async (pair, python) => {
        await python.send('hello');
        expect(words(await pair.receive())).toEqual(['hello']);
        await pair.send('hello yourself');
        expect(await python.receive()).toEqual(['hello yourself']);
      }),
      says('XPublisher', 'SUB', async (xpub, sub) => {
        await sub.subscribe('a');
        expect(words(await xpub.receive())).toEqual(['\u0001a']);
        await xpub.send('abc');
        expect(await sub.receive()).toEqual(['abc']);
      }),
      says('Publisher', 'XSUB', async (pub, xsub) => {
        await xsub.send('\u0001a');
        const heard = xsub.receive();
        const come = heard.then(() => true);
        do await pub.send('abc');
        while (!(await Promise.race([come, pause(5)])));
        expect(await heard).toEqual(['abc']);
      }),
      says('Subscriber', 'XPUB', async (sub, xpub) => {
        sub.subscribe('a');
        expect(await xpub.receive()).toEqual(['\u0001a']);
        await xpub.send('abc');
        expect(words(await sub.receive())).toEqual(['abc']);
      }),
      says('XSubscriber', 'XPUB', async (xsub, xpub) => {
        await xsub.send('\u0001a');
        expect(await xpub.receive()).toEqual(['\u0001a']);
        await xpub.send('abc');
        expect(words(await xsub.receive())).toEqual(['abc']);
      }),
    ]);
  });

  it('messages of every size, to 64 MiB', async () => {
    const [pair, python] = await join(way, 'Pair', 'PAIR');
    for (const size of [0, 1, 255, 256, 65_535, 65_536, 2 ** 20, 2 ** 26]) {
      const told = await python.blob(size);
      const [blob] = await pair.receive();
      expect(digest(blob!)).toEqual(told);
      await pair.send(blob!);
      expect(await python.size()).toEqual(told);
    }
    await ends(python);
  });

  // One of each pair here, the other when the other side binds.
  it('messages of 64 MiB through the other patterns', async () => {
    const size = 2 ** 26;
    if (way === 'we bind') {
      const [req, rep] = await join(way, 'Request', 'REP');
      const [question, asked] = blob(size);
      await req.send(question);
      expect(await rep.size()).toEqual(asked);
      const answered = await rep.blob(size);
      expect(digest((await req.receive())[0]!)).toEqual(answered);
      await ends(rep);
      const [router, dealer] = await join(way, 'Router', 'DEALER');
      const told = await dealer.blob(size);
      const [id, body] = await router.receive();
      expect(digest(body!)).toEqual(told);
      await router.send([id!, body!]);
      expect(await dealer.size()).toEqual(told);
      await ends(dealer);
      const [xpub, sub] = await join(way, 'XPublisher', 'SUB');
      await sub.subscribe('');
      await xpub.receive();
      await xpub.send(question);
      expect(await sub.size()).toEqual(asked);
      await ends(sub);
      return;
    }
    const [rep, req] = await join(way, 'Reply', 'REQ');
    const asked = await req.blob(size);
    const [question] = await rep.receive();
    expect(digest(question!)).toEqual(asked);
    await rep.send(question!);
    expect(await req.size()).toEqual(asked);
    await ends(req);
    const [dealer, router] = await join(way, 'Dealer', 'ROUTER');
    await dealer.send(question!);
    expect(await router.size()).toEqual(asked);
    const told = await router.blob(size);
    expect(digest((await dealer.receive())[0]!)).toEqual(told);
    await ends(router);
    const [sub, xpub] = await join(way, 'Subscriber', 'XPUB');
    sub.subscribe('');
    await xpub.receive();
    const published = await xpub.blob(size);
    expect(digest((await sub.receive())[0]!)).toEqual(published);
    await ends(xpub);
  });

  it('each answers the other’s heartbeats, and neither takes offence', async () => {
    const carried: string[] = [];
    const [pair, python] = await join(way, 'Pair', 'PAIR', {
      ours: { heartbeatInterval: 30, heartbeatTimeout: PATIENCE },
      theirs: ['HEARTBEAT_IVL=30', `HEARTBEAT_TIMEOUT=${PATIENCE}`],
      through: (address) => watched(address, carried),
    });
    let lost = 0;
    pair.events.on('disconnect', () => (lost += 1));
    await python.send('before');
    await pair.receive();
    const times = (word: string): number[] =>
      carried.map((bytes) => bytes.split(`\u0004${word}`).length - 1);
    await until(() => times('PONG').filter((count) => count >= 3).length === 2, 'PONGs');
    expect(Math.min(...times('PING'))).toBeGreaterThanOrEqual(3);
    await pair.send('after');
    expect(await python.receive()).toEqual(['after']);
    expect(lost).toBe(0);
    await ends(python);
  });

  it('a stopped peer is noticed by its missing heartbeats', async (context) => {
    if (process.platform === 'win32') context.skip('no process can be stopped there');
    const [pair, python] = await join(way, 'Pair', 'PAIR', {
      // Long enough for a peer that is not stopped, however busy the machine.
      ours: { heartbeatInterval: 30, heartbeatTimeout: 3000 },
    });
    await python.send('before');
    await pair.receive();
    let lost = 0;
    pair.events.on('disconnect', () => (lost += 1));
    python.program.signal('SIGSTOP');
    await until(() => lost > 0, 'that it is noticed');
    expect(lost).toBe(1);
  });

  it('comes back to a server that was killed and started again', async () => {
    const first = new PythonSocket(programs, 'REP', 'bind', 'tcp://127.0.0.1:*');
    const address = await first.address();
    const req = open(ours, 'Request', { reconnectInterval: 10 });
    req.connect(address);
    for (const server of [first, undefined]) {
      const rep = server ?? new PythonSocket(programs, 'REP', 'bind', address);
      await req.send('are you there?');
      if (!server) await rep.address();
      expect(await rep.receive()).toEqual(['are you there?']);
      await rep.send('yes');
      expect(words(await req.receive())).toEqual(['yes']);
      let left = false;
      req.events.on('disconnect', () => (left = true));
      await rep.program.kill();
      await until(() => left, 'that it is gone');
    }
  });
});

/** So many bytes that are wrong when they are moved, and their digest. */
function blob(size: number): [Buffer, ReturnType<typeof digest>] {
  const bytes = Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));
  return [bytes, digest(bytes)];
}

function digest(bytes: Buffer): { size: number; sha: string } {
  return {
    size: bytes.length,
    sha: createHash('sha256').update(bytes).digest('hex'),
  };
}
