/** One auction, and bidders at each of its doors: all report the same game. */
import { afterAll, describe, expect, it } from 'vitest';
import { IN_PEACE, Programs } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
afterAll(() => programs.stopAll());

const DOORS = [
  ['ann', 'bidder'], // the lecture's text over TCP
  ['bob', 'req-bidder'], // the same over ZeroMQ
  ['cid', 'framed-bidder'], // framed JSON over TCP
  ['dot', 'udp-bidder'], // the same in datagrams
] as const;

describe('an auction', () => {
  it('is the same game through every door', async () => {
    const port = String(await ownPort());
    const rules = ['--bidders', String(DOORS.length), '--count-to-win', '2'];
    const auctioneer = programs.cli('auction', 'serve', '--port', port, ...rules);
    await auctioneer.printed('The auction is open');
    const bidders = DOORS.map(([name, program]) =>
      programs.lesson(`09-auction/${program}`, '--name', name, '--port', port),
    );
    for (const bidder of bidders) expect(await bidder.ended()).toEqual(IN_PEACE);
    expect(await auctioneer.ended()).toEqual(IN_PEACE);

    const told = bidders.map(({ stdout }) => salesIn(stdout));
    const sales = told[0]!;
    expect(sales.length).toBeGreaterThan(1);
    expect(told).toEqual(DOORS.map(() => sales));
    const winner = / has won, after item (\d+) of \d+/.exec(auctioneer.stdout);
    expect(Number(winner?.[1])).toBe(sales.length);
  });
});

/** The lines `item: buyer price`. */
function salesIn(output: string): string[] {
  return output.split('\n').filter((line) => /^\w+: \w+ \d+$/.test(line));
}
