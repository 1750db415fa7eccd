/**
 * One process of a ZeroMQ benchmark in Node: `zmq-peer.ts ENGINE ROLE ADDRESS SIZE COUNT PEERS`.
 *
 *   ENGINE    ours, native, bare (Node's own net, with nothing between)
 *   ROLE      pull, rep, xpub bind, print `at ADDRESS`; push, req, sub connect there
 *   COUNT     messages to measure; a tenth of that is sent first, to warm up
 *
 * A receiver (or req) prints `seconds N`, and every role prints `cpu N` at the end: processor
 * seconds since the warm-up, for all threads. zmq_peer.c and zmq_peer.py are the same program in
 * other languages.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type BasicRole, type Role, warmUp } from './zmq-roles.ts';
import { scaleRoles } from './zmq-scale.ts';

type Zmq = typeof import('zeromq');

const [engine, role, address, ...numbers] = process.argv.slice(2) as [
  string,
  Role,
  string,
];
const [size, count, peers] = numbers.map(Number) as [number, number, number];
const warm = warmUp(count);
const tellAddress = (at: string): void => console.log(`at ${at}`);

let start: number | undefined;
let cpu: NodeJS.CpuUsage | undefined;
/** The warm-up is over. */
function begin(): void {
  start ??= performance.now();
  cpu ??= process.cpuUsage();
}
function tellSeconds(): void {
  console.log(`seconds ${(performance.now() - start!) / 1000}`);
}
process.on('exit', () => {
  const { user, system } = process.cpuUsage(cpu);
  writeSync(1, `cpu ${(user + system) / 1e6}\n`);
});

const roles: Record<BasicRole, (zmq: Zmq) => Promise<void>> = {
  async pull({ Pull }) {
    const pull = new Pull();
    await pull.bind(address);
    tellAddress(pull.lastEndpoint!);
    for (let i = 0; i < warm; i += 1) await pull.receive();
    begin();
    for (let i = 0; i < count; i += 1) await pull.receive();
    tellSeconds();
    pull.close();
  },
  async push({ Push }) {
    const push = new Push();
    push.connect(address);
    const message = Buffer.alloc(size, 'x');
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      await push.send(message);
    }
    push.close();
  },
  async rep({ Reply }) {
    const rep = new Reply();
    await rep.bind(address);
    tellAddress(rep.lastEndpoint!);
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      const [question] = await rep.receive();
      await rep.send(question!);
    }
    rep.close();
  },
  async req({ Request }) {
    const req = new Request();
    req.connect(address);
    const message = Buffer.alloc(size, 'x');
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      await req.send(message);
      await req.receive();
    }
    tellSeconds();
    req.close();
  },
  async xpub({ XPublisher }) {
    const xpub = new XPublisher({ noDrop: true });
    xpub.verbosity = 'allSubs';
    await xpub.bind(address);
    tellAddress(xpub.lastEndpoint!);
    for (let i = 0; i < peers; i += 1) await xpub.receive();
    const wanted = Buffer.alloc(size, 'A');
    const unwanted = Buffer.alloc(size, 'B');
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      await untilTaken(() => xpub.send(unwanted));
      await untilTaken(() => xpub.send(wanted));
    }
    xpub.close();
  },
  async sub({ Subscriber }) {
    const one = async (): Promise<void> => {
      const sub = new Subscriber();
      sub.subscribe('A');
      sub.connect(address);
      for (let i = 0; i < warm; i += 1) await sub.receive();
      begin();
      for (let i = 0; i < count; i += 1) await sub.receive();
      sub.close();
    };
    await Promise.all(Array.from({ length: peers }, one));
    tellSeconds();
  },
  async inproc({ Push, Pull }) {
    const [push, pull] = [new Push(), new Pull()];
    await pull.bind('inproc://bench');
    push.connect('inproc://bench');
    const message = Buffer.alloc(size, 'x');
    const sending = (async () => {
      for (let i = 0; i < warm + count; i += 1) await push.send(message);
    })();
    for (let i = 0; i < warm; i += 1) await pull.receive();
    begin();
    for (let i = 0; i < count; i += 1) await pull.receive();
    tellSeconds();
    await sending;
    push.close();
    pull.close();
  },
};

/** The same bytes with nothing between: what the operating system and Node can do. */
const bare: Partial<Record<Role, () => Promise<void>>> = {
  async pull() {
    const frame = size + (size > 255 ? 9 : 2);
    let bytes = 0;
    await serve((socket) => {
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes >= warm * frame) begin();
      });
    });
    tellSeconds();
  },
  async push() {
    const socket = await dial();
    const frame = size + (size > 255 ? 9 : 2);
    const perWrite = Math.max(1, Math.floor(65_536 / frame));
    const piece = Buffer.alloc(perWrite * frame, 'x');
    const total = warm + count;
    for (let sent = 0; sent < total; sent += perWrite) {
      if (sent >= warm) begin();
      const part = piece.subarray(0, Math.min(perWrite, total - sent) * frame);
      if (!socket.write(part)) await once(socket, 'drain');
    }
    socket.end();
  },
  async rep() {
    let asked = 0;
    await serve((socket) => {
      socket.setNoDelay();
      socket.on('data', (chunk) => {
        asked += 1;
        if (asked === warm) begin();
        socket.write(chunk);
      });
    });
  },
  async req() {
    const socket = await dial();
    socket.setNoDelay();
    const message = Buffer.alloc(size + 2, 'x');
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      socket.write(message);
      // Of so few bytes, none comes in pieces over loopback.
      await new Promise((resolve) => {
        socket.once('data', resolve);
      });
    }
    tellSeconds();
    socket.end();
  },
};

/** The native engine does not wait for a full subscriber but refuses: asks again, then. */
async function untilTaken(send: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
      await setImmediate();
    }
  }
}

/** Until the one who comes has gone. */
async function serve(take: (socket: Socket) => void): Promise<void> {
  const server = createServer();
  const path = /^ipc:\/\/(.*)$/.exec(address)?.[1];
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  tellAddress(path ? address : `tcp://x:${(server.address() as AddressInfo).port}`);
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  take(socket);
  await once(socket, 'end');
}

async function dial(): Promise<Socket> {
  const path = /^ipc:\/\/(.*)$/.exec(address)?.[1];
  const socket = path ? connect(path) : connect(Number(address.split(':').at(-1)));
  await once(socket, 'connect');
  return socket;
}

async function run(zmq: Zmq): Promise<void> {
  if (role in scaleRoles) {
    const measured = { zmq, address, size, warm, count, peers };
    const task = { ...measured, tellAddress, begin, tellSeconds };
    await scaleRoles[role as keyof typeof scaleRoles](task);
  } else await roles[role as BasicRole](zmq);
}

if (engine === 'bare') await bare[role]!();
else if (engine === 'native') await run(await import('zeromq'));
else await run((await import('../../src/zeromq/index.ts')) as unknown as Zmq);
