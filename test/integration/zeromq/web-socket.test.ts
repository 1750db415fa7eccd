/** ws://: what is particular to it. The contracts have its patterns, sizes and ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { WebSocket as Client } from 'ws';
import { openBrowser, openPage } from '../../support/browser.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { ownPort } from '../../support/sockets.ts';
import { compiledUrl, ROOT } from '../../support/places.ts';
import { socksProxy } from '../../support/socks-proxy.ts';
import {
  bound,
  link,
  OURS,
  PAIRS,
  thrown,
  until,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

const open = useSockets();
const raw: (Client | net.Socket)[] = [];
afterEach(() => {
  for (const one of raw.splice(0)) {
    if (one instanceof Client) one.terminate();
    else one.destroy();
  }
});

const parts = (...payloads: string[]): Buffer[] =>
  payloads.map((text) => Buffer.from(text, 'latin1'));

const PROTOCOL = 'Sec-WebSocket-Protocol: ZWS2.0';

/** A client that is not ZeroMQ, as in a page. */
async function client(address: string): Promise<{ page: Client; heard: string[] }> {
  const page = new Client(address, 'ZWS2.0');
  raw.push(page);
  const heard: string[] = [];
  page.on('message', (data: Buffer) => heard.push(data.toString('latin1')));
  await once(page, 'open', { signal: AbortSignal.timeout(PATIENCE) });
  return { page, heard };
}

async function stranger(address: string, ...bytes: (string | Buffer)[]) {
  const { port } = new URL(address);
  const socket = net.connect(Number(port), '127.0.0.1');
  raw.push(socket);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => {});
  for (const one of bytes) socket.write(one);
  return { socket, text: () => Buffer.concat(heard).toString('latin1') };
}

const request = (...headers: string[]): string =>
  ['GET / HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n');
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Passes a connection on to the port, and counts its pongs, or keeps them back. */
async function pongCounter(
  to: number,
  { drops = false } = {},
): Promise<{ port: number; pongs: { there: number; back: number } }> {
  const pongs = { there: 0, back: 0 };
  const server = net.createServer((client) => {
    const target = net.connect(to, '127.0.0.1');
    raw.push(client, target);
    const pass = (from: net.Socket, on: net.Socket, way: keyof typeof pongs): void => {
      from.on('error', () => on.destroy()).on('close', () => on.destroy());
      from.on('data', (chunk) => {
        const isPong = chunk[0] === 0x8a;
        if (isPong) pongs[way] += 1;
        if (!isPong || !drops) on.write(chunk);
      });
    };
    pass(client, target, 'there');
    pass(target, client, 'back');
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as net.AddressInfo).port, pongs };
}

describe.for(PAIRS)('%s', ([, { binder, connector }]) => {
  it('is where it says, with its path', async () => {
    const rep = open(binder, 'Reply');
    const address = `ws://127.0.0.1:${await ownPort()}/path`;
    await rep.bind(address);
    expect(rep.lastEndpoint).toBe(address);
    const req = open(connector, 'Request');
    req.connect(rep.lastEndpoint!);
    await req.send('hello');
    expect(words(await rep.receive())).toEqual(['hello']);
  });

  it('lets in who has the password, and nobody else', async () => {
    const zap = open(binder, 'Router');
    await zap.bind('inproc://zeromq.zap.01');
    const rep = open(binder, 'Reply', { plainServer: true });
    const address = await bound(rep, 'ws');
    const asked: string[] = [];
    const answered = (async () => {
      for (let k = 0; k < 2; k += 1) {
        const [id, empty, version, seq, , , , , name, password] = await zap.receive();
        asked.push([name, password].map(String).join(':'));
        const status = String(password) === 'right' ? ['200', 'OK'] : ['400', 'no'];
        await zap.send([id!, empty!, version!, seq!, ...status, 'ann', '']);
      }
    })();
    const options = { plainUsername: 'ann', reconnectInterval: -1 };
    const wrong = open(connector, 'Request', { ...options, plainPassword: 'wrong' });
    wrong.connect(address);
    await until(() => asked.length === 1, 'that it is asked');
    const right = open(connector, 'Request', { ...options, plainPassword: 'right' });
    right.connect(address);
    await answered;
    expect(asked).toEqual(['ann:wrong', 'ann:right']);
    await right.send('it is me');
    expect(words(await rep.receive())).toEqual(['it is me']);
  });

  it('keeps a silent connection by pings, which both sides answer', async () => {
    const beat = { heartbeatInterval: 20, heartbeatTimeout: PATIENCE };
    const push = open(connector, 'Push', beat);
    const pull = open(binder, 'Pull', beat);
    const left: unknown[] = [];
    push.events.on('disconnect', (event) => left.push(event));
    const { host, port } = new URL(await bound(pull, 'ws'));
    const between = await pongCounter(Number(port));
    push.connect(`ws://${host.replace(port, String(between.port))}`);
    await push.send('first');
    expect(words(await pull.receive())).toEqual(['first']);
    await eventually(() =>
      expect(Math.min(between.pongs.there, between.pongs.back)).toBeGreaterThan(4),
    );
    await push.send('second');
    expect(words(await pull.receive())).toEqual(['second']);
    expect(left).toEqual([]);
  });

  it('hangs up on a peer that does not answer', async () => {
    const beat = { heartbeatInterval: 20, heartbeatTimeout: 3000 };
    const push = open(connector, 'Push', beat);
    const pull = open(binder, 'Pull');
    let left = false;
    push.events.on('disconnect', () => (left = true));
    const { port } = new URL(await bound(pull, 'ws'));
    const between = await pongCounter(Number(port), { drops: true });
    push.connect(`ws://127.0.0.1:${between.port}`);
    await push.send('first');
    expect(words(await pull.receive())).toEqual(['first']);
    await until(() => left, 'that it has hung up');
    // On a busy machine not before it has connected again.
    await eventually(() => expect(between.pongs.back).toBeGreaterThan(0));
  });
});

describe('a page, or any other WebSocket', () => {
  it('asks, and is answered, in messages with a byte of flags', async () => {
    const rep = open(OURS, 'Reply');
    const { page, heard } = await client(await bound(rep, 'ws'));
    for (const payload of parts('\u0000', '\u0001', '\u0001a', '\u0000b'))
      page.send(payload);
    expect(words(await rep.receive())).toEqual(['a', 'b']);
    await rep.send('answer');
    await eventually(() => expect(heard).toEqual(['\u0000', '\u0001', '\u0000answer']));
  });

  it('is known to a ROUTER by the name that it says first', async () => {
    const router = open(OURS, 'Router');
    const { page } = await client(await bound(router, 'ws'));
    for (const payload of parts('\u0000ann', '\u0000hello')) page.send(payload);
    expect(words(await router.receive())).toEqual(['ann', 'hello']);
  });

  it('is told why when it sends text', async () => {
    const { page } = await client(await bound(open(OURS, 'Reply'), 'ws'));
    page.send('hello');
    const [code, reason] = (await once(page, 'close')) as [number, Buffer];
    expect([code, String(reason)]).toEqual([1003, 'ZeroMQ needs binary messages']);
  });

  it('is judged by the ZAP handler, as every peer is', async () => {
    const zap = open(OURS, 'Router');
    await zap.bind('inproc://zeromq.zap.01');
    const rep = open(OURS, 'Reply', { zapDomain: 'here' });
    const { page } = await client(await bound(rep, 'ws'));
    page.send(Buffer.from('\u0000'));
    const [id, empty, version, seq] = await zap.receive();
    await zap.send([id!, empty!, version!, seq!, '400', 'no', '', '']);
    await eventually(() => expect(page.readyState).toBe(Client.CLOSED));
  });

  it('has its pings answered', async () => {
    const { page } = await client(await bound(open(OURS, 'Reply'), 'ws'));
    page.ping('are you there?');
    const [payload] = (await once(page, 'pong')) as [Buffer];
    expect(String(payload)).toBe('are you there?');
  });
});

describe('Chromium', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('subscribes to what a publisher publishes, as in docs/zeromq.md', async (context) => {
    const pub = open(OURS, 'Publisher');
    const address = await bound(pub, 'ws');
    const docs = readFileSync(join(ROOT, 'docs/zeromq.md'), 'utf8');
    const [, script = ''] = /```html\n([^]*?)```/.exec(docs) ?? [];
    const html = script.replace('ws://127.0.0.1:5680/', address);
    expect(html).toContain(address);
    const site = http.createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><link rel="icon" href="data:,"><body>${html}`);
    });
    onTestFinished(() => void site.close());
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const { port } = site.address() as net.AddressInfo;
    const page = await openPage(context, browser, `http://127.0.0.1:${port}/`);
    await eventually(async () => {
      await pub.send('2-Update!');
      await pub.send('1-Update!');
      expect(await page.textContent('body')).toContain('1-Update!');
    });
    expect(await page.textContent('body')).not.toContain('2-Update!');
  });
});

describe('the way there', () => {
  it('goes through a SOCKS proxy, where there is one', async () => {
    const proxy = await socksProxy();
    const pull = open(OURS, 'Pull');
    const push = open(OURS, 'Push', { socksProxy: proxy.address });
    const address = await link(pull, push, 'ws');
    await push.send('through');
    expect(words(await pull.receive())).toEqual(['through']);
    expect(proxy.asked).toEqual([new URL(address).host]);
    proxy.close();
  });

  it.each([
    ['ws://127.0.0.1', 'a host and a port'],
    ['ws://127.0.0.1:x', 'a host and a port'],
    ['ws://127.0.0.1:70000', 'a host and a port'],
    ['ws://127.0.0.1:1/a b', 'The path of ws://'],
    ['ws://127.0.0.1:1/a#b', 'The path of ws://'],
    ['ws://*:5555', '* is for bind()'],
    ['ws://', 'a transport and a place'],
  ])('%s is not an address', async (address, hint) => {
    const error = await thrown(() => open(OURS, 'Push').connect(address));
    expect(error).toMatchObject({
      code: 'EINVAL',
      hint: expect.stringContaining(hint) as string,
    });
  });

  it.each<[string, string]>([
    ['never answers', ''],
    ['never ends its answer', 'HTTP/1.1 101 Sw'],
  ])('leaves nothing open to a peer that %s', async (_, answer) => {
    const held = new Set<net.Socket>();
    let left = 0;
    const server = net.createServer((socket) => {
      held.add(socket);
      socket.on('error', () => {}).resume();
      socket.write(answer);
      socket.on('close', () => {
        held.delete(socket);
        left += 1;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const options = { reconnectInterval: 1, handshakeInterval: 20, linger: 0 };
    const push = open(OURS, 'Push', options);
    push.connect(`ws://127.0.0.1:${port}`);
    await until(() => left > 2, 'that it hangs up');
    push.close();
    await until(() => held.size === 0, 'that all are closed');
    expect(held.size).toBe(0);
    server.close();
  });

  it('is given up with its socket', async () => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const push = open(OURS, 'Push', { linger: 0 });
    push.connect(`ws://127.0.0.1:${port}`);
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    await once(socket, 'data'); // its request
    const ended = once(socket, 'close', { signal: AbortSignal.timeout(PATIENCE) });
    socket.on('error', () => {});
    push.close();
    await ended;
    expect(socket.destroyed).toBe(true);
    server.close();
  });

  it.each([0, 5])(
    'has its handshake, though messages have %i bytes at most',
    async (most) => {
      const limit = { maxMessageSize: most };
      const pull = open(OURS, 'Pull', limit);
      const push = open(OURS, 'Push', limit);
      await link(pull, push, 'ws');
      await push.send('x'.repeat(most));
      expect(words(await pull.receive())).toEqual(['x'.repeat(most)]);
    },
  );

  it('has no STREAM, which speaks no ZMTP', async () => {
    const stream = open(OURS, 'Stream');
    const error = { code: 'ENOCOMPATPROTO' };
    expect(await thrown(() => stream.connect('ws://127.0.0.1:1'))).toMatchObject(error);
    expect(await thrown(() => stream.bind('ws://127.0.0.1:*'))).toMatchObject(error);
  });

  it('is taken again and again, until somebody speaks ZeroMQ there', async () => {
    let asked = 0;
    const site = http.createServer();
    site.on('upgrade', (_, socket) => {
      asked += 1;
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    });
    const port = await ownPort();
    site.listen(port, '127.0.0.1');
    await once(site, 'listening');
    const push = open(OURS, 'Push', { reconnectInterval: 1 });
    push.connect(`ws://127.0.0.1:${port}`);
    await push.send('patience');
    await until(() => asked > 3, 'several attempts');
    site.close();
    site.closeAllConnections();
    const pull = open(OURS, 'Pull');
    await pull.bind(`ws://127.0.0.1:${port}`);
    expect(words(await pull.receive())).toEqual(['patience']);
  });
});

describe('a stranger', () => {
  it.each([
    ['who asks for a page', request(), '426 Upgrade Required'],
    ['who offers no subprotocol', request(...UPGRADE), '400 Bad Request'],
    [
      'who offers another one',
      request(...UPGRADE, 'Sec-WebSocket-Protocol: chat'),
      'Offer the subprotocol ZWS2.0/NULL or ZWS2.0',
    ],
    [
      'without a key',
      request(...UPGRADE.slice(0, 3), 'Sec-WebSocket-Protocol: ZWS2.0'),
      '400 Bad Request',
    ],
    ['who speaks ZMTP', `\u00ff${'\0'.repeat(8)}\u007f`, '400 Bad Request'],
    ['with endless headers', request(`X: ${'x'.repeat(20_000)}`), '431 Request Header'],
  ])('%s is told', async (_, bytes, answer) => {
    const address = await bound(open(OURS, 'Reply'), 'ws');
    const { socket, text } = await stranger(address, Buffer.from(bytes, 'latin1'));
    await eventually(() => expect(text()).toContain(answer));
    await eventually(() => expect(socket.destroyed).toBe(true));
  });

  it.each([
    ['says nothing', []],
    ['begins a request', ['GET / HTTP/1.1\r\nHost:']],
    ['opens a WebSocket, and says nothing', [request(...UPGRADE, PROTOCOL)]],
  ])('who %s is not waited for', async (_, bytes) => {
    const rep = open(OURS, 'Reply', { handshakeInterval: 100 });
    const { socket } = await stranger(await bound(rep, 'ws'), ...bytes);
    await eventually(() => expect(socket.destroyed).toBe(true));
  });

  it.each<[string, Buffer]>([
    ['an unmasked message', Buffer.from([0x82, 1, 0])],
    ['reserved bits', Buffer.from([0xf2, 0x81, 0, 0, 0, 0, 0])],
    ['a message of 2⁶³ bytes', Buffer.from('82ff80000000000000000000000000', 'hex')],
    ['a ping of 126 bytes', Buffer.from('89fe007e00000000', 'hex')],
    ['half a message, and a new one', Buffer.from('02810000000000828100000000', 'hex')],
    ['flags that nobody knows', Buffer.from([0x82, 0x81, 0, 0, 0, 0, 9])],
    ['no flags', Buffer.from([0x82, 0x80, 0, 0, 0, 0])],
  ])('who sends %s is hung up on, and the others are served', async (_, bytes) => {
    const pull = open(OURS, 'Pull');
    const push = open(OURS, 'Push');
    const address = await link(pull, push, 'ws');
    const ask = request(...UPGRADE, PROTOCOL);
    const { socket, text } = await stranger(address, ask);
    await eventually(() => expect(text()).toContain('101 Switching Protocols'));
    socket.write(bytes);
    await eventually(() => expect(socket.destroyed).toBe(true));
    await push.send('served');
    expect(words(await pull.receive())).toEqual(['served']);
  });

  it('who never ends a first message is hung up on after 128 KiB', async () => {
    const rep = open(OURS, 'Reply');
    const { socket, text } = await stranger(
      await bound(rep, 'ws'),
      request(...UPGRADE, PROTOCOL),
    );
    await eventually(() => expect(text()).toContain('101 Switching Protocols'));
    let sent = 0;
    const fragment = Buffer.alloc(1400);
    // The first is binary, all others go on with it.
    fragment.set([0x02, 0xfe, 0x05, 0x70]);
    const more = Buffer.from(fragment);
    more[0] = 0;
    while (!socket.destroyed && sent < 20e6) {
      socket.write(sent === 0 ? fragment : more);
      sent += fragment.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(20e6);
  });

  it('who only opens connections does not keep a socket from its end', async () => {
    const rep = open(OURS, 'Reply');
    const address = await bound(rep, 'ws');
    const { socket } = await stranger(address, 'GET / HTTP/1.1\r\n');
    await rep.unbind(address);
    await eventually(() => expect(socket.destroyed).toBe(true));
  });
});

it('a publisher serves a page beside its other subscribers', async () => {
  const pub = open(OURS, 'Publisher');
  const sub = open(OURS, 'Subscriber');
  sub.subscribe('news');
  const address = await link(pub, sub, 'ws');
  await untilHeard(pub, sub, 'news');
  const { page, heard } = await client(address);
  for (const payload of parts('\u0000', '\u0000\u0001news')) page.send(payload);
  await eventually(async () => {
    await pub.send(['news', 'for both']);
    expect(heard).toContain('\u0000for both');
  });
  expect(heard.slice(0, 3)).toEqual(['\u0000', '\u0001news', '\u0000for both']);
});

it('at the end of the process, what was sent leaves behind the pongs that wait', async () => {
  const program = `
    import { writeSync } from 'node:fs';
    import * as zmq from '${compiledUrl('src/zeromq/index.ts')}';
    const pair = new zmq.Pair({ linger: ${PATIENCE} });
    await pair.bind('ws://127.0.0.1:*');
    console.log(pair.lastEndpoint);
    await pair.receive();
    await pair.send('the last words');
    writeSync(1, 'said'); // from here on nothing else happens until the end
    process.exit();`;
  const flags = ['--input-type=module', '-e', program];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { socket, text } = await stranger(
    String(line).trim(),
    request(...UPGRADE, PROTOCOL),
  );
  await eventually(() => expect(text()).toContain('101 Switching Protocols'));
  socket.pause();
  socket.write(Buffer.from('82810000000000', 'hex'));
  // More pongs than the system holds for who does not read, and then a message.
  const ping = Buffer.concat([Buffer.from('89fd00000000', 'hex'), Buffer.alloc(125)]);
  socket.write(Buffer.concat(Array.from({ length: 100_000 }, () => ping)));
  socket.write('\u0082\u0081\0\0\0\0\0', 'latin1');
  await once(child.stdout, 'data');
  socket.resume();
  await once(socket, 'close');
  expect(text()).toContain('the last words');
});
