/**
 * How much can a relay carry? 20,000 datagrams a second, and 200 connections that echo, each
 * through a relay with a bad link and, in the same run, without one; one connection that sends as
 * fast as it can, over a perfect link; and 1,000 connections and 1,000 flows of datagrams at the
 * same time.
 *
 *   npx tsx bench/link-relay.ts              five rounds, about three minutes
 *   npx tsx bench/link-relay.ts --short      two short rounds, about half a minute
 *   npx tsx bench/link-relay.ts --bulk       only the perfect links
 *
 * Sender, relay and receiver are processes of their own. The two ways take turns, so that a busy machine slows
 * both; what is printed is the median of the rounds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import {
  type DatagramRelayStatistics,
  openDatagramRelay,
  openStreamRelay,
  parseLink,
} from '../src/network/link/index.ts';
import { machine, row } from './support/print.ts';

const { values, positionals } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    bulk: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const ROUNDS = values.short ? 2 : 5;
const SECONDS = values.short ? 2 : 5;
const RATE = 20_000;
const LARGEST_BURST = 50;
const PAYLOAD = Buffer.alloc(100, 'x');
const CONNECTIONS = 200;
const CROWD = 1000;
/** Seconds that each of the crowd has for its answer. */
const PATIENCE = 60;
const LINK = 'loss=1%,dup=1%,reorder=1%,delay=20ms,jitter=2ms,seed=7';

interface Told {
  port: number;
  rss: number;
  /** Seconds of processor since the start. */
  cpu: number;
  datagrams: DatagramRelayStatistics | undefined;
}

/** The other process: opens the relay that it is told to, and answers questions about it. */
async function serve(kind: string, target: number, link: string): Promise<void> {
  const room = { clients: CROWD, connections: CROWD };
  const options = {
    listen: { port: 0 },
    to: { port: target },
    link: parseLink(link),
    ...room,
  };
  const datagrams = kind === 'udp' ? await openDatagramRelay(options) : undefined;
  const relay = datagrams ?? (await openStreamRelay(options));
  const tell = (): void => {
    const { user, system } = process.cpuUsage();
    const told: Told = {
      port: relay.address.port,
      rss: process.memoryUsage.rss(),
      cpu: (user + system) / 1e6,
      datagrams: datagrams?.statistics,
    };
    process.send!(told);
  };
  process.on('message', tell);
  process.on('disconnect', () => process.exit());
  tell();
}

/** This program once more, in another part. */
function startSelf(
  part: 'udp' | 'tcp' | 'send' | 'pour' | 'pipe',
  port: number,
  ...more: string[]
): ChildProcess {
  const options = values.short ? ['--short'] : [];
  return fork(fileURLToPath(import.meta.url), [...options, part, String(port), ...more]);
}

async function startRelay(
  kind: 'udp' | 'tcp' | 'pipe',
  target: number,
  link = LINK,
): Promise<[ChildProcess, Told]> {
  const child = startSelf(kind, target, link);
  const [told] = (await once(child, 'message')) as [Told];
  return [child, told];
}

async function ask(child: ChildProcess): Promise<Told> {
  child.send('how is it?');
  const [told] = (await once(child, 'message')) as [Told];
  return told;
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** The median over rounds of whatever is picked from each. */
function middleOf<Round>(
  rounds: readonly Round[],
): (pick: (round: Round) => number) => number {
  return (pick) => median(rounds.map(pick));
}

interface Flow {
  sent: number;
  /** Datagrams a second, at the receiver. */
  received: number;
}

/** The sending process: `RATE` datagrams a second to `port`, a few at a time. */
async function send(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const start = performance.now();
  let sent = 0;
  let forgiven = 0;
  while (performance.now() - start < SECONDS * 1000) {
    const due = ((performance.now() - start) / 1000) * RATE - forgiven - sent;
    // What the machine held up is not made good for in one burst: no receiver has room for it.
    forgiven += Math.max(0, due - LARGEST_BURST);
    for (let burst = 0; burst < Math.min(due, LARGEST_BURST); burst += 1, sent += 1) {
      socket.send(PAYLOAD, () => {});
    }
    await new Promise(setImmediate);
  }
  socket.close();
  process.send!(sent / ((performance.now() - start) / 1000), () => process.disconnect());
}

async function flow(receiver: DatagramSocket, port: number): Promise<Flow> {
  let received = 0;
  const count = (): void => void (received += 1);
  receiver.on('message', count);
  const sender = startSelf('send', port);
  const [sent] = (await once(sender, 'message')) as [number];
  await sleep(300); // for what is still on its way
  receiver.off('message', count);
  return { sent, received: received / SECONDS };
}

async function benchDatagrams(): Promise<void> {
  const receiver = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  receiver.bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address();
  const [child, relay] = await startRelay('udp', port);
  const rounds: {
    bare: Flow;
    through: Flow;
    missing: number;
    rss: number;
    cpu: number;
  }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await flow(receiver, port);
    const before = await ask(child);
    const through = await flow(receiver, relay.port);
    const after = await ask(child);
    const [was, is] = [before.datagrams!.there, after.datagrams!.there];
    const came = (is.received - was.received) / SECONDS;
    rounds.push({
      bare,
      through,
      missing: 1 - came / through.sent,
      rss: after.rss,
      cpu: (after.cpu - before.cpu) / SECONDS,
    });
  }
  child.disconnect();
  receiver.close();
  const middle = middleOf(rounds);
  console.log(
    `Datagrams of ${PAYLOAD.length} bytes, ${whole(RATE)} a second wanted, link ${LINK}\n`,
  );
  console.log(
    row('', 'sent a second', 'received a second', 'relay: processor', 'memory'),
  );
  console.log(row('---', '--:', '--:', '--:', '--:'));
  console.log(
    row(
      'bare sockets',
      whole(middle(({ bare }) => bare.sent)),
      whole(middle(({ bare }) => bare.received)),
      '',
      '',
    ),
  );
  console.log(
    row(
      'through the relay',
      whole(middle(({ through }) => through.sent)),
      whole(middle(({ through }) => through.received)),
      `${whole(100 * middle(({ cpu }) => cpu))} %`,
      `${whole(middle(({ rss }) => rss) / 1e6)} MB`,
    ),
  );
  const lost = Math.max(
    0,
    middle(({ missing }) => missing),
  );
  console.log(`\nNot read by the relay in time: ${(100 * lost).toFixed(2)} %\n`);
}

/** So many connections, each asking again as soon as it has its answer. */
async function echoes(port: number): Promise<number> {
  let answers = 0;
  let over = false;
  const sockets = Array.from({ length: CONNECTIONS }, () =>
    connect({ port, noDelay: true }),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const start = performance.now();
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.on('data', () => {
      answers += 1;
      if (!over) socket.write(PAYLOAD);
    });
    socket.write(PAYLOAD);
  }
  await sleep(SECONDS * 1000);
  over = true;
  const rate = answers / ((performance.now() - start) / 1000);
  for (const socket of sockets) socket.destroy();
  return rate;
}

async function benchStreams(): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [child, relay] = await startRelay('tcp', port);
  const rounds: { bare: number; through: number; rss: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await echoes(port);
    const before = await ask(child);
    const through = await echoes(relay.port);
    const after = await ask(child);
    rounds.push({
      bare,
      through,
      rss: after.rss,
      cpu: (after.cpu - before.cpu) / SECONDS,
    });
  }
  child.disconnect();
  server.close();
  const middle = middleOf(rounds);
  // Each waits a round trip for its answer: that is how many there can be at most.
  const most = CONNECTIONS / 0.042;
  console.log(
    `${CONNECTIONS} connections that echo ${PAYLOAD.length} bytes, link ${LINK}\n`,
  );
  console.log(row('', 'echoes a second', 'relay: processor', 'memory'));
  console.log(row('---', '--:', '--:', '--:'));
  console.log(row('bare sockets', whole(middle(({ bare }) => bare)), '', ''));
  console.log(
    row(
      `through the relay (without loss at most ${whole(most)})`,
      whole(middle(({ through }) => through)),
      `${whole(100 * middle(({ cpu }) => cpu))} %`,
      `${whole(middle(({ rss }) => rss) / 1e6)} MB`,
    ),
  );
}

/** The sending process: as many bytes as one connection takes. */
function pour(port: number): void {
  const chunk = Buffer.alloc(64 * 1024);
  const socket = connect({ port });
  const more = (): void => {
    while (socket.write(chunk));
  };
  socket.on('drain', more).on('error', () => process.exit());
  more();
  process.on('disconnect', () => process.exit());
}

/** What a relay made of two bare sockets can do at most: nobody looks at the bytes. */
function pipe(target: number): void {
  const server = createServer((near) => {
    const far = connect({ port: target });
    for (const socket of [near, far]) socket.on('error', () => near.destroy());
    near.pipe(far);
  }).listen(0, '127.0.0.1', () => {
    process.send!({ port: (server.address() as AddressInfo).port });
  });
  process.on('disconnect', () => process.exit());
}

async function benchBulk(): Promise<void> {
  let received = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', ({ length }) => (received += length));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [child, relay] = await startRelay('tcp', port, '');
  const [pipeChild, piped] = await startRelay('pipe', port);
  /** Bytes a second, once they flow. */
  const poured = async (to: number): Promise<number> => {
    const sender = startSelf('pour', to);
    await once(server, 'connection');
    await sleep(300);
    const [before, start] = [received, performance.now()];
    await sleep(SECONDS * 1000);
    const rate = (received - before) / ((performance.now() - start) / 1000);
    sender.disconnect();
    await once(sender, 'exit');
    return rate;
  };
  const rounds: { bare: number; pipe: number; through: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await poured(port);
    const asPipe = await poured(piped.port);
    const before = await ask(child);
    const through = await poured(relay.port);
    const after = await ask(child);
    const cpu = (after.cpu - before.cpu) / SECONDS;
    rounds.push({ bare, pipe: asPipe, through, cpu });
  }
  child.disconnect();
  pipeChild.disconnect();
  server.close();
  const middle = middleOf(rounds);
  const megabytes = (rate: number): string => `${whole(rate / 1e6)} MB`;
  console.log('\nOne connection that sends as fast as it can, over a perfect link\n');
  console.log(row('', 'a second', 'relay: processor'));
  console.log(row('---', '--:', '--:'));
  console.log(row('bare sockets', megabytes(middle(({ bare }) => bare)), ''));
  console.log(
    row('through bare sockets, near.pipe(far)', megabytes(middle((one) => one.pipe)), ''),
  );
  console.log(
    row(
      'through the relay',
      megabytes(middle(({ through }) => through)),
      `${whole(100 * middle(({ cpu }) => cpu))} %`,
    ),
  );
}

async function fulfilled(all: readonly Promise<unknown>[]): Promise<number> {
  const ends = await Promise.allSettled(all);
  return ends.filter(({ status }) => status === 'fulfilled').length;
}

/** A thousand connections and a thousand flows of datagrams, all open at the same time. */
async function benchCrowd(): Promise<void> {
  const streams = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen({ port: 0, host: '127.0.0.1', backlog: CROWD });
  const datagrams = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(streams, 'listening'), once(datagrams, 'listening')]);
  datagrams.on('message', (data, from) => datagrams.send(data, from.port, from.address));
  const ports = [(streams.address() as AddressInfo).port, datagrams.address().port];
  const [tcpChild, tcp] = await startRelay('tcp', ports[0]!, '');
  const [udpChild, udp] = await startRelay('udp', ports[1]!, '');

  const connections = Array.from({ length: CROWD }, () => connect({ port: tcp.port }));
  const answered = connections.map(async (socket) => {
    socket.on('error', () => {});
    socket.write(PAYLOAD);
    await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE * 1000) });
  });
  const flows = Array.from({ length: CROWD }, () => createSocket('udp4'));
  const heard = flows.map(async (socket) => {
    socket.send(PAYLOAD, udp.port, '127.0.0.1');
    // A full buffer may have cost the question or the answer: then it is asked again.
    const again = setInterval(() => socket.send(PAYLOAD, udp.port, '127.0.0.1'), 1000);
    await once(socket, 'message', {
      signal: AbortSignal.timeout(PATIENCE * 1000),
    }).finally(() => clearInterval(again));
  });
  const [byStream, byDatagram] = [await fulfilled(answered), await fulfilled(heard)];
  const [after, afterUdp] = [await ask(tcpChild), await ask(udpChild)];
  console.log(`\n${CROWD} at the same time, each asks once\n`);
  console.log(row('', 'answered', 'relay: memory'));
  console.log(row('---', '--:', '--:'));
  console.log(row('connections', whole(byStream), `${whole(after.rss / 1e6)} MB`));
  console.log(
    row('flows of datagrams', whole(byDatagram), `${whole(afterUdp.rss / 1e6)} MB`),
  );
  for (const socket of connections) socket.destroy();
  for (const socket of flows) socket.close();
  for (const child of [tcpChild, udpChild]) child.disconnect();
  streams.close();
  datagrams.close();
}

const [part, target, link] = positionals;
if (part === 'send') await send(Number(target));
else if (part === 'pour') pour(Number(target));
else if (part === 'pipe') pipe(Number(target));
else if (part !== undefined) await serve(part, Number(target), link!);
else {
  console.log(`${machine()}\n`);
  if (!values.bulk) await benchDatagrams();
  if (!values.bulk) await benchStreams();
  await benchBulk();
  await benchCrowd();
}
