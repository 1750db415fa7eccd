/**
 * Many clients at once, and some that behave badly in the meantime: the TCP uppercase
 * servers answer everybody else, and their memory stays bounded.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { peakMemory } from '../support/memory.ts';
import { type End, IN_PEACE, type Program, Programs } from '../support/programs.ts';
import { askOverTcp, connected, ownPort } from '../support/sockets.ts';
import { PATIENCE } from '../support/eventually.ts';

const MIB = 1024 * 1024;
const CLIENTS = 500;
const FLOOD = 10 * MIB;
/** What the server may grow by. The bytes that it is offered are more. */
const BOUND = 100 * MIB;

const programs = new Programs();
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await programs.stopAll();
});

describe.each([
  ['the robust server', '02-tcp-uppercase/robust-server'],
  ["the toolkit's server", '03-blocking-calls/tcp-server'],
])('%s', (_, file) => {
  it('gives 500 clients at once each its own answer', async () => {
    const { server, port } = await startServer(file);
    const before = peakMemory(server.pid);
    await askAll(await crowd(port));
    report(file, `${CLIENTS} clients`, before, server);
    expect(peakMemory(server.pid) - before).toBeLessThan(BOUND);
    await goesOn(server, port);
  });

  it('lets nobody suffer from the silent, the rude and the greedy', async () => {
    const { server, port } = await startServer(file);
    await askOverTcp(port, 'warm up');
    const before = peakMemory(server.pid);

    const silent = await client(port);
    const everybody = await crowd(port);
    const greedy = await flood(port);
    for (let round = 0; round < 5; round += 1) {
      (await client(port)).resetAndDestroy(); // before a word
      const rude = await client(port); // in the middle of one
      rude.write('half a sent');
      rude.resetAndDestroy();
    }
    await Promise.all([askAll(everybody), greedy.over]);

    expect(silent.readyState, 'the silent one may stay').toBe('open');
    expect(await askOverTcp(port, 'and afterwards')).toBe('AND AFTERWARDS');
    report(file, `${CLIENTS} clients and the hostile ones`, before, server);
    expect(peakMemory(server.pid) - before).toBeLessThan(BOUND);
    await goesOn(server, port);
  });

  it('does not keep what twenty greedy clients send: 200 MB', async () => {
    const { server, port } = await startServer(file);
    await askOverTcp(port, 'warm up');
    const before = peakMemory(server.pid);
    const floods: Awaited<ReturnType<typeof flood>>[] = [];
    while (floods.length < 20) floods.push(await flood(port));
    await Promise.all(floods.map(({ over }) => over));
    report(file, '20 floods of 10 MiB', before, server);
    expect(peakMemory(server.pid) - before).toBeLessThan(BOUND);
    await goesOn(server, port);
  });
});

describe("the toolkit's server", () => {
  it('answers 500 clients that connect in the same instant', async () => {
    const { server, port } = await startServer('03-blocking-calls/tcp-server');
    const answers = QUESTIONS.map((question) => askOverTcp(port, question));
    expect(await Promise.all(answers)).toEqual(ANSWERS);
    await goesOn(server, port);
  });
});

async function startServer(file: string): Promise<{ server: Program; port: number }> {
  const port = await ownPort();
  const server = programs.lesson(file, '--port', String(port));
  await server.printed('The server is ready to receive\n');
  return { server, port };
}

const NUMBERS = Array.from({ length: CLIENTS }, (_, index) => index);
const QUESTIONS = NUMBERS.map((number) => `client number ${number} is ståle`);
const ANSWERS = NUMBERS.map((number) => `CLIENT NUMBER ${number} IS STÅLE`);

/** 500 connections at the same time, and nobody has said a word. */
async function crowd(port: number): Promise<Socket[]> {
  const clients: Socket[] = [];
  while (clients.length < CLIENTS) clients.push(await client(port));
  return clients;
}

/** All ask at once, each with a sentence that no other sends. */
async function askAll(clients: Socket[]): Promise<void> {
  const answers = clients.map(async (socket, index) => {
    socket.end(QUESTIONS[index]!);
    return (await buffer(socket)).toString();
  });
  expect(await Promise.all(answers)).toEqual(ANSWERS);
}

/**
 * A connection that the server has accepted: one that came after it has had its answer. With
 * the lecture's `listen(1)`, as the robust server has it, the kernel turns most of a crowd away
 * that comes in one instant, whatever the program does.
 */
async function client(port: number): Promise<Socket> {
  const socket = await connected(port);
  sockets.push(socket);
  expect(await askOverTcp(port, 'next')).toBe('NEXT');
  return socket;
}

/** Sends 10 MiB and reads nothing, until it has all been taken or the server breaks off. */
async function flood(port: number): Promise<{ over: Promise<unknown> }> {
  const socket = await client(port);
  socket.pause();
  const signal = AbortSignal.timeout(PATIENCE);
  const closed = once(socket, 'close', { signal }).catch(
    () => 'neither taken nor refused',
  );
  const taken = new Promise<void>((resolve) => {
    socket.write(Buffer.alloc(FLOOD, 'a'), () => resolve());
  });
  return { over: Promise.race([closed, taken]) };
}

/** It is as alive as before, and ends as always. */
async function goesOn(server: Program, port: number): Promise<void> {
  expect(await askOverTcp(port, 'still there?')).toBe('STILL THERE?');
  server.signal('SIGINT');
  // Of a client that it lost it may say so, on a line of its own.
  const complaints = expect.stringMatching(
    /^(?:a client was lost: [^\n]+\n)*$/,
  ) as string;
  expect(await server.ended()).toEqual<End>({ ...IN_PEACE, stderr: complaints });
}

function report(file: string, what: string, before: number, server: Program): void {
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
  const after = peakMemory(server.pid);
  console.log(`${file}, peak memory: ${mib(before)}, then ${mib(after)} (${what})`);
}
