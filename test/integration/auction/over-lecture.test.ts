/** Our bidders at other people's tables: the lecture's, and servers that answer otherwise. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BidderEvent, playAuction } from '../../../src/auction/index.ts';
import { Wait } from '../../../src/common/index.ts';
import type { Over } from '../../../src/auction/bidder/open-link.ts';
import { Reply } from '../../../src/zeromq/index.ts';
import { openTable } from '../../support/auction.ts';
import { accountOf } from '../../support/auction-accounts.ts';
import { Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

/** A server of the lecture's kind that says what it is told to; every message that it got. */
async function textServer(
  answer: (message: string, socket: Socket) => string | undefined,
): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard.push(data.toString());
      const said = answer(data.toString(), socket);
      if (said !== undefined) socket.write(said);
    });
    onTestFinished(() => {
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as { port: number }).port, heard };
}

/** A server that never answers, and the first bytes that it is sent. */
async function firstBytes(
  onConnection: (socket: Socket) => void,
  at = 0,
): Promise<{ port: number; first: Promise<Buffer> }> {
  const first = new Wait<Buffer>('the first bytes', {});
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => first.resolve(bytes));
    onTestFinished(() => void socket.destroy());
    onConnection(socket);
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, first: first.promise };
}

const ITEMS = Array.from({ length: 200 }, () => 'Picasso');

/** Two bidders, and `bob` never bids more than 1. */
function lectureAnswers(message: string): string {
  const [name = '', word] = message.split(' ');
  if (word === undefined) {
    return bids.size === 0 ? `2 ${ITEMS.join(' ')} ` : resultOf(name);
  }
  if (word === '') return `ready ${name} bob `;
  bids.add(word);
  return 'bid received';
}
const bids = new Set<string>();
function resultOf(name: string): string {
  return `${name} has bought Picasso for ${[...bids].at(-1)} and won.`;
}

describe('at the lecture’s server', () => {
  it('our bidders play to the end and take no seat but their own', async () => {
    const port = String(await ownPort());
    const server = programs.lesson('09-auction/server', '--port', port, '--bidders', '2');
    await server.printed('Open for 2');
    const play = (name: string) =>
      playAuction({
        name,
        port: Number(port),
        over: 'any',
        decide: ({ me }) => Math.floor(me.money / (name === 'ann' ? 3 : 4)),
      });
    const [ann, bob] = await Promise.all([play('ann'), play('bob')]);
    await server.printed('has won');
    expect(server.stdout.match(/\w+ joined/g)!.sort()).toEqual([
      'ann joined',
      'bob joined',
    ]);
    const account = accountOf(ann.ledger);
    expect(accountOf(bob.ledger)).toEqual(account);
    const sold = [...server.stdout.matchAll(/^(\w+): (\w+) (\d+)$/gm)];
    expect(ann.ledger.sales).toEqual(
      sold.map(([, item, name, price]) => ({ item, name, price: Number(price) })),
    );
    expect(server.stdout).toContain(`${ann.ledger.winner} has won`);
  });

  it('the command says how it speaks', async () => {
    const port = String(await ownPort());
    const server = programs.lesson('09-auction/server', '--port', port, '--bidders', '1');
    await server.printed('Open for 1');
    const bidder = programs.cli(
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    );
    await bidder.printed('ann sits at the table');
    await bidder.printed("in the lecture's words (--over lecture)");
    await bidder.printed('You have won.');
    expect(await bidder.ended()).toMatchObject({ code: 0 });
    expect(bidder.stdout).not.toContain('--token');
  });

  it('a pass is a bid of 0, and so is what is not a bid', async () => {
    bids.clear();
    const { port, heard } = await textServer(lectureAnswers);
    const refused: BidderEvent[] = [];
    const { ledger } = await playAuction({
      name: 'ann',
      port,
      over: 'lecture',
      decide: () => 12.5,
      on: (event) => {
        if (event.type === 'refused') refused.push(event);
      },
    });
    expect(refused).toHaveLength(1);
    expect(heard).toEqual(['ann', 'ann ', 'ann 0', 'ann']);
    expect(ledger.winner).toBe('ann');
  });

  it('a name with control characters reaches no terminal as it is', async () => {
    const hidden = 'bob\u001b[8m';
    let hasJoined = false;
    const { port } = await textServer((message) => {
      const [name = '', word] = message.split(' ');
      if (word === '') return `ready ${name} ${hidden} `;
      if (word !== undefined) return 'bid received';
      if (hasJoined) return `${hidden} has bought Picasso for 1 and won.`;
      hasJoined = true;
      return '2 Picasso Picasso ';
    });
    const { ledger } = await playAuction({
      name: 'ann',
      port,
      over: 'lecture',
      decide: () => 1,
    });
    expect([...ledger.bidders.keys()]).toEqual(['ann', 'bob\\x1b[8m']);
    expect(ledger.winner).toBe('bob\\x1b[8m');
  });

  it('a buyer who does not sit at the table is told as the server’s mistake', async () => {
    const told: string[] = [];
    let hasJoined = false;
    const { port } = await textServer((message) => {
      const [name = '', word] = message.split(' ');
      if (word === '') return `ready ${name} bob `;
      if (word !== undefined) return 'bid received';
      if (hasJoined) return 'eve has bought Picasso for 1';
      hasJoined = true;
      return '2 Picasso Picasso ';
    });
    const playing = playAuction({
      name: 'ann',
      port,
      over: 'lecture',
      decide: () => 1,
      on: (event) => {
        if (event.type === 'lost') told.push((event.error as Error).message);
      },
    });
    await expect(playing).rejects.toThrow(/the auctioneer refused/);
    expect(told).toEqual([
      expect.stringContaining('eve has bought, but does not sit at the table'),
    ]);
  });

  it('a list of items that comes in pieces is read whole', async () => {
    bids.clear();
    const { port } = await textServer((message, socket) => {
      if (message !== 'ann' || bids.size > 0) return lectureAnswers(message);
      const list = lectureAnswers(message);
      socket.write(list.slice(0, 1003), () => {
        setImmediate(() => socket.write(list.slice(1003)));
      });
      return undefined;
    });
    const seen: number[] = [];
    await playAuction({
      name: 'ann',
      port,
      over: 'lecture',
      decide: ({ items }) => {
        seen.push(items.length);
        return 1;
      },
    });
    expect(seen).toEqual([200]);
  });

  it('whoever loses the connection in the middle of a game is told why it is over', async () => {
    bids.clear();
    const { port } = await textServer((message, socket) => {
      if (!/\d$/.test(message)) return lectureAnswers(message);
      socket.destroy();
      return undefined;
    });
    const playing = playAuction({ name: 'ann', port, over: 'lecture', decide: () => 1 });
    await expect(playing).rejects.toMatchObject({
      code: 'ERR_AUCTION_REFUSED',
      message: expect.stringContaining('start again with the same name') as string,
    });
  });

  it('whoever insists on frames is told what else there is', async () => {
    const { port } = await textServer(() => '2 Picasso ');
    const playing = playAuction({ name: 'ann', port, over: 'tcp', decide: () => 1 });
    await expect(playing).rejects.toThrow(/use --over lecture .*, --over zeromq/);
  });
});

describe('whatever answers', () => {
  it('is our auctioneer: then the bidder speaks in frames, and nobody hears of the question', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 1, items: 2 } });
    const notices: unknown[] = [];
    auctioneer.listen((notice) => notices.push(notice));
    const { token } = await playAuction({
      name: 'ann',
      port,
      over: 'any',
      decide: () => 1,
    });
    expect(token).toMatch(/^[\da-f]{32}$/);
    expect(notices.filter((one) => (one as { type: string }).type === 'refused')).toEqual(
      [],
    );
  });

  it('is our auctioneer, whose UDP socket opens a moment later', async () => {
    const { first, port } = await firstBytes((socket) => {
      const late = createSocket('udp4');
      late.on('message', (_, { port: from, address }) => late.send('{}', from, address));
      late.bind(socket.localPort, '127.0.0.1');
      onTestFinished(() => void late.close());
    });
    const gone = new AbortController();
    const { signal } = gone;
    const playing = playAuction({
      name: 'ann',
      port,
      over: 'any',
      signal,
      decide: () => 1,
    });
    expect((await first)[0]).toBe(0);
    gone.abort();
    await expect(playing).rejects.toBe(signal.reason);
  });

  it('was our auctioneer: after a crash it is asked in frames, whatever is open by then', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 2 } });
    const gone = new AbortController();
    const { signal } = gone;
    const seated = new Wait<void>('a seat', {});
    const playing = playAuction({
      name: 'ann',
      port,
      over: 'any',
      signal,
      decide: () => 1,
      on: ({ type }) => type === 'seated' && seated.resolve(),
    });
    await seated.promise;
    await auctioneer.close();
    // TCP is open again, and UDP is not yet.
    const { first } = await firstBytes(() => {}, port);
    expect((await first)[0]).toBe(0);
    gone.abort();
    await expect(playing).rejects.toBe(signal.reason);
  });

  it('is ZeroMQ: then the bidder says so', async () => {
    const socket = new Reply();
    onTestFinished(() => socket.close());
    await socket.bind('tcp://127.0.0.1:*');
    const port = Number(/\d+$/.exec(socket.lastEndpoint!)![0]);
    const playing = playAuction({ name: 'ann', port, over: 'any', decide: () => 1 });
    await expect(playing).rejects.toThrow('speaks ZeroMQ: use --over zeromq');
  });

  it('is something else that speaks first', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    const playing = playAuction({ name: 'ann', port, over: 'any', decide: () => 1 });
    await expect(playing).rejects.toThrow(/SSH-2\.0-OpenSSH/);
  });

  it('is nobody: then the error is that of a connection that is refused', async () => {
    const port = await ownPort();
    const playing = playAuction({ name: 'ann', port, over: 'any', decide: () => 1 });
    await expect(playing).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('our own auctioneer', () => {
  it('plays one game in all ways of speaking, with a join code, and all agree', async () => {
    const ways: Over[] = ['lecture', 'zeromq', 'tcp', 'udp'];
    const { auctioneer, port } = await openTable({
      code: 'K7RT',
      game: { bidders: ways.length },
    });
    const played = await Promise.all(
      ways.map((over, seat) =>
        playAuction({
          name: over,
          code: 'K7RT',
          port,
          over,
          decide: ({ me, round }) =>
            (round + seat) % 5 === 0 ? undefined : Math.floor(me.money / (4 + seat)),
        }),
      ),
    );
    const account = accountOf(auctioneer.auction.ledger);
    for (const { ledger } of played) expect(accountOf(ledger)).toEqual(account);
    expect(auctioneer.auction.winner).toBeDefined();
  });

  it('tells a bidder in the lecture’s words why there is no seat', async () => {
    const { port } = await openTable({ code: 'K7RT' });
    const playing = playAuction({ name: 'ann', port, over: 'lecture', decide: () => 1 });
    await expect(playing).rejects.toThrow(
      'the auctioneer refused: put the join code and a hyphen before your name',
    );
  });
});
