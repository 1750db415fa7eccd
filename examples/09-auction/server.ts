/**
 * The auction, as small as the lecture's: the auctioneer.
 *
 * Shows:    A game in the lecture's words: each send is one message, and only
 *           the name in it says who is speaking. Its flaws are the lecture's:
 *           it answers `wait ` at once, and a bidder who leaves stops the game.
 * Lecture:  The auction's server: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/server.ts --bidders 2
 * Partner:  npx tsx examples/09-auction/bidder.ts --name ann  (and bob)
 * See:
 *   Open for <n>
 *   <word> joined
 *   …
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 *   ^C
 * Exercise: End a bidder that runs with --rest 1000. What do the others see?
 *           What if a bidder bids -50? auctioneer.ts shows the answers.
 */
import { type ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port, bidders } = program({ port: 50_018, bidders: 3 });

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(bidders);
console.log(`Open for ${bidders}`);

const KINDS = ['Picasso', 'Van_Gogh', 'Rembrandt', 'Da_Vinci'];
const draw = (): string => KINDS[Math.floor(Math.random() * KINDS.length)]!;
const items = Array.from({ length: Math.max(200, 8 * bidders + 1) }, draw);
const seats = new Map<string, { money: number; owned: string; read: number }>();
const bids = new Map<string, number>(); // of this round, in order of arrival
const results: string[] = [];
while (true) {
  const { connectionSocket } = await welcomingSocket.accept();
  serve(connectionSocket).catch(() => {}); // this bidder has left
}

async function serve(connectionSocket: ConnectionSocket): Promise<void> {
  for (;;) {
    const message = await connectionSocket.recv(1024);
    if (message.length === 0) return await connectionSocket.close();
    await connectionSocket.sendall(Buffer.from(answer(message.toString())));
  }
}

function answer(message: string): string {
  const [name = '', word] = message.split(' ');
  const seat = seats.get(name);
  if (!seat) {
    seats.set(name, { money: 100, owned: '', read: 0 });
    console.log(`${name} joined`);
    return `${bidders} ${items.join(' ')} `;
  }
  if (seats.size < bidders) return 'wait ';
  if (word === '') return `ready ${[...seats.keys()].join(' ')} `;
  if (word === undefined) {
    const result = results[seat.read];
    seat.read += result === undefined ? 0 : 1;
    return result ?? 'wait ';
  }
  bids.set(name, Number(word) <= seat.money ? Number(word) : 0);
  if (bids.size === bidders) sell(items[results.length]!);
  return 'bid received';
}

function sell(item: string): void {
  const best = Math.max(...bids.values());
  const [name] = [...bids].find(([, bid]) => bid === best)!;
  bids.clear();
  const seat = seats.get(name)!;
  seat.money -= best;
  seat.owned += ` ${item}`;
  const end = seat.owned.split(item).length > 3 ? ' and won.' : '';
  results.push(`${name} has bought ${item} for ${best}${end}`);
  console.log(`${item}: ${name} ${best}${end && `\n${name} has won`}`);
}
