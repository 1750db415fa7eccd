/** What a call answers that cannot be meant so, and the parts of the API that few need. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket as Connection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Context, Dealer, Pair, Proxy, Pull, Stream } from 'zeromq';
import { Programs } from '../../support/programs.ts';
import {
  bound,
  type Engine,
  ENGINES,
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
    'two parts that are no array',
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
];

function use(zmq: Anything): Anything {
  return open(zmq as Engine, 'Dealer');
}

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

  it('has so many sockets as its context allows', async () => {
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
      handshakeInterval: 200,
    };
    const [rep, req] = [open(engine, 'Reply', server), open(engine, 'Request', client)];
    req.connect(await bound(rep));
    for (const status of ['300', '200']) {
      const [version, id] = await handler.receive();
      await handler.send([version!, id!, status, 'as told', '', '']);
    }
    await req.send('hello');
    expect(words(await rep.receive())).toEqual(['hello']);
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
  ['ours', './src/zeromq/index.ts'],
  ...(NATIVE_ALONE ? [['the native engine', 'zeromq']] : []),
])('%s', ([, from]) => {
  it('a program that reads events goes on until its socket is closed', async () => {
    // A timer that keeps nobody alive closes the socket: to see it do so, somebody must wait.
    const text = `
      import * as zmq from '${from}';
      const socket = new zmq.Dealer();
      setTimeout(() => socket.close(), 50).unref();
      for await (const { type } of socket.events) console.log(type);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', text];
    const program = programs.start(process.execPath, args);
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(program.stdout).toBe('end\n');
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
