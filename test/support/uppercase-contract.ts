/**
 * What the lecture's uppercase programs do, whoever wrote them and in whatever language: the
 * same suite for a server and a client of any two makers, for a server alone, and for a
 * client alone.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { failure, IN_PEACE, type Program, Programs } from './programs.ts';
import {
  askOverTcp,
  askOverUdp,
  checkFree,
  connected,
  ownPort,
  type Transport,
  writeAndWaitUntilRead,
} from './sockets.ts';

/** One maker's program; `start` gets `--host` and `--port` as that program takes them. */
export interface Maker {
  name: string;
  /** As the slide has it: what it leaves out, the robust program of the lesson has. */
  simple?: boolean;
  /** Its socket is for IPv4 alone, as the slide's. */
  ipv4Only?: boolean;
  start: (programs: Programs, host: string, port: number) => Program;
}

export interface Pair {
  transport: Transport;
  server: Maker;
  client: Maker;
  host?: string;
  /** Skips the test, with a reason, where something that it needs is missing. */
  needs?: (context: TestContext) => void;
}

const READY = 'The server is ready to receive\n';
const PROMPT = 'Input lowercase sentence:';

/** What is sent, and what comes back. The last has 1000 bytes in 500 characters. */
const SENTENCES: readonly (readonly [string, string])[] = [
  ['plain ascii, with 123 & signs', 'PLAIN ASCII, WITH 123 & SIGNS'],
  ['My name is Ståle', 'MY NAME IS STÅLE'],
  ['a grin: 😀', 'A GRIN: 😀'],
  ['straße', 'STRASSE'],
  ['å'.repeat(500), 'Å'.repeat(500)],
];

/** What a client prints for an answer, after its prompt. */
const printed = (transport: Transport, answer: string): string =>
  transport === 'UDP' ? `${answer}\n` : `From Server: ${answer}\n`;

/** One of our programs. */
export function ours(name: string, program: string): Maker {
  return {
    name,
    start: (programs, host, port) =>
      programs.lesson(program, '--host', host, '--port', String(port)),
  };
}

const slide = (program: string): Maker => ({
  ...ours(`the slide's ${program.split('/')[1]}`, program),
  simple: true,
  ipv4Only: program.startsWith('01-'),
});

export const OURS = {
  UDP: {
    servers: [
      slide('01-udp-uppercase/server'),
      ours('the robust server', '01-udp-uppercase/robust-server'),
      ours("the toolkit's server", '03-blocking-calls/udp-server'),
    ],
    clients: [
      slide('01-udp-uppercase/client'),
      ours('the robust client', '01-udp-uppercase/robust-client'),
      ours("the toolkit's client", '03-blocking-calls/udp-client'),
    ],
  },
  TCP: {
    servers: [
      slide('02-tcp-uppercase/server'),
      ours('the robust server', '02-tcp-uppercase/robust-server'),
      ours("the toolkit's server", '03-blocking-calls/tcp-server'),
    ],
    clients: [
      slide('02-tcp-uppercase/client'),
      ours('the robust client', '02-tcp-uppercase/robust-client'),
      ours("the toolkit's client", '03-blocking-calls/tcp-client'),
    ],
  },
} as const;

/** A server and a client of two makers understand each other, to the byte. */
export function pairContract(pair: Pair): void {
  const { transport, server, client, host = '127.0.0.1' } = pair;

  describe(`${server.name} and ${client.name} over ${transport} at ${host}`, () => {
    const programs = new Programs();
    let running: Promise<{ server: Program; port: number }> | undefined;
    let port: number;

    // One server for all these clients: it is not to mind how many came before.
    beforeEach(async (context) => {
      pair.needs?.(context);
      running ??= startServer(programs, server, host);
      ({ port } = await running);
    });
    afterAll(() => programs.stopAll());

    const say = async (sentence: string): Promise<Program> => {
      const program = client.start(programs, host, port);
      await program.printed(PROMPT);
      program.type(sentence); // and the keyboard stays there: nothing ends the input
      expect(await program.ended()).toEqual(IN_PEACE);
      return program;
    };

    it('serves clients one after the other', async () => {
      for (const [sentence, answer] of SENTENCES.slice(0, 2)) {
        const { bytes } = await say(sentence);
        expect(bytes).toEqual(Buffer.from(PROMPT + printed(transport, answer)));
      }
    });

    it('gives several clients at the same time each its own answer', async () => {
      const clients = await Promise.all(SENTENCES.map(([sentence]) => say(sentence)));
      const expected = SENTENCES.map(([, answer]) => PROMPT + printed(transport, answer));
      expect(clients.map(({ stdout }) => stdout)).toEqual(expected);
    });

    it('prints on the server that it is ready, and nothing else', async () => {
      const { server: program } = await running!;
      expect(program.bytes).toEqual(Buffer.from(READY));
      expect(program.stderr).toBe('');
    });
  });
}

/** A server against clients that are no programs but bytes of the test. */
export function serverContract(transport: Transport, server: Maker): void {
  describe(`${server.name} over ${transport}`, () => {
    const programs = new Programs();
    afterEach(() => programs.stopAll());

    it('has the same address for all its clients', async () => {
      const { port } = await startServer(programs, server);
      if (transport === 'UDP') {
        const answers = await Promise.all(
          SENTENCES.map(([sentence]) => askOverUdp(port, sentence)),
        );
        expect(answers.map(({ text }) => text)).toEqual(SENTENCES.map(([, a]) => a));
        const places = answers.map(({ from }) => `${from.address}:${from.port}`);
        expect(new Set(places)).toEqual(new Set([`127.0.0.1:${port}`]));
      } else {
        const clients = await Promise.all(SENTENCES.map(() => connected(port)));
        const servers = clients.map((s) => `${s.remoteAddress}:${s.remotePort}`);
        expect(new Set(servers)).toEqual(new Set([`127.0.0.1:${port}`]));
        const ownPorts = clients.map((socket) => socket.localPort);
        expect(new Set(ownPorts).size).toBe(SENTENCES.length);
        for (const socket of clients) socket.destroy();
      }
    });

    it.each(['SIGINT', 'SIGTERM'] as const)(
      'ends in peace by %s and gives its port back',
      async (signal) => {
        const { server: program, port } = await startServer(programs, server);
        await expect(checkFree(transport, port)).rejects.toThrow('EADDRINUSE');
        const client = transport === 'TCP' ? await connected(port) : undefined;
        program.signal(signal);
        expect(await program.ended()).toEqual(IN_PEACE);
        client?.destroy();
        await checkFree(transport, port);
      },
    );

    if (transport === 'UDP') return; // a datagram comes whole or not at all

    it('answers a client that ends inside a character with what came before', async () => {
      const { port } = await startServer(programs, server);
      const socket = await connected(port);
      const answer = answerOf(socket);
      socket.end(Buffer.from('caf\u00e9', 'latin1'));
      expect(await answer).toMatch(/^CAF\ufffd?$/);
    });

    it('answers a client that has finished sending', async () => {
      const { port } = await startServer(programs, server);
      const socket = await connected(port);
      const answer = answerOf(socket);
      socket.end('half-closed');
      expect(await answer).toBe('HALF-CLOSED');
    });

    if (server.simple === true) {
      simpleServer(programs, server);
      return;
    }

    it('loses a client that breaks off with a reset, and no other', async () => {
      const { port } = await startServer(programs, server);
      const patient = await connected(port);
      const answer = answerOf(patient);
      const rude = await connected(port);
      rude.resetAndDestroy();
      expect(await askOverTcp(port, 'next')).toBe('NEXT');
      patient.write('first');
      expect(await answer).toBe('FIRST');
    });

    it.each([
      ['å', 'My name is St|å|le'],
      ['😀', 'a grin: |😀| and more'],
    ])(
      'answers a sentence whole that comes in two segments cut inside %s',
      async (_, marked) => {
        const [before = '', character = '', after = ''] = marked.split('|');
        const bytes = Buffer.from(before + character + after);
        const { port } = await startServer(programs, server);
        for (let inside = 1; inside < Buffer.byteLength(character); inside += 1) {
          const cut = Buffer.byteLength(before) + inside;
          const socket = await connected(port);
          const answer = answerOf(socket);
          await writeAndWaitUntilRead(socket, bytes.subarray(0, cut), () =>
            askOverTcp(port, 'meanwhile'),
          );
          socket.write(bytes.subarray(cut));
          expect(await answer).toBe(bytes.toString().toUpperCase());
          socket.destroy();
        }
      },
    );
  });
}

/** What the slide's server does, and the robust one does not. */
function simpleServer(programs: Programs, server: Maker): void {
  it('takes what comes first for the whole, even half an å', async () => {
    const { port } = await startServer(programs, server);
    const socket = await connected(port);
    const answer = answerOf(socket);
    socket.write(Buffer.from('My name is Stå').subarray(0, -1));
    expect(await answer).toBe('MY NAME IS ST\ufffd');
    socket.destroy();
  });

  it('is ended by a client that breaks off with a reset', async () => {
    const { server: program, port } = await startServer(programs, server);
    const socket = await connected(port);
    socket.resetAndDestroy();
    expect(await program.ended()).toEqual(failure(1, 'reset the connection'));
  });
}

/** A client against a server that is not a program, only bytes of the test, or against nobody. */
export function clientContract(transport: Transport, client: Maker): void {
  describe(`${client.name} over ${transport}`, () => {
    const programs = new Programs();
    const servers: { close: () => unknown }[] = [];
    afterEach(async () => {
      await programs.stopAll();
      for (const server of servers.splice(0)) server.close();
    });

    /** A TCP server that plays the server's part in the test. */
    const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
      const port = await ownPort();
      const server = createServer((socket) => {
        socket.on('error', () => {});
        servers.push({ close: () => socket.destroy() });
        onConnection(socket);
      });
      servers.push(server);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return port;
    };
    const start = async (
      onConnection: (socket: Socket) => void = () => {},
    ): Promise<Program> => {
      const port = transport === 'TCP' ? await listen(onConnection) : await ownPort();
      const program = client.start(programs, '127.0.0.1', port);
      return program.printed(PROMPT);
    };

    it('ends in peace at the end of its input', async () => {
      const program = await start();
      program.endInput();
      expect(await program.ended()).toEqual(IN_PEACE);
      expect(program.stdout).toBe(PROMPT);
    });

    it('sends no empty sentence: one line, exit status 2', async () => {
      const program = await start();
      program.type('');
      expect(await program.ended()).toEqual(failure(2, 'nothing to send'));
      expect(program.stdout).toBe(PROMPT);
    });

    it('ends in peace by Ctrl-C at its prompt', async () => {
      const program = await start();
      program.signal('SIGINT');
      expect(await program.ended()).toEqual(IN_PEACE);
    });

    if (transport === 'UDP') return;

    it('asks nothing of its reader when no server is there', async () => {
      const program = client.start(programs, '127.0.0.1', await ownPort());
      expect(await program.ended()).toEqual(failure(1, 'Start the server'));
      expect(program.stdout).toBe('');
    });

    if (client.simple === true) {
      simpleClient(start);
      return;
    }

    it('prints an answer whole that comes cut inside a character', async () => {
      const answer = Buffer.from('MY NAME IS STÅLE 😀');
      const cuts = [answer.indexOf('Å') + 1, answer.indexOf('😀') + 3];
      const program = await start((socket) => {
        void (async () => {
          await once(socket, 'data');
          let sent = 0;
          for (const cut of cuts) {
            const piece = answer.subarray(sent, cut);
            await writeAndWaitUntilRead(socket, piece, () => bystander(socket));
            sent = cut;
          }
          socket.end(answer.subarray(sent));
        })();
      });
      program.type('anything');
      expect(await program.ended()).toEqual(IN_PEACE);
      expect(program.bytes).toEqual(
        Buffer.from(`${PROMPT}From Server: ${answer.toString()}\n`),
      );
    });

    it('says so, with exit status 1, when the server ends without an answer', async () => {
      const program = await start((socket) => socket.once('data', () => socket.end()));
      program.type('anything');
      expect(await program.ended()).toEqual(failure(1, 'without an answer'));
    });

    it('says so, too, when the server leaves while it waits at its prompt', async () => {
      const program = await start((socket) => socket.end());
      program.type('anything');
      const { code, stderr } = await program.ended();
      expect(code).toBe(1);
      expect(stderr).toMatch(/^[^\n]+\n$/);
    });
  });
}

/** What the slide's client does, and the robust one does not. */
function simpleClient(
  start: (onConnection: (socket: Socket) => void) => Promise<Program>,
): void {
  it('takes what comes first for the whole answer', async () => {
    const program = await start((socket) => {
      socket.once('data', () => socket.write('ONE '));
      socket.once('end', () => socket.end('TWO'));
    });
    program.type('anything');
    expect(await program.ended()).toEqual(IN_PEACE);
    expect(program.stdout).toBe(`${PROMPT}From Server: ONE \n`);
  });

  it('ends without a word when the server ends without an answer', async () => {
    const program = await start((socket) => socket.once('data', () => socket.end()));
    program.type('anything');
    expect(await program.ended()).toEqual(IN_PEACE);
    expect(program.stdout).toBe(PROMPT);
  });
}

async function startServer(
  programs: Programs,
  maker: Maker,
  host = '127.0.0.1',
): Promise<{ server: Program; port: number }> {
  const port = await ownPort();
  const server = maker.start(programs, host, port);
  await server.printed(READY);
  return { server, port };
}

/** All that comes until the other end has finished. */
async function answerOf(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'end');
  return Buffer.concat(pieces).toString();
}

/** A round trip of somebody else through this process, while the client reads. */
async function bystander(socket: Socket): Promise<void> {
  const other = await connected(socket.localPort!);
  other.destroy();
}
