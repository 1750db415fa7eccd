/** Effects of options that no other suite covers. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  anyAddress,
  bound,
  boundToKeep,
  ENGINES,
  LIMIT,
  link,
  OURS,
  PAIRS,
  pause,
  soon,
  until,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { eventually } from '../../support/eventually.ts';
import { socksProxy } from '../../support/socks-proxy.ts';

const open = useSockets();

describe('a SOCKS proxy that hangs up', () => {
  it('is told as the reason why the connection is closed', async () => {
    const proxy = createServer((socket) => socket.once('data', () => socket.end()));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const push = open(OURS, 'Push', { socksProxy: `127.0.0.1:${port}` });
    const closed = new Promise((resolve) => push.events.on('close', resolve));
    push.connect('tcp://127.0.0.1:9');
    expect(await closed).toMatchObject({ error: { code: 'ERR_SOCKS' } });
    push.close();
    proxy.close();
  });
});

describe.for(PAIRS)('%s', ([, { binder, connector }]) => {
  it.each(['Dealer', 'Request', 'Router'] as const)(
    'a %s that probes is known to a ROUTER before it speaks',
    async (type) => {
      const router = open(binder, 'Router');
      const prober = open(connector, type, { probeRouter: true, routingId: 'ann' });
      await link(router, prober);
      expect(words(await router.receive())).toEqual(['ann', '']);
      // Not asked to, it says nothing.
      const other = open(connector, type, { routingId: 'bob' });
      other.connect(router.lastEndpoint!);
      router.receiveTimeout = 100;
      await expect(router.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
    },
  );

  it('a probe comes before what waits', async () => {
    const router = open(binder, 'Router');
    const address = await boundToKeep(router);
    await router.unbind(address);
    const options = { probeRouter: true, routingId: 'ann', reconnectInterval: 10 };
    const dealer = open(connector, 'Dealer', options);
    dealer.connect(address);
    await dealer.send('waits');
    await eventually(() => router.bind(address));
    expect(words(await router.receive())).toEqual(['ann', '']);
    expect(words(await router.receive())).toEqual(['ann', 'waits']);
  });

  it('conflates what waits for a peer to the last message', async () => {
    const pull = open(binder, 'Pull', { receiveTimeout: 100 });
    const address = await boundToKeep(pull);
    await pull.unbind(address);
    const push = open(connector, 'Push', { conflate: true, reconnectInterval: 10 });
    push.connect(address);
    for (let i = 0; i < 10; i += 1) await push.send(String(i));
    pull.receiveTimeout = LIMIT;
    // One who looks for a free port again and again may hold it for a moment itself.
    await eventually(() => pull.bind(address));
    expect(words(await pull.receive())).toEqual(['9']);
    pull.receiveTimeout = 50;
    await expect(pull.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('connects through a SOCKS proxy, by name and by address', async () => {
    const proxy = await socksProxy();
    const pull = open(binder, 'Pull');
    const address = await bound(pull);
    const named = address.replace('127.0.0.1', 'localhost');
    for (const where of [address, named]) {
      const push = open(connector, 'Push', { socksProxy: proxy.address });
      push.connect(where);
      await push.send(where);
      expect(words(await pull.receive())).toEqual([where]);
    }
    proxy.close();
    expect(proxy.asked).toEqual([address, named].map((one) => one.replace('tcp://', '')));
  });

  it('a name, a password, a domain and a welcome are bytes, which need not be text', async () => {
    const odd = Buffer.from([0xff, 0x80, 0x00, 0x41]);
    // The types know only strings; the engines also take buffers.
    const bytes = (...parts: number[]) => Buffer.from(parts) as unknown as string;
    const router = open(binder, 'Router');
    await link(
      router,
      open(connector, 'Dealer', { probeRouter: true, routingId: odd as never }),
    );
    expect(await router.receive()).toEqual([odd, Buffer.alloc(0)]);

    const long = Buffer.alloc(300, 0xfe);
    const xpub = open(binder, 'XPublisher', { welcomeMessage: long as never });
    const sub = open(connector, 'Subscriber');
    sub.subscribe();
    await link(xpub, sub);
    // Both must look: the native engine does its work inside its users' calls.
    expect((await Promise.all([sub.receive(), xpub.receive()]))[0]).toEqual([long]);

    const dealer = open(binder, 'Dealer');
    const named = open(connector, 'Router', { mandatory: true });
    named.connect(await bound(dealer), { routingId: bytes(0xfd) });
    await named.send([Buffer.from([0xfd]), 'by name']);
    expect(words(await dealer.receive())).toEqual(['by name']);

    const context = new binder.Context();
    const handler = open(binder, 'Reply', { context });
    await handler.bind('inproc://zeromq.zap.01');
    const domain = { plainServer: true, zapDomain: bytes(0xfa) };
    const pull = open(binder, 'Pull', { context, ...domain });
    const ann = { plainUsername: bytes(0xfb), plainPassword: bytes(0xfc) };
    await link(pull, open(connector, 'Push', ann));
    const question = await handler.receive();
    const asked = [2, 6, 7].map((part) => question[part]!.toString('hex'));
    expect(asked).toEqual(['fa', 'fb', 'fc']);
  });

  it('lets NULL peers in when nobody is there to ask, unless it must ask', async () => {
    const context = new binder.Context();
    const options = { context, zapDomain: 'class', receiveTimeout: LIMIT };
    const pull = open(binder, 'Pull', options);
    const push = open(connector, 'Push');
    await link(pull, push);
    await push.send('hello');
    expect(words(await pull.receive())).toEqual(['hello']);
    const strict = open(binder, 'Pull', { ...options, zapEnforceDomain: true });
    const refused = new Promise((resolve) => {
      strict.events.on('handshake:error:other', resolve);
    });
    open(connector, 'Push', { reconnectInterval: 10_000 }).connect(await bound(strict));
    expect(await soon(refused, 'that it is told')).toMatchObject({
      address: strict.lastEndpoint,
    });
  });

  it('asks its ZAP handler also about those who say nothing of themselves', async () => {
    const context = new binder.Context();
    const handler = open(binder, 'Reply', { context });
    await handler.bind('inproc://zeromq.zap.01');
    const pull = open(binder, 'Pull', { context, zapDomain: 'class' });
    const push = open(connector, 'Push', { reconnectInterval: 10_000 });
    let status: unknown;
    push.events.on('handshake:error:auth', ({ error }) => ({ status } = error));
    await link(pull, push);
    await push.send('let me in');
    const [version, id, ...question] = await handler.receive();
    expect(words(question)).toEqual(['class', '127.0.0.1', '', 'NULL']);
    await handler.send([version!, id!, '400', 'no', '', '']);
    await until(() => status !== undefined, 'that it is refused');
    expect(status).toBe(400);
    pull.receiveTimeout = 50;
    await expect(pull.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('a PLAIN server without a ZAP handler lets nobody in', async () => {
    const context = new binder.Context();
    const rep = open(binder, 'Reply', { context, plainServer: true });
    const ann = { plainUsername: 'ann', plainPassword: 'secret' };
    const req = open(connector, 'Request', { ...ann, reconnectInterval: 10_000 });
    const seen: string[] = [];
    for (const type of ['handshake', 'disconnect'] as const) {
      req.events.on(type, () => seen.push(type));
    }
    await link(rep, req);
    await req.send('a question');
    await until(() => seen.length > 0, 'that it is decided');
    expect(seen).toEqual(['disconnect']);
    rep.receiveTimeout = 50;
    await expect(rep.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });
});

describe.for(ENGINES)('%s', ([name, engine]) => {
  it('tries again at longer and longer intervals, to the longest', async () => {
    const free = open(engine, 'Pull');
    const address = await boundToKeep(free);
    await free.unbind(address);
    const push = open(engine, 'Push', {
      reconnectInterval: 5,
      reconnectMaxInterval: 40,
    });
    const intervals: number[] = [];
    push.events.on('connect:retry', ({ interval }) => intervals.push(interval));
    push.connect(address);
    await until(() => intervals.length >= 6, 'six attempts');
    expect(intervals.slice(0, 6)).toEqual([5, 10, 20, 40, 40, 40]);
  });

  it('an XPUB that has connected welcomes its peer; ours does so each time', async () => {
    const xpub = open(engine, 'XPublisher', {
      welcomeMessage: 'welcome',
      reconnectInterval: 10,
    });
    let left = false;
    xpub.events.on('disconnect', () => (left = true));
    const first = open(engine, 'Subscriber');
    first.subscribe('welcome', 'end');
    const address = await link(first, xpub, 'tcp', boundToKeep);
    // Both must look: the native engine does its work inside its users' calls.
    const [greeted] = await Promise.all([first.receive(), xpub.receive()]);
    expect(words(greeted)).toEqual(['welcome']);
    first.close();
    await until(() => left, 'that it has left');
    await xpub.send('end'); // waits, and comes after the welcome
    const second = open(engine, 'Subscriber', { receiveTimeout: 20 });
    second.subscribe('welcome', 'end');
    await second.bind(address);
    const heard: string[] = [];
    for (let tries = 0; tries < 200 && heard.at(-1) !== 'end'; tries += 1) {
      await xpub.send('end');
      heard.push(...words(await second.receive().catch(() => [])));
    }
    expect(heard).toEqual(name === 'ours' ? ['welcome', 'end'] : ['end']);
  });

  it('a probe comes before what waits over inproc:// too', async () => {
    const dealer = open(engine, 'Dealer', { probeRouter: true, routingId: 'ann' });
    const router = open(engine, 'Router');
    const address = anyAddress('inproc');
    dealer.connect(address);
    await dealer.send('waits');
    await router.bind(address);
    expect(words(await router.receive())).toEqual(['ann', '']);
    expect(words(await router.receive())).toEqual(['ann', 'waits']);
  });

  it.each([
    ['Pull', 'receiveTimeout'],
    ['Push', 'sendTimeout'],
    ['Push', 'linger'],
    ['Push', 'reconnectInterval'],
    ['Push', 'reconnectMaxInterval'],
    ['Push', 'connectTimeout'],
    ['Push', 'handshakeInterval'],
    ['Push', 'heartbeatInterval'],
    ['Push', 'heartbeatTimeout'],
    ['Push', 'recoveryInterval'],
  ] as const)('a %s has no longer %s than a timer can wait for', (type, option) => {
    const longest = 2 ** 31 - 1;
    const socket = open(engine, type, { [option]: longest });
    expect(socket).toHaveProperty(option, longest);
    const set = (value: number): unknown => Object.assign(socket, { [option]: value });
    expect(() => set(longest + 1)).toThrow('Invalid argument');
    // To the native engine this is 0.
    if (name === 'ours') expect(() => set(Infinity)).toThrow('Invalid argument');
    set(1.9);
    expect(socket).toHaveProperty(option, 1);
  });

  it('waits for as long as it may before it tries again', async () => {
    const free = open(engine, 'Pull');
    const address = await boundToKeep(free);
    await free.unbind(address);
    const push = open(engine, 'Push', { reconnectInterval: 2 ** 31 - 1 });
    const waits: number[] = [];
    push.events.on('connect:retry', ({ interval }) => waits.push(interval));
    push.connect(address);
    await until(() => waits.length > 0, 'that it has failed');
    expect(waits).toEqual([2 ** 31 - 1]);
  });

  it('does not try again when told not to', async () => {
    const free = open(engine, 'Pull');
    const address = await boundToKeep(free);
    await free.unbind(address);
    const push = open(engine, 'Push', { reconnectInterval: -1 });
    const seen: string[] = [];
    for (const type of ['close', 'connect:retry', 'connect:delay'] as const) {
      push.events.on(type, () => seen.push(type));
    }
    push.connect(address);
    await until(() => seen.includes('close'), 'that it has failed');
    // Long enough for many attempts.
    await pause(250);
    expect(seen).toEqual(['connect:delay', 'close']);
  });

  it('takes the place of a socket that a server left behind', async (context) => {
    if (process.platform === 'win32') context.skip('no files of sockets here');
    const address = anyAddress('ipc');
    const path = address.slice('ipc://'.length);
    // What a killed server leaves: closing removes only what bears the name that was bound.
    const server = createServer().listen(`${path}-`);
    await once(server, 'listening');
    renameSync(`${path}-`, path);
    server.close();
    expect(existsSync(path)).toBe(true);
    const [pull, push] = [open(engine, 'Pull'), open(engine, 'Push')];
    await pull.bind(address);
    push.connect(address);
    await push.send('here');
    expect(words(await pull.receive())).toEqual(['here']);
    if (name !== 'ours') return; // libzmq removes whatever is there
    const other = anyAddress('ipc');
    writeFileSync(other.slice('ipc://'.length), 'somebody needs this');
    await expect(open(engine, 'Pull').bind(other)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await pause(0);
    expect(existsSync(other.slice('ipc://'.length))).toBe(true);
  });
});
