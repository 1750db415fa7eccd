/**
 * The auction with framed messages: a bidder.
 *
 * Shows:    What framing is good for: the auctioneer reports events as they
 *           happen, one message each, and nobody has to ask. Each message is
 *           JSON; docs/auction-protocol.md describes them.
 * Lecture:  The auction's client, with framing: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/framed-bidder.ts --name ann
 * Partner:  npx tsx examples/09-auction/auctioneer.ts --bidders 1  (first)
 * See:
 *   <word> has a seat
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 * Exercise: The welcome has a token. Keep it, and join with it after a lost
 *           connection: docs/auction-protocol.md, "Coming back".
 */
import {
  decodeText,
  encodeJson,
  FramedConnection,
} from '../../src/framing/index.ts';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port, name } = program({ port: 50_018, name: 'ann' });

const socket = new ConnectionSocket();
await socket.connect({ host, port });
const auctioneer = new FramedConnection(socket.detach());

await auctioneer.send(encodeJson({ type: 'join', version: 1, name }));

let money = 100;
let over = false;
for await (const payload of auctioneer) {
  const message = JSON.parse(decodeText(payload));
  const { type, round, item, winner, price } = message;
  switch (type) {
    case 'welcome':
      console.log(`${name} has a seat`);
      break;
    case 'round': {
      const amount = Math.floor((Math.random() * money) / 3);
      await auctioneer.send(encodeJson({ type: 'bid', round, amount }));
      break;
    }
    case 'sold':
      if (winner === name) money -= price;
      console.log(`${item}: ${winner} ${price}`);
      break;
    case 'refused':
      throw new Error(`the auctioneer refused: ${message.reason}`);
    case 'over':
      console.log(`${winner} has won`);
      over = true;
      break;
  }
  if (over) break;
}
if (!over) throw new Error('the auctioneer has gone');
await auctioneer.close();
