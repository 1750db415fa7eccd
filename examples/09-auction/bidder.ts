/**
 * The auction, as small as the lecture's: a bidder.
 *
 * Shows:    One send, one recv, then the next: the bidder asks again and again
 *           while the answer is `wait `. It counts words: word 0 bought, word
 *           3 is the item, word 5 the price, word 7 ends the game.
 * Lecture:  The auction's client: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/bidder.ts --name ann
 * Partner:  npx tsx examples/09-auction/server.ts --bidders 2  (first)
 * See:
 *   <word> has a seat
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 * Exercise: Write a better determineBid. What do the coming items tell you?
 *           With --rest 1000 there is time to watch, and to press Ctrl-C.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port, name, rest } = program({
  port: 50_018,
  name: 'ann',
  rest: 100, // milliseconds before each bid: the lecture's rests a second
});

const socket = new ConnectionSocket();
await socket.connect({ host, port });

const seat = await ask(name);
const [bidders = '', ...items] = seat.split(' ');
if (!/^\d+$/.test(bidders)) throw new Error(`no seat: ${seat}`);
console.log(`${name} has a seat`);
await askUntilReady(`${name} `);

let money = 100;
for (const item of items) {
  await pause(rest);
  await ask(`${name} ${determineBid(item)}`);
  const words = (await askUntilReady(name)).split(' ');
  const [winner, price, won] = [words[0], Number(words[5]), words[7]];
  if (winner === name) money -= price;
  console.log(`${item}: ${winner} ${price}`);
  if (won === 'won.') {
    console.log(`${winner} has won`);
    break;
  }
}
await socket.close();

async function ask(message: string): Promise<string> {
  await socket.sendall(Buffer.from(message));
  const answer = await socket.recv(5024);
  if (answer.length === 0) throw new Error('the auctioneer has gone');
  return answer.toString();
}

async function askUntilReady(message: string): Promise<string> {
  for (;;) {
    const answer = await ask(message);
    if (!answer.startsWith('wait')) return answer;
  }
}

function determineBid(item: string): number {
  const favourite = item.length % 2 === name.length % 2;
  return Math.floor(Math.random() * money * (favourite ? 0.6 : 0.3));
}
