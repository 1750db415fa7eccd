/**
 * The auction by datagrams: a bidder.
 *
 * Shows:    The toolkit's bidder, which leaves only the decision to you. Over
 *           UDP it numbers its requests and repeats them until they are
 *           answered; if it loses the auctioneer, it comes back and takes its
 *           seat again.
 * Lecture:  The auction's client, over UDP: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/udp-bidder.ts --name cid
 * Partner:  npx tsx examples/09-auction/auctioneer.ts --bidders 1  (first)
 * See:
 *   <word> has a seat
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 * Exercise: Use view.items and view.bidders to decide: bid most for whatever
 *           brings you closest to three of a kind.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type BidderView, playAuction } from '../../src/auction/index.ts';
import { program } from '../program.ts';

const { host, port, name, rest } = program({
  port: 50_018,
  name: 'cid',
  rest: 100, // milliseconds before each bid: the lecture's rests a second
});

await playAuction({
  host,
  port,
  name,
  over: 'udp',
  decide: determineBid,
  on: (event) => {
    if (event.type === 'seated') console.log(`${name} has a seat`);
    if (event.type !== 'news') return;
    const { news } = event;
    if (news.type === 'sold') {
      console.log(`${news.item}: ${news.winner} ${news.price}`);
    }
    if (news.type === 'over') console.log(`${news.winner} has won`);
  },
});

async function determineBid({ me, item }: BidderView): Promise<number> {
  await pause(rest);
  const owned = me.owned[item] ?? 0;
  return Math.floor((me.money * (1 + owned)) / 4);
}
