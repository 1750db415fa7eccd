/**
 * Our auctioneer in its own process, for auction.ts.
 *
 *   node --import tsx bench/auction-server.ts BIDDERS ITEMS WARM-UP [JOURNAL]
 *
 * Speaks with auction.ts in lines of JSON, as auction-lecture-server.py does: its port, the
 * cost of the game from the round WARM-UP on when that is over, and its clock and CPU time
 * for every line that it reads. It ends when its input does.
 */
import { createInterface } from 'node:readline';
import { openAuction } from '../src/auction/index.ts';

const [bidders, items, warmUp] = process.argv.slice(2, 5).map(Number) as [
  number,
  number,
  number,
];
const auctioneer = await openAuction({
  // Everybody can bid to the end, and nobody wins before it.
  game: { bidders, items, countToWin: items, budget: 1e9, secondsPerRound: 0 },
  port: 0,
  journal: process.argv[5],
});

interface Usage {
  /** Seconds, by a clock that only goes on. */
  at: number;
  /** Seconds. */
  cpu: number;
}
function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { at: performance.now() / 1000, cpu: (user + system) / 1e6 };
}

let begin = usage();
/** The most memory that it had in RAM before anybody came, in bytes. */
const before = process.resourceUsage().maxRSS * 1024;
auctioneer.watch((event) => {
  if (event.type === 'opened' && event.round === warmUp) begin = usage();
  else if (event.type === 'over') {
    const end = usage();
    tell({
      rounds: items - warmUp,
      seconds: end.at - begin.at,
      cpu: end.cpu - begin.cpu,
      grown: process.resourceUsage().maxRSS * 1024 - before,
    });
  }
});

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

tell({ port: auctioneer.address.port });
for await (const _ of createInterface({ input: process.stdin })) tell(usage());
await auctioneer.close();
