/**
 * The API of version 5: the same small programs on ours, on the package's own layer, and on
 * both at the two ends of a connection.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as native from 'zeromq/v5-compat.js';
import * as lab from '../../../src/zeromq/v5-compat/index.ts';
import { compiledUrl } from '../../support/places.ts';
import { IN_PEACE, type Program, Programs, ROOT } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { NATIVE_ALONE, until } from '../../support/zeromq-contract.ts';
import {
  bound,
  called,
  heard,
  type Layer,
  next,
  useSockets,
} from '../../support/zeromq-v5.ts';

const open = useSockets();
const programs = new Programs();
afterEach(() => programs.stopAll());
const theirs = native as unknown as Layer;

const PAIRS = (
  [
    ['ours bound, ours connected', lab, lab],
    ['ours bound, the package connected', lab, theirs],
    ['the package bound, ours connected', theirs, lab],
    ['the package alone', theirs, theirs],
  ] as const
).slice(0, NATIVE_ALONE ? 4 : 3);
const LAYERS = (
  [
    ['ours', lab],
    ['the package', theirs],
  ] as const
).slice(0, NATIVE_ALONE ? 2 : 1);

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${i}`);

describe.each(PAIRS)('%s', (_name, a, b) => {
  it('asks and answers, many times at once', async () => {
    const [rep, req] = [open(a, 'rep'), open(b, 'req')];
    rep.on('message', (text) => rep.send(`${text}!`));
    req.connect(await bound(rep));
    const answers = heard(req, 10);
    const told: string[] = [];
    for (const text of numbers(10)) req.send(text, 0, () => told.push(text));
    expect((await answers).flat()).toEqual(numbers(10).map((text) => `${text}!`));
    expect(told).toEqual(numbers(10));
  });

  it.each(['binds', 'connects'])(
    'sends 10,000 messages in order; PUSH %s',
    async (who) => {
      const [push, pull] = [
        open(who === 'binds' ? a : b, 'push'),
        open(who === 'binds' ? b : a, 'pull'),
      ];
      const messages = heard(pull, 10_000);
      if (who === 'binds') pull.connect(await bound(push));
      else push.connect(await bound(pull));
      const told: string[] = [];
      for (const text of numbers(10_000)) {
        push.send([text, Buffer.alloc(100)], 0, () => told.push(text));
      }
      const heads = (await messages).map(([head]) => head);
      expect(heads).toEqual(numbers(10_000));
      await until(() => told.length === 10_000, 'all callbacks');
      expect(told).toEqual(numbers(10_000));
    },
  );

  it('sends all kinds of parts', async () => {
    const [pull, push] = [open(a, 'pull'), open(b, 'push')];
    push.connect(await bound(pull));
    const messages = heard(pull, 2);
    push.send(['text', 15.99], b.ZMQ_SNDMORE).send(Buffer.from('buffer'));
    push.send(null);
    expect(await messages).toEqual([['text', '15.99', 'buffer'], ['']]);
  });

  it('names peers, and cannot send to others', async () => {
    const [router, dealer] = [open(a, 'router'), open(b, 'dealer', { identity: 'me' })];
    router.setsockopt(a.ZMQ_ROUTER_MANDATORY, 1);
    dealer.connect(await bound(router));
    const hello = heard(router, 1);
    dealer.send('hello');
    expect(await hello).toEqual([['me', 'hello']]);
    const answer = heard(dealer, 1);
    router.send(['me', 'hello yourself']);
    expect(await answer).toEqual([['hello yourself']]);
    expect(await called((told) => router.send(['you', ''], 0, told))).toMatchObject({
      code: 'EHOSTUNREACH',
      message: 'Host unreachable',
    });
    const error = next(router, 'error');
    router.send(['you', '']);
    expect(await error).toMatchObject([{ code: 'EHOSTUNREACH' }]);
  });

  it('subscribes and unsubscribes', async () => {
    const [xpub, sub] = [open(a, 'xpub'), open(b, 'sub')];
    sub.connect(await bound(xpub));
    const subscribed = heard(xpub, 2);
    sub.subscribe('a').subscribe('b');
    expect(await subscribed).toEqual([['\x01a'], ['\x01b']]);
    const early = heard(sub, 2);
    xpub.send('c').send(['a1', 'more']).send('b1');
    expect(await early).toEqual([['a1', 'more'], ['b1']]);
    const unsubscribed = next(xpub);
    sub.unsubscribe('a');
    expect(String((await unsubscribed)[0])).toBe('\x00a');
    const late = heard(sub, 1);
    xpub.send('a2').send('b2');
    expect(await late).toEqual([['b2']]);
  });

  it('emits nothing during a pause, and all of it afterwards', async () => {
    const [pull, push] = [open(a, 'pull'), open(b, 'push')];
    const address = await bound(pull);
    pull.pause();
    const messages = heard(pull, 3);
    let early = 0;
    const count = (): unknown => (early += 1);
    pull.on('message', count);
    push.connect(address);
    push.send('a').send('b');
    expect(await called((told) => push.send('c', 0, told))).toBeUndefined();
    expect(early).toBe(0);
    pull.resume();
    expect(await messages).toEqual([['a'], ['b'], ['c']]);
  });

  it('tells what happens to connections', async () => {
    const [rep, req] = [open(a, 'rep'), open(b, 'req')];
    const told: string[] = [];
    let address = '';
    const watch = (socket: lab.Socket, name: string, ...events: string[]): void => {
      for (const event of events) {
        socket.on(event, (value, where, error) => {
          const here = where === address || event === 'listen';
          told.push(`${name} ${event} ${value} ${here} ${error}`);
        });
      }
    };
    watch(rep, 'rep', 'listen', 'accept', 'disconnect', 'close');
    watch(req, 'req', 'connect', 'connect_delay');
    rep.monitor();
    req.monitor();
    address = await bound(rep);
    const request = next(rep);
    req.connect(address);
    req.send('?');
    await request;
    await until(() => told.length === 4, 'a connection');
    req.close();
    await until(() => told.length === 5, 'its end');
    rep.close();
    await until(() => told.length === 6, 'the end');
    // Which end notices first is the system's affair.
    expect(told.toSorted()).toEqual([
      'rep accept undefined true undefined',
      'rep close undefined true undefined',
      'rep disconnect undefined true undefined',
      'rep listen undefined true undefined',
      'req connect undefined true undefined',
      'req connect_delay undefined true undefined',
    ]);
  });

  it('carries requests through a queue, and captures the answers', async () => {
    const [front, back, capture] = [open(a, 'xrep'), open(a, 'xreq'), open(a, 'push')];
    const [req, rep, watcher] = [open(b, 'req'), open(b, 'rep'), open(b, 'pull')];
    req.connect(await bound(front));
    rep.connect(await bound(back));
    watcher.connect(await bound(capture));
    a.proxy(front, back, capture);
    rep.on('message', (...parts) => rep.send(parts.toReversed()));
    const [answers, captured] = [heard(req, 2), heard(watcher, 2)];
    req.send(['a', 'b']).send('c');
    const expected = [['b', 'a'], ['c']];
    expect([await answers, await captured]).toEqual([expected, expected]);
  });

  it('carries subscriptions one way, and messages the other', async () => {
    const [front, back] = [open(a, 'xpub'), open(a, 'xsub')];
    const [sub, xpub] = [open(b, 'sub'), open(b, 'xpub')];
    sub.connect(await bound(front));
    xpub.connect(await bound(back));
    a.proxy(front, back);
    const [subscribed, messages] = [heard(xpub, 1), heard(sub, 1)];
    sub.subscribe('a');
    expect(await subscribed).toEqual([['\x01a']]);
    xpub.send('b').send(['a', '1']);
    expect(await messages).toEqual([['a', '1']]);
  });
});

describe.each(LAYERS)('%s', (_name, layer) => {
  it('says that an address is in use, to the callback or to all', async () => {
    const [rep, other] = [open(layer, 'rep'), open(layer, 'rep')];
    const address = await bound(rep);
    const failed = next(other.monitor(), 'bind_error');
    const known = { code: 'EADDRINUSE', message: 'Address already in use' };
    expect(await called((told) => other.bind(address, told))).toMatchObject(known);
    const [errno, where, error] = await failed;
    expect(error).toMatchObject({ ...known, errno });
    expect(address).toContain(String(where));
    const event = next(other, 'error');
    other.bind(address);
    expect(await event).toMatchObject([known]);
  });

  it('unbinds, and says so', async () => {
    const pull = open(layer, 'pull');
    const address = await bound(pull);
    const unbound = next(pull, 'unbind');
    expect(await called((told) => pull.unbind(address, told))).toBeUndefined();
    expect(await unbound).toEqual([address]);
    expect(await called((told) => pull.unbind(address, told))).toMatchObject({
      code: 'ENOENT',
    });
  });

  it('gives up when its time is over', async () => {
    const push = open(layer, 'push').setsockopt(layer.ZMQ_SNDTIMEO, 1);
    const again = { code: 'EAGAIN', message: 'Operation was not possible or timed out' };
    expect(await called((told) => push.send('a', 0, told))).toMatchObject(again);
    const event = next(push, 'error');
    push.send('b');
    expect(await event).toMatchObject([again]);
  });

  it('tells who waits to send that the socket is closed', async () => {
    const push = open(layer, 'push');
    const told = called((callback) => push.send('a', 0, callback));
    push.close();
    expect([(await told)?.code, push.closed]).toEqual(['EAGAIN', true]);
  });

  it('throws for what cannot be meant', () => {
    const sub = open(layer, 'sub');
    const mistakes: [() => unknown, string][] = [
      [() => layer.socket('nonsense' as 'req'), 'Invalid socket type: nonsense'],
      [() => new layer.Context(), 'Context cannot be instantiated'],
      [() => sub.connect('nonsense'), 'Invalid argument'],
      [() => sub.bindSync('nonsense'), 'Invalid argument'],
      [() => sub.disconnect('tcp://127.0.0.1:9'), 'No such endpoint'],
      [() => sub.setsockopt(999, 1), 'Unknown option'],
      [() => sub.getsockopt(999), 'Unknown option'],
      [() => (sub.linger = 'long'), 'Option value must be a number'],
      [() => open(layer, 'req').subscribe('a'), 'Subscriber socket required'],
      [() => open(layer, 'req', { identity: 'x'.repeat(256) }), 'Invalid argument'],
      [() => layer.proxy(sub, sub), 'This socket type order is not supported'],
    ];
    for (const [mistake, text] of mistakes) expect(mistake).toThrow(text);
  });
});

it('exports what the package does, with the same values', () => {
  const values = (all: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(all).map(([name, value]) => {
        return [name, typeof value === 'function' ? 'a function' : value];
      }),
    );
  expect(values(lab)).toEqual(values(native.default));
});

/** Options with a value that is not their default: by constant, and by short name if there is one. */
const VALUES: [keyof typeof lab, keyof typeof lab.options | '', number | string][] = [
  ['ZMQ_AFFINITY', 'affinity', 1],
  ['ZMQ_IDENTITY', 'identity', 'me'],
  ['ZMQ_RATE', 'rate', 200],
  ['ZMQ_RECOVERY_IVL', 'recovery_ivl', 2000],
  ['ZMQ_RECOVERY_IVL_MSEC', '', 3000],
  ['ZMQ_RECONNECT_IVL', 'reconnect_ivl', 200],
  ['ZMQ_RECONNECT_IVL_MAX', '', 300],
  ['ZMQ_MAXMSGSIZE', '', 1000],
  ['ZMQ_SNDHWM', '', 5],
  ['ZMQ_RCVHWM', '', 6],
  ['ZMQ_MULTICAST_HOPS', '', 2],
  ['ZMQ_RCVTIMEO', '', 3000],
  ['ZMQ_SNDTIMEO', '', 3000],
  ['ZMQ_IPV4ONLY', '', 0],
  ['ZMQ_IPV6', '', 1],
  ['ZMQ_TCP_KEEPALIVE', '', 1],
  ['ZMQ_TCP_KEEPALIVE_IDLE', '', 30],
  ['ZMQ_DELAY_ATTACH_ON_CONNECT', '', 1],
  ['ZMQ_PLAIN_SERVER', 'plain_server', 1],
  ['ZMQ_PLAIN_USERNAME', 'plain_username', 'me'],
  ['ZMQ_PLAIN_PASSWORD', 'plain_password', 'secret'],
  ['ZMQ_ZAP_DOMAIN', 'zap_domain', 'here'],
  ['ZMQ_HEARTBEAT_IVL', 'heartbeat_ivl', 100],
  ['ZMQ_HEARTBEAT_TTL', 'heartbeat_ttl', 200],
  ['ZMQ_HEARTBEAT_TIMEOUT', 'heartbeat_timeout', 300],
  ['ZMQ_CONNECT_TIMEOUT', 'connect_timeout', 400],
];

it.each(VALUES)('%s is read and written as with the package', (name, short, value) => {
  const answers = ([lab, theirs] as const).map((layer) => {
    const number = layer[name] as number;
    const socket = layer.socket('req');
    const first = socket.getsockopt(number);
    expect(socket.setsockopt(number, value)).toBe(socket);
    const told: unknown[] = [first, socket.getsockopt(number), socket.mechanism];
    if (short !== '') {
      told.push(socket[short], socket.getsockopt(short));
      socket[short] = value;
      told.push(socket[short]);
    }
    socket.setsockopt(layer.ZMQ_LINGER, 0).close();
    return told;
  });
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]![1]).not.toEqual(answers[0]![0]);
});

it.each(['ZMQ_TYPE', 'ZMQ_LAST_ENDPOINT', 'ZMQ_MECHANISM', 'ZMQ_EVENTS'] as const)(
  '%s is read as with the package',
  (name) => {
    const [ours, other] = ([lab, theirs] as const).map((layer) => {
      return open(layer, 'pub').getsockopt(layer[name]);
    });
    expect([ours, ours === undefined]).toEqual([other, false]);
  },
);

describe('a program', () => {
  const from = compiledUrl('src/zeromq/v5-compat/index.ts');
  const run = (text: string, head = `import * as zmq from '${from}';`): Program => {
    const args = ['--input-type=module', '--eval', head + text];
    return programs.start(process.execPath, args);
  };

  it('of docs/zeromq.md prints what it says', async () => {
    const page = readFileSync(join(ROOT, 'docs/zeromq.md'), 'utf8');
    const [, text] = /^## The API of version 5$[^]*?^```js\n([^]*?)^```$/m.exec(page)!;
    const port = `:${await ownPort()}`;
    const here = text!
      .replace('socketlab/zeromq/v5-compat', from)
      .replaceAll(':3000', port);
    const program = run(here, '');
    expect(await program.ended()).toEqual(IN_PEACE);
    expect(program.stdout).toBe('hello\n');
  });

  it('ends when all of its sockets are closed', async () => {
    const program = run(`
      const [rep, req] = [zmq.socket('rep'), zmq.socket('req')];
      rep.monitor().on('message', (text) => rep.send(text + '!'));
      rep.bind('tcp://127.0.0.1:*', () => {
        req.monitor().connect(rep.last_endpoint);
        req.send('hello');
      });
      req.on('message', (text) => {
        console.log(String(text));
        req.close();
        rep.close();
      });`);
    expect(await program.ended()).toEqual(IN_PEACE);
    expect(program.stdout).toBe('hello!\n');
  });

  it('ends with an error to which nobody listens', async () => {
    const program = run(`
      const rep = zmq.socket('rep');
      rep.bind('tcp://127.0.0.1:*', () => zmq.socket('rep').bindSync(rep.last_endpoint));`);
    const { code, stderr } = await program.ended();
    expect(code).toBe(1);
    expect(stderr).toContain('ZmqError: Address already in use');
    expect(stderr).toContain('tcp://127.0.0.1:');
  });

  it('can catch what its listeners and callbacks throw, and goes on', async () => {
    const program = run(`
      process.on('uncaughtException', ({ message }, origin) => console.log(origin, message));
      process.on('unhandledRejection', () => process.exit(3));
      const [pull, push] = [zmq.socket('pull'), zmq.socket('push')];
      pull.on('message', (text) => {
        if (String(text) === 'last') pull.close(), push.close();
        throw new Error('listener ' + text);
      });
      pull.bindSync('inproc://here');
      push.connect('inproc://here');
      push.send('first', 0, () => { throw new Error('callback'); });
      push.send([]);
      push.send('last');`);
    expect(await program.ended()).toEqual(IN_PEACE);
    expect(program.stdout.trim().split('\n').sort()).toEqual([
      'uncaughtException Message must have at least one part',
      'uncaughtException callback',
      'uncaughtException listener first',
      'uncaughtException listener last',
    ]);
  });
});
