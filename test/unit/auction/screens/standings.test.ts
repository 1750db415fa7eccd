import pc from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { auctionOptions } from '../../../../src/auction/index.ts';
import { gameRules } from '../../../../src/auction/game/ledger.ts';
import { standingsTable } from '../../../../src/auction/screens/standings.ts';

const paint = pc.createColors(true);

function table(name: string, win: 'first-to' | 'highest-value' = 'first-to'): string[] {
  const rules = gameRules(auctionOptions({ bidders: 2, win }));
  const standings = [
    { name, money: 100, owned: { Picasso: 1 } },
    { name: 'bob', money: 7, owned: {} },
  ];
  return standingsTable(standings, { rules, paint, width: 80, me: name });
}

describe('the standings', () => {
  it('have whole names of kinds where there is room for them', () => {
    expect(table('ann')[0]).toContain('Van_Gogh');
    expect(table('ann', 'highest-value')[0]).toContain('Van_Gogh');
  });

  it.each(['x'.repeat(32), '漢'.repeat(32)])('shorten the kinds beside %s', (name) => {
    for (const win of ['first-to', 'highest-value'] as const) {
      const [head, ...rows] = table(name, win);
      expect(head).toContain('Van');
      expect(head).not.toContain('Van_Gogh');
      expect(rows.join('\n')).toContain(name);
    }
  });

  it('keep to 80 columns', () => {
    for (const win of ['first-to', 'highest-value'] as const) {
      for (let letters = 1; letters <= 32; letters += 1) {
        const widths = table('x'.repeat(letters), win).map((line) => stringWidth(line));
        expect(Math.max(...widths)).toBeLessThanOrEqual(80);
      }
    }
  });
});
