/**
 * The auction with the toolkit: the auctioneer.
 *
 * Shows:    The same game on the same port, but each bidder chooses a
 *           protocol: the lecture's words over TCP or ZeroMQ, framed messages,
 *           or datagrams. A bidder who leaves passes when the round's time is
 *           up, and keeps their seat.
 * Lecture:  The auction's server, as it could be: U1 in docs/lectures.md.
 * Run:      npx tsx examples/09-auction/auctioneer.ts --bidders 3
 * Partner:  npx tsx examples/09-auction/framed-bidder.ts --name ann
 *           (and bidder.ts, req-bidder.ts, udp-bidder.ts, each a --name)
 * See:
 *   Open for <n>
 *   <word> joined
 *   …
 *   <word>: <word> <n>
 *   …
 *   <word> has won
 *   ^C
 * Exercise: Give it a journal: openAuction({ …, journal: 'game.jsonl' }), and
 *           a bidder.ts with --rest 1000. Kill it with kill -9, and start it
 *           with resume: true as well. Who comes back, and who has lost their
 *           seat along with their token?
 */
import { openAuction } from '../../src/auction/index.ts';
import { program } from '../program.ts';

const { host, port, bidders, seconds } = program({
  port: 50_018,
  bidders: 3,
  seconds: 10, // that a round waits for its last bid
});

const game = { bidders, secondsPerRound: seconds, seed: String(Date.now()) };
const auctioneer = await openAuction({ host, port, game });
console.log(`Open for ${bidders}`);

auctioneer.watch((event) => {
  switch (event.type) {
    case 'joined':
      console.log(`${event.name} joined`);
      break;
    case 'sold':
      console.log(`${event.item}: ${event.name} ${event.price}`);
      break;
    case 'over':
      console.log(`${event.winner ?? 'nobody'} has won`);
      break;
  }
});
