/** Python that makes the lecture's calls, with sockets of ours at the other end. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as lab from '../../../src/zeromq/index.ts';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import {
  anyAddress,
  bound,
  type Engine,
  soon,
  until,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';
import { needPyzmq } from '../../support/peers.ts';

const ours = lab as unknown as Engine;
const open = useSockets();
const programs = new Programs();
beforeEach((context) => void needPyzmq(context));
afterEach(() => programs.stopAll());

/** The lecture binds fixed ports; a test needs one of its own. */
async function address(): Promise<string> {
  return `tcp://127.0.0.1:${await ownPort()}`;
}

function lecture(program: string, at: string, ...rest: string[]): Program {
  return programs.python('test/interop/peers/zmq_lecture.py', program, at, ...rest);
}

it('request–reply: our client asks its server, word by word', async () => {
  const at = await address();
  const server = await lecture('echo_server', at).printed('ready');
  const req = open(ours, 'Request');
  req.connect(at);
  for (const word of ['My', 'name', 'is', 'Ståle']) {
    await req.send(word);
    expect(words(await req.receive())).toEqual([`Echo: ${word}`]);
  }
  await server.printed('Received: Ståle');
});

it('request–reply: its clients ask our server', async () => {
  const rep = open(ours, 'Reply');
  const at = await bound(rep);
  const clients = [lecture('echo_client', at, 'one', 'two'), lecture('once_client', at)];
  const heard: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const [question] = words(await rep.receive());
    heard.push(question!);
    await rep.send(`Echo: ${question}`);
  }
  for (const client of clients) expect(await client.ended()).toEqual(IN_PEACE);
  expect(heard.sort()).toEqual(['Hello There', 'one', 'two']);
  expect(clients[0]!.stdout).toBe('Echo: one\nEcho: two\n');
  expect(clients[1]!.stdout).toBe('Received Echo: Hello There\n');
});

it('request–reply: a server that answers once and stops', async () => {
  const at = await address();
  const server = await lecture('once_server', at).printed('ready');
  const req = open(ours, 'Request');
  req.connect(at);
  await req.send('Hello There');
  expect(words(await req.receive())).toEqual(['Hello back']);
  expect(await server.ended()).toEqual(IN_PEACE);
  expect(server.stdout).toBe('ready\nReceived Hello There\n');
});

it('asynchronous request–reply, both ways', async () => {
  const at = await address();
  await lecture('router_server', at).printed('ready');
  const dealer = open(ours, 'Dealer');
  dealer.connect(at);
  for (const word of ['one', 'two', 'three']) await dealer.send(word);
  for (const word of ['one', 'two', 'three']) {
    expect(words(await dealer.receive())).toEqual([`Echo: ${word}`]);
  }
  const router = open(ours, 'Router');
  const client = lecture('dealer_client', await bound(router), 'one', 'two');
  for (let i = 0; i < 2; i += 1) {
    const [id, word] = await router.receive();
    await router.send([id!, `Echo: ${String(word)}`]);
  }
  expect(await client.ended()).toEqual(IN_PEACE);
  expect(client.stdout).toBe('Echo: one\nEcho: two\n');
});

it('publish–subscribe: our subscribers hear what begins with their topic', async () => {
  const at = await address();
  await lecture('publisher', at).printed('ready');
  const [first, all, none] = ['1', '', '3'].map((topic) => {
    const sub = open(ours, 'Subscriber');
    sub.subscribe(topic);
    sub.connect(at);
    return sub;
  });
  const updates = /^1-Update! >> #(\d+) >> \d\d:\d\d:\d\d$/;
  const [one, two] = [words(await first!.receive()), words(await first!.receive())];
  const numbers = [one, two].map(([text]) => Number(updates.exec(text!)![1]));
  expect(numbers[1]).toBe(numbers[0]! + 1);
  const kinds = [words(await all!.receive()), words(await all!.receive())];
  const initials = kinds.map(([text]) => text!.slice(0, 1));
  expect(initials.sort()).toEqual(['1', '2']);
  none!.receiveTimeout = 0;
  await expect(none!.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
});

it('publish–subscribe: its subscribers hear our publisher', async () => {
  const pub = open(ours, 'XPublisher');
  const at = await bound(pub);
  const one = lecture('subscriber', at, '1', '2');
  const all = lecture('subscriber', at, '', '4');
  const subscribed = [...(await pub.receive()), ...(await pub.receive())].map(String);
  expect(subscribed.sort()).toEqual(['\u0001', '\u00011']);
  for (const number of [0, 1]) {
    for (const kind of [1, 2]) await pub.send(`${kind}-Update! >> #${number} >> 12:00`);
  }
  for (const client of [one, all]) expect(await client.ended()).toEqual(IN_PEACE);
  expect(one.stdout).toMatch(/^1-.*#0.*\n1-.*#1.*\n$/);
  expect(all.stdout).toMatch(/^1-.*#0.*\n2-.*#0.*\n1-.*#1.*\n2-.*#1.*\n$/);
});

it('pipeline: our workers share what its manager gives out', async () => {
  const at = await address();
  await lecture('manager', at).printed('ready');
  const workers = [open(ours, 'Pull'), open(ours, 'Pull')];
  for (const worker of workers) worker.connect(at);
  const got = await Promise.all(
    workers.map(async (worker) => {
      const mine: number[] = [];
      for (let i = 0; i < 3; i += 1)
        mine.push(parseInt(words(await worker.receive())[0]!));
      return mine;
    }),
  );
  const seen = got.flat();
  expect(new Set(seen).size).toBe(6);
  for (const mine of got) expect(mine).toEqual(mine.toSorted((a, b) => a - b));
});

it('pipeline: its workers share what our manager gives out', async () => {
  const push = open(ours, 'Push');
  const at = await bound(push);
  let there = 0;
  push.events.on('handshake', () => (there += 1));
  const workers = [lecture('worker', at, '3'), lecture('worker', at, '3')];
  await until(() => there === 2, 'two workers');
  for (let i = 0; i < 6; i += 1) await push.send(`${i} - 12:00:00`);
  for (const worker of workers) expect(await worker.ended()).toEqual(IN_PEACE);
  const lines = workers.map(({ stdout }) => stdout.match(/\d(?= - )/g)!.join(''));
  expect(lines.sort()).toEqual(['024', '135']);
});

it('exclusive pair, both ways', async () => {
  const at = await address();
  const server = await lecture('pair_server', at).printed('ready');
  const pair = open(ours, 'Pair');
  pair.connect(at);
  for (let i = 0; i < 3; i += 1) {
    await pair.send(`client ${i}`);
    expect(words(await pair.receive())).toEqual([`server ${i}`]);
  }
  expect(await server.ended()).toEqual(IN_PEACE);
  const bindingPair = open(ours, 'Pair');
  const client = lecture('pair_client', await bound(bindingPair));
  for (let i = 0; i < 3; i += 1) {
    expect(words(await bindingPair.receive())).toEqual([`client ${i}`]);
    await bindingPair.send(`server ${i}`);
  }
  expect(await client.ended()).toEqual(IN_PEACE);
});

it('a client that comes, connects and sends before its server', async () => {
  const at = await address();
  const req = open(ours, 'Request', { reconnectInterval: 10 });
  req.connect(at);
  await req.send('early');
  const server = lecture('echo_server', at);
  expect(words(await req.receive())).toEqual(['Echo: early']);
  await server.kill();

  const elsewhere = await address();
  const client = lecture('echo_client', elsewhere, 'early');
  const rep = open(ours, 'Reply');
  await rep.bind(elsewhere);
  expect(words(await rep.receive())).toEqual(['early']);
  await rep.send('late');
  expect(await client.ended()).toEqual(IN_PEACE);
});

it('over ipc, both ways', async () => {
  const path = anyAddress('ipc');
  await lecture('echo_server', path).printed('ready');
  const req = open(ours, 'Request');
  req.connect(path);
  await req.send('hello');
  expect(words(await req.receive())).toEqual(['Echo: hello']);
  const rep = open(ours, 'Reply');
  const client = lecture('echo_client', await bound(rep, 'ipc'), 'hello');
  await rep.send(words(await rep.receive()));
  expect(await client.ended()).toEqual(IN_PEACE);
  expect(client.stdout).toBe('hello\n');
});

/** Its device, with a wild port on both sides: where they are. */
async function device(front: string, back: string): Promise<[string, string]> {
  const any = 'tcp://127.0.0.1:*';
  const program = lecture('device', any, front, back, any);
  await program.printed(/front .*\nback .*\n/);
  const [, atFront, atBack] = /front (.*)\nback (.*)\n/.exec(program.stdout)!;
  return [atFront!, atBack!];
}

it('its devices between our sockets: queue, forwarder, streamer', async () => {
  const [clients, servers] = await device('ROUTER', 'DEALER');
  const [req, rep] = [open(ours, 'Request'), open(ours, 'Reply')];
  req.connect(clients);
  rep.connect(servers);
  await req.send('question');
  expect(words(await rep.receive())).toEqual(['question']);
  await rep.send('answer');
  expect(words(await req.receive())).toEqual(['answer']);

  const [publishers, subscribers] = await device('SUB', 'PUB');
  const [pub, sub] = [open(ours, 'Publisher'), open(ours, 'Subscriber')];
  pub.connect(publishers);
  sub.subscribe('1');
  sub.connect(subscribers);
  await untilHeard(pub, sub, '1');

  const [managers, workers] = await device('PULL', 'PUSH');
  const [push, pull] = [open(ours, 'Push'), open(ours, 'Pull')];
  push.connect(managers);
  pull.connect(workers);
  await push.send('work');
  expect(words(await pull.receive())).toEqual(['work']);
});

it('our devices between its programs: queue, forwarder, streamer', async () => {
  const running: Promise<void>[] = [];
  const proxies: { terminate(): void }[] = [];
  const start = async (front: 'Router' | 'XSubscriber' | 'Pull', back: string) => {
    const proxy = new ours.Proxy(
      open(ours, front),
      open(ours, back as 'Dealer' | 'XPublisher' | 'Push'),
    );
    const at = [await bound(proxy.frontEnd), await bound(proxy.backEnd)] as const;
    running.push(proxy.run());
    proxies.push(proxy);
    return at;
  };
  const [clients, servers] = await start('Router', 'Dealer');
  const rep = open(ours, 'Reply');
  rep.connect(servers);
  const client = lecture('echo_client', clients, 'hello');
  await rep.send(words(await rep.receive()));
  expect(await client.ended()).toEqual(IN_PEACE);

  const [publishers, subscribers] = await start('XSubscriber', 'XPublisher');
  const pub = open(ours, 'XPublisher');
  pub.connect(publishers);
  const listener = lecture('subscriber', subscribers, '1', '1');
  expect(words(await pub.receive())).toEqual(['\u00011']);
  await pub.send('1-Update!');
  expect(await listener.ended()).toEqual(IN_PEACE);

  const [managers, workers] = await start('Pull', 'Push');
  const worker = lecture('worker', workers, '2');
  const push = open(ours, 'Push');
  push.connect(managers);
  for (const task of ['1', '2']) await push.send(task);
  expect(await worker.ended()).toEqual(IN_PEACE);
  expect(worker.stdout).toContain('Received: 1\nReceived: 2\n');

  for (const proxy of proxies) proxy.terminate();
  await soon(Promise.all(running), 'the end of the proxies');
});
