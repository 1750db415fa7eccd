import pc from 'picocolors';
import { expect, it } from 'vitest';
import { Auction, auctionOptions } from '../../../../src/auction/index.ts';
import { AuctioneerScreen } from '../../../../src/auction/screens/auctioneer-screen.ts';

it('says in one line who is back: after a crash that is the whole class', () => {
  const auction = new Auction(auctionOptions({ bidders: 30 }));
  const screen = new AuctioneerScreen(auction, pc.createColors(false), 80);
  const names = Array.from({ length: 30 }, (_, index) => `b${index}`);
  for (const name of names) expect(screen.notice({ type: 'returned', name })).toEqual([]);
  expect(screen.returned()).toEqual([
    `${names.slice(0, 20).join(', ')} and 10 more are back`,
  ]);
  expect(screen.returned()).toEqual([]);
  screen.notice({ type: 'returned', name: 'ann' });
  expect(screen.returned()).toEqual(['ann is back']);
  expect(screen.notice({ type: 'left', name: 'ann' })).toEqual(['ann has left']);
});
