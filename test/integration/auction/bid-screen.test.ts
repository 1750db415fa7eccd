/** What a bidder's screen says, beyond what commands.test.ts sees. */
import pc from 'picocolors';
import { expect, it } from 'vitest';
import { bidInAuction, type Bot } from '../../../src/auction/index.ts';
import { openTable } from '../../support/auction.ts';
import { PATIENCE } from '../../support/programs.ts';

it('says why one who has bid as much has not bought it', async () => {
  const game = { bidders: 2, kinds: ['Picasso'], countToWin: 1 };
  const { events, port } = await openTable({ game });
  const bid = async (name: string): Promise<[string, string]> => {
    const bot: Bot = {
      name,
      begin: () => {},
      decide: () => Promise.resolve({ type: 'bid', amount: 5 }),
      close: () => Promise.resolve(),
    };
    let shown = '';
    await bidInAuction(
      { name, port, bot, signal: AbortSignal.timeout(PATIENCE) },
      {
        write: (text) => (shown += text),
        width: undefined,
        colours: pc.createColors(false),
      },
    );
    return [name, shown];
  };
  const screens = new Map(await Promise.all(['ann', 'bob'].map(bid)));
  const first = events.find((event) => event.type === 'bid');
  const other = first!.name === 'ann' ? 'bob' : 'ann';
  const tie = `${first!.name} has bought Picasso for 5, the same as your bid, but bid earlier`;
  expect(screens.get(other)).toContain(tie);
  expect(screens.get(first!.name)).toContain('you have bought Picasso for 5\n');
});
