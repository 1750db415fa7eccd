/**
 * The same game on bare `node:net`, for auction.ts: what a bid costs before anything is checked.
 *
 *   node --import tsx bench/auction-bare-server.ts BIDDERS ITEMS WARM-UP
 *
 * It understands framed bidders and the lecture's, as auction-server.ts does, and does no more
 * than a game needs: one JSON.parse, or one split, for a message; one write for an answer. It has
 * no rules, limits, deadlines or journal, and believes whatever it is told.
 *
 * Speaks with auction.ts as auction-lecture-server.py does.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const [bidders, rounds, warmUp] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
const ITEM = 'Picasso';

interface Bidder {
  name: string;
  socket: Socket;
  isFramed: boolean;
  /** The lecture's: it asked for a result that was not there. */
  isWaiting: boolean;
  fetched: number;
}
const seats: Bidder[] = [];
const bids = new Map<Bidder, number>();
const results: string[] = [];
let begin = usage();

function usage(): { at: number; cpu: number } {
  const { user, system } = process.cpuUsage();
  return { at: performance.now() / 1000, cpu: (user + system) / 1e6 };
}

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function frame(message: object): Buffer {
  const text = JSON.stringify(message);
  const bytes = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
  bytes.writeUInt32BE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
}

/** News for all framed bidders; whoever waits for a result gets it. */
function publish(...news: object[]): void {
  const bytes = Buffer.concat(news.map(frame));
  for (const bidder of seats) {
    if (bidder.isFramed) bidder.socket.write(bytes);
    else if (bidder.isWaiting) giveResult(bidder);
  }
}

function giveResult(bidder: Bidder): void {
  bidder.isWaiting = results.length === bidder.fetched;
  if (bidder.isWaiting) return;
  bidder.socket.write(results[bidder.fetched]!);
  bidder.fetched += 1;
}

function take(bidder: Bidder, amount: number): void {
  bids.set(bidder, amount);
  if (bids.size < bidders) return;
  let [winner, price] = [bidder, -1];
  for (const [one, bid] of bids) if (bid > price) [winner, price] = [one, bid];
  bids.clear();
  const round = results.length;
  const isOver = round + 1 === rounds;
  results.push(
    `${winner.name} has bought ${ITEM} for ${price}${isOver ? ' and won.' : ''}`,
  );
  const sold = { type: 'sold', round, item: ITEM, winner: winner.name, price };
  if (!isOver) publish(sold, { type: 'round', round: round + 1, item: ITEM });
  else publish(sold, { type: 'over', winner: winner.name });
  if (round + 1 === warmUp) begin = usage();
  const end = usage();
  const [seconds, cpu] = [end.at - begin.at, end.cpu - begin.cpu];
  if (isOver) tell({ rounds: rounds - warmUp, seconds, cpu });
}

function hearFramed(bidder: Bidder, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; at += 4 + chunk.readUInt32BE(at)) {
    const text = chunk.toString('utf8', at + 4, at + 4 + chunk.readUInt32BE(at));
    const request = JSON.parse(text) as { type: string; round: number; amount: number };
    if (request.type === 'join') {
      bidder.socket.write(frame({ type: 'welcome' }));
      if (seats.push(bidder) === bidders)
        publish({ type: 'round', round: 0, item: ITEM });
      continue;
    }
    const { round, amount } = request;
    bidder.socket.write(frame({ type: 'accepted', round, amount }));
    take(bidder, amount);
  }
}

function hearText(bidder: Bidder, text: string): void {
  const [name = '', word] = text.split(' ');
  if (bidder.name === '') {
    bidder.name = name;
    seats.push(bidder);
    bidder.socket.write(`${bidders} ${`${ITEM} `.repeat(rounds)}`);
  } else if (word === '') {
    const names = seats.map((seat) => seat.name).join(' ');
    bidder.socket.write(seats.length < bidders ? 'wait ' : `ready ${names} `);
  } else if (word === undefined) giveResult(bidder);
  else {
    bidder.socket.write('bid received');
    take(bidder, Number(word));
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  const bidder = { name: '', socket, isFramed: false, isWaiting: false, fetched: 0 };
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (bidder.name === '' && chunk[0] === 0) {
      bidder.isFramed = true;
      bidder.name = `b${seats.length}`;
    }
    if (bidder.isFramed) hearFramed(bidder, chunk);
    else hearText(bidder, chunk.toString());
  });
});
server.listen(0, '127.0.0.1', 4096, () => {
  tell({ port: (server.address() as AddressInfo).port });
});
for await (const _ of createInterface({ input: process.stdin })) tell(usage());
process.exit();
