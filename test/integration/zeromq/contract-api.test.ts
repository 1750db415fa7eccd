/** How calls that make no sense are answered, and the parts of the API that few programs need. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket as Connection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as native from 'zeromq';
import type { Context, Dealer, Pair, Proxy, Pull, Stream } from 'zeromq';
import { type Option, OPTIONS } from '../../../src/zeromq/base/options.ts';
import { compiledUrl } from '../../support/places.ts';
import { type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import {
  bound,
  type Engine,
  ENGINES,
  link,
  NATIVE_ALONE,
  OURS,
  soon,
  thrown,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

const open = useSockets();
const programs = new Programs();
afterEach(() => programs.stopAll());
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Whatever a program in plain JavaScript may try. */
type Anything = any; // oxlint-disable-line typescript/no-explicit-any

/** Each call, and which error it is to meet: a TypeError, or one of libzmq's with its code. */
const MISTAKES: [name: string, call: (zmq: Anything) => unknown, text: string][] = [
  ['no options', (zmq) => new zmq.Dealer(1), 'Options must be an object'],
  ['options that are null', (zmq) => new zmq.Dealer(null), 'Options must be an object'],
  ['no type', (zmq) => new zmq.Socket(), 'Socket type must be a number'],
  ['a type by name', (zmq) => new zmq.Socket('PUB'), 'Socket type must be a number'],
  ['too much for a socket', (zmq) => new zmq.Socket(1, {}, 2), 'Expected 2 arguments'],
  ['options of a context', (zmq) => new zmq.Context(1), 'Options must be an object'],
  ['too much for a context', (zmq) => new zmq.Context({}, 2), 'Expected 1 argument'],
  [
    "a context's number",
    (zmq) => new zmq.Context({ ioThreads: 'two' }),
    'Option value must be a number',
  ],
  [
    "a context's read-only option",
    (zmq) => (new zmq.Context().maxSocketsLimit = 1),
    'Cannot set property maxSocketsLimit of #<Context> which has only a getter',
  ],
  [
    'a proxy between nothing',
    (zmq) => new zmq.Proxy(),
    'Front-end must be a socket object',
  ],
  [
    'a proxy between three',
    (zmq) => {
      const socket = (): unknown => new zmq.Dealer();
      return new zmq.Proxy(socket(), socket(), socket());
    },
    'Expected 2 arguments',
  ],
  [
    'two addresses',
    (zmq) => use(zmq).connect('tcp://a:1', 'tcp://b:1'),
    'Expected 1 argument',
  ],
  ['no address', (zmq) => use(zmq).connect(), 'Address must be a string'],
  [
    'two parts that are not an array',
    (zmq) => use(zmq).send('one', 'two'),
    'Expected 1 argument but received 2',
  ],
  ['nothing to send', (zmq) => new zmq.Subscriber().send(), 'Message must be present'],
  ['how much to receive', (zmq) => use(zmq).receive(1), 'Expected 0 arguments'],
  ['how to close', (zmq) => use(zmq).close(true), 'Expected 0 arguments'],
  [
    'a topic that is a number',
    (zmq) => new zmq.Subscriber().subscribe(1),
    'Option value must be a string or buffer',
  ],
  [
    "a peer's name that is a number",
    (zmq) => new zmq.Router().connect('tcp://127.0.0.1:9', { routingId: 3 }),
    'Option value must be a string or buffer',
  ],
  [
    'an option that is not a number',
    (zmq) => use(zmq).getInt32Option('backlog'),
    'Identifier must be a number',
  ],
  [
    'a flag that is a number',
    (zmq) => use(zmq).setBoolOption(39, 1),
    'Option value must be a boolean',
  ],
  [
    'a number that is a text',
    (zmq) => use(zmq).setInt32Option(19, '75'),
    'Option value must be a number',
  ],
  [
    'a text that is nothing',
    (zmq) => use(zmq).setStringOption(68, undefined),
    'Option value must be a string or buffer',
  ],
];

function use(zmq: Anything): Anything {
  return open(zmq as Engine, 'Dealer');
}

/** libzmq does not say what some options are set to. */
function canRead(socket: Anything, name: string): boolean {
  try {
    return socket[name] !== undefined;
  } catch {
    return false;
  }
}

it('exports what the native package does, and nothing else', () => {
  // An `import` adds these, depending on Node's version.
  const added = new Set(['default', 'module.exports', '__esModule']);
  const names = Object.keys(native).filter((name) => !added.has(name));
  expect(Object.keys(OURS).toSorted()).toEqual(names.toSorted());
});

it('numbers its options as the native package does', () => {
  const rows = Object.entries<Option>(OPTIONS);
  const width = { maxMessageSize: 'Int64', affinity: 'Uint64', typeOfService: 'Uint32' };
  const names: string[] = [];
  for (const [name, { id, default: first }] of rows) {
    const types = ['Dealer', 'Router', 'XPublisher'] as const;
    const sockets: Anything[] = types.map((type) => open(native, type));
    const socket = sockets.find((one) => canRead(one, name));
    if (id === undefined || socket === undefined) continue; // neither do all have numbers
    names.push(name);
    const usual = { boolean: 'Bool', number: 'Int32' }[typeof first as 'number'];
    const type = width[name as 'affinity'] ?? usual ?? 'String';
    // libzmq counts the one in tenths of a second; the other is 1 from the beginning.
    const numbers = { heartbeatTimeToLive: 100, multicastHops: 2 };
    const number = numbers[name as 'multicastHops'] ?? 1;
    const value = { Bool: !(first as boolean), String: 'lo' }[type as 'Bool'] ?? number;
    socket[`set${type}Option`](id, value);
    expect([name, socket[name]]).toEqual([name, value]);
  }
  expect(names.length).toBeGreaterThan(35);
});

describe.for(ENGINES)('%s', ([, engine]) => {
  it.each(MISTAKES)('minds a mistake: %s', async (_name, call, text) => {
    const error = await thrown(() => call(engine));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(text);
  });

  it.each<[string, (zmq: Anything) => unknown]>([
    ['a type that there is not', (zmq) => new zmq.Socket(37)],
    ['a context that is none', (zmq) => new zmq.Dealer({ context: {} })],
    ['a proxy between other objects', (zmq) => new zmq.Proxy({}, {})],
    ['a user without a name', (zmq) => new zmq.Dealer({ plainUsername: '' })],
    ['a context without sockets', (zmq) => new zmq.Context({ maxSockets: 0 })],
  ])('refuses %s', async (_name, call) => {
    expect(await thrown(() => call(engine))).toMatchObject({
      message: 'Invalid argument',
    });
  });

  it('has as many sockets as its context allows', async () => {
    const context: Context = new engine.Context({ maxSockets: 2 });
    const two = [0, 1].map(() => open(engine, 'Pair', { context }));
    expect(await thrown(() => open(engine, 'Pair', { context }))).toMatchObject({
      code: 'EMFILE',
      message: 'Too many open file descriptors',
    });
    two[0]!.close();
  });

  it('keeps what an option is set to, and minds what it cannot be', async () => {
    const socket: Dealer = open(engine, 'Dealer');
    const value = {
      immediate: true,
      backlog: 75,
      maxMessageSize: 2 ** 48,
      affinity: 3,
      routingId: 'bœuf',
    };
    Object.assign(socket, value, { routingId: Buffer.from(value.routingId) });
    expect(socket).toMatchObject(value);
    for (const wrong of [
      { immediate: 1 },
      { backlog: '75' },
      { routingId: 1 },
      { nothing: 1 },
      { mandatory: true }, // a Router's
    ]) {
      expect(await thrown(() => Object.assign(socket, wrong))).toBeInstanceOf(TypeError);
    }
    expect(socket).toMatchObject(value);
  });

  it('has options by number, for classes that extend its own', async () => {
    const dealer: Anything = open(engine, 'Dealer');
    dealer.setBoolOption(39, true);
    dealer.setInt32Option(19, 75);
    dealer.setUint32Option(57, 0);
    dealer.setInt64Option(22, 2 ** 48);
    dealer.setUint64Option(4, 3);
    dealer.setStringOption(5, Buffer.from('bœuf'));
    const set = { immediate: true, backlog: 75, maxMessageSize: 2 ** 48, affinity: 3 };
    expect(dealer).toMatchObject({ ...set, typeOfService: 0, routingId: 'bœuf' });
    expect([dealer.getBoolOption(39), dealer.getInt32Option(19)]).toEqual([true, 75]);
    expect([dealer.getUint32Option(57), dealer.getUint64Option(4)]).toEqual([0, 3]);
    expect([dealer.getInt64Option(22), dealer.getStringOption(5)]).toEqual([
      2 ** 48,
      'bœuf',
    ]);
    expect([dealer.getInt32Option(16), dealer.getStringOption(32)]).toEqual([5, null]);
    expect(dealer.getBoolOption(81)).toBe(false);
    dealer.setStringOption(68, 'localhost:1080');
    dealer.setStringOption(68, null);
    expect(dealer.getStringOption(68)).toBe(null);
    // To libzmq, true is 1.
    dealer.setInt32Option(39, 0);
    dealer.setBoolOption(17, false);
    expect([dealer.immediate, dealer.linger]).toEqual([false, 0]);
    expect([dealer.getInt32Option(39), dealer.getBoolOption(19)]).toEqual([0, true]);
  });

  it.each<[string, (socket: Anything) => unknown]>([
    ['a number that it does not know', (socket) => socket.getInt32Option(999)],
    ['and to set it', (socket) => socket.setInt32Option(999, 1)],
    ["another type's option", (socket) => socket.setBoolOption(33, true)],
    ['a number as a text', (socket) => socket.getStringOption(19)],
    ['a flag of 2', (socket) => socket.setInt32Option(39, 2)],
    ['what is out of range', (socket) => socket.setInt32Option(34, 2)],
  ])('minds %s', async (_name, call) => {
    const message = 'Invalid argument';
    expect(await thrown(() => call(use(engine)))).toMatchObject({ message });
  });

  it('subscribes by number', async () => {
    const subscriber: Anything = open(engine, 'Subscriber');
    const xpub = open(engine, 'XPublisher');
    await link(xpub, subscriber);
    subscriber.setStringOption(6, 'a');
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    subscriber.setStringOption(7, Buffer.from('a'));
    expect(words(await xpub.receive())).toEqual(['\u0000a']);
    subscriber.setStringOption(68, 'localhost:1080');
    expect(subscriber.socksProxy).toBe('localhost:1080');
  });

  it('has the options of a context by number', async () => {
    const context: Anything = new engine.Context();
    context.setBoolOption(70, false);
    context.setInt32Option(2, 7);
    expect(context).toMatchObject({ blocky: false, maxSockets: 7 });
    const read = [1, 2, 3, 5, 42].map((option) => context.getInt32Option(option));
    expect(read).toEqual([1, 7, 65_535, 2 ** 31 - 1, 0]);
    expect(context.getBoolOption(70)).toBe(false);
    const wrong = await thrown(() => context.setInt32Option(1, -1));
    expect(wrong).toMatchObject({ message: 'Invalid argument' });
  });

  it.each(['Context', 'Observer', 'Proxy', 'Socket'] as const)(
    '%s is a class: it needs `new`, and can be extended',
    (name) => {
      const type = engine[name] as unknown as typeof Context;
      const call = type as unknown as () => void;
      expect(() => call()).toThrow(
        new TypeError("Class constructors cannot be invoked without 'new'"),
      );
      class Own extends type {}
      expect(Own.prototype).toBeInstanceOf(type);
    },
  );

  it('tells of a bind that failed, at which place', async () => {
    const address = await bound(open(engine, 'Pull'));
    const pull: Pull = open(engine, 'Pull');
    const told = new Promise((resolve) => {
      pull.events.on('bind:error', resolve);
    });
    await expect(pull.bind(address)).rejects.toMatchObject({ address });
    expect(await soon(told, 'bind:error')).toMatchObject({
      address: address.replace('tcp://', ''),
      error: { code: 'EADDRINUSE', message: 'Address already in use' },
    });
  });

  it('does not cut off a path that is too long, or make up a directory', async () => {
    const pull = open(engine, 'Pull');
    const long = `ipc:///tmp/${'x'.repeat(200)}`;
    await expect(pull.bind(long)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    await expect(pull.bind('ipc:///no/such/directory')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it.each<[string, (question: Buffer[]) => (string | Buffer)[]]>([
    ['ERR_ZAP_BAD_VERSION', ([, id]) => ['9.9', id!, '200', 'OK', '', '']],
    ['ERR_ZAP_MALFORMED_REPLY', () => ['1.0', '200']],
    ['ERR_ZAP_BAD_REQUEST_ID', ([version]) => [version!, '77', '200', 'OK', '', '']],
    ['ERR_ZAP_INVALID_STATUS_CODE', ([v, id]) => [v!, id!, '201', 'OK', '', '']],
    ['ERR_ZAP_INVALID_METADATA', ([v, id]) => [v!, id!, '200', 'OK', '', 'junk']],
  ])('tells of a ZAP handler whose answer is %s', async (code, answer) => {
    const context = new engine.Context();
    const handler = open(engine, 'Reply', { context });
    await handler.bind('inproc://zeromq.zap.01');
    const handled = handler.receive().then((question) => handler.send(answer(question)));
    const server: Pair = open(engine, 'Pair', { context, plainServer: true });
    server.zapDomain = 'class';
    const told = new Promise((resolve) => {
      server.events.on('handshake:error:protocol', resolve);
    });
    const client = open(engine, 'Pair', { plainUsername: 'ann' });
    client.connect(await bound(server));
    await soon(handled, 'the ZAP handler');
    expect(await soon(told, 'the error')).toMatchObject({
      error: { message: 'ZAP protocol error', code },
    });
  });

  it('a ZAP handler that says "later" is asked again', async () => {
    const context = new engine.Context();
    const handler = open(engine, 'Reply', { context });
    await handler.bind('inproc://zeromq.zap.01');
    const server = { context, plainServer: true, zapDomain: 'class' };
    // libzmq does not hang up: its client does, when its patience ends.
    const client = {
      plainUsername: 'ann',
      reconnectInterval: 10,
      handshakeInterval: 5000,
    };
    const [rep, req] = [open(engine, 'Reply', server), open(engine, 'Request', client)];
    req.connect(await bound(rep));
    let asked = 0;
    // As often as a slow machine makes the client try.
    void (async () => {
      for await (const [version, id] of handler) {
        asked += 1;
        const status = asked === 1 ? '300' : '200';
        await handler.send([version!, id!, status, 'as told', '', '']);
      }
    })().catch(() => {}); // it is missed below
    await req.send('hello');
    expect(words(await rep.receive())).toEqual(['hello']);
    expect(asked).toBeGreaterThan(1);
  });

  it('STREAM calls a plain TCP server, again and again, by the name it gave it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stream: Stream = open(engine, 'Stream', { reconnectInterval: 10 });
    stream.connect(`tcp://127.0.0.1:${port}`, { routingId: 'server' });
    for (const word of ['early', 'again']) {
      await stream.send(['server', word]); // before there is a connection
      const [peer] = (await once(server, 'connection')) as [Connection];
      closing.push(() => peer.destroy());
      expect(String((await once(peer, 'data'))[0])).toBe(word);
      expect(words(await stream.receive())).toEqual(['server', '']);
      peer.end(`answer to ${word}`);
      expect(words(await stream.receive())).toEqual(['server', `answer to ${word}`]);
      expect(words(await stream.receive())).toEqual(['server', '']);
    }
  });
});

describe.for([
  ['ours', compiledUrl('src/zeromq/index.ts')],
  ...(NATIVE_ALONE ? [['the native engine', 'zeromq']] : []),
])('%s', ([, from]) => {
  it('a program that reads events goes on until its socket is closed', async () => {
    // A timer that keeps nobody alive closes the socket: to see it do so, somebody must wait.
    const text = `
      import * as zmq from '${from}';
      const socket = new zmq.Dealer();
      setTimeout(() => socket.close(), 50).unref();
      for await (const { type } of socket.events) console.log(type);`;
    const args = ['--input-type=module', '--eval', text];
    const program = programs.start(process.execPath, args);
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(program.stdout).toBe('end\n');
  });

  it('a program with nothing else to do waits for a peer as long as linger says', async () => {
    const port = await ownPort();
    const sender = (linger: number): Program => {
      const text = `
        import { Push } from '${from}';
        const push = new Push({ linger: ${linger} });
        push.connect('tcp://127.0.0.1:${port}');
        push.send('hello');`;
      const args = ['--input-type=module', '--eval', text];
      return programs.start(process.execPath, args);
    };
    expect(await sender(50).ended()).toMatchObject({ code: 0 });
    const patient = sender(-1);
    await patient.toldEither(
      /\(node:\d+\) WARNING: Waiting for queued ZeroMQ messages to be delivered\. Set 'context\.blocky = false' to change this behaviour\.\n/,
    );
    const pull = open(OURS, 'Pull');
    await pull.bind(`tcp://127.0.0.1:${port}`);
    expect(words(await pull.receive())).toEqual(['hello']);
    expect(await patient.ended()).toMatchObject({ code: 0 });
  });

  it('the threads of a program share the options of the default context', async () => {
    const thread = `(async () => {
      const { context } = await import('${from}');
      context.maxSockets = context.ioThreads + 1;
    })()`;
    const text = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      import { Context, context } from '${from}';
      context.ioThreads = 3;
      await once(new Worker(${JSON.stringify(thread)}, { eval: true }), 'exit');
      console.log(context.maxSockets, new Context().maxSockets);`;
    const args = ['--input-type=module', '--eval', text];
    const program = programs.start(process.execPath, args);
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(program.stdout).toBe('4 1023\n');
  });
});

it('says more than the native engine: what cannot be sent, and what was sent empty', async () => {
  const pull = open(OURS, 'Pull') as Anything;
  const push = open(OURS, 'Push') as Anything;
  expect(await thrown(() => pull.send('x'))).toMatchObject({
    code: 'ENOTSUP',
    hint: 'This type of socket only receives',
  });
  expect(await thrown(() => push.receive())).toMatchObject({
    code: 'ENOTSUP',
    hint: 'This type of socket only sends',
  });
  expect(await thrown(() => push.send([]))).toEqual(
    new TypeError('Message must have at least one part'),
  );
  const proxy: Proxy = new OURS.Proxy(push, pull);
  expect(() => proxy.pause()).toThrow('Socket is closed');
});
