/**
 * The auction over ZeroMQ: a bidder.
 *
 * Shows:    The lecture's words again, each as one message on a Request
 *           socket: send and receive handle whole messages here, and need no
 *           framing. It may start before the auctioneer. Compare it with
 *           bidder.ts.
 * Lecture:  The lab's client, over ZeroMQ: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/req-bidder.ts --name ann
 * Partner:  npx tsx examples/09-auction/auctioneer.ts --bidders 1
 * See:
 *   <word> has a seat
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 * Exercise: Follow the game in another terminal, by publish and subscribe:
 *           socketlab auction serve --publish, and socketlab zmq sub.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Request } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, name, rest } = program({
  port: 50_018,
  name: 'ann',
  rest: 100, // milliseconds before each bid: the lecture's rests a second
});

const socket = new Request();
socket.connect(`tcp://${host}:${port}`);

const [bidders = '', ...items] = (await ask(name)).split(' ');
if (!/^\d+$/.test(bidders)) throw new Error('no seat at this table');
console.log(`${name} has a seat`);
await askUntilReady(`${name} `);

let money = 100;
for (const item of items) {
  await pause(rest);
  await ask(`${name} ${Math.floor((Math.random() * money) / 3)}`);
  const words = (await askUntilReady(name)).split(' ');
  const [winner, price, won] = [words[0], Number(words[5]), words[7]];
  if (winner === name) money -= price;
  console.log(`${item}: ${winner} ${price}`);
  if (won === 'won.') {
    console.log(`${winner} has won`);
    break;
  }
}
socket.close();

async function ask(message: string): Promise<string> {
  await socket.send(message);
  const [answer] = await socket.receive();
  return String(answer);
}

async function askUntilReady(message: string): Promise<string> {
  for (;;) {
    const answer = await ask(message);
    if (!answer.startsWith('wait')) return answer;
  }
}
