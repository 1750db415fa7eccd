/** The page's own files, and its manual. Browser tests show that they work. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssets } from '../../../../src/auction/board/assets.ts';
import { BoardState } from '../../../../src/auction/board/board-state.ts';
import { auctionOptions, gameRules } from '../../../../src/auction/index.ts';
import { ROOT } from '../../../support/programs.ts';

const PAGE = join(ROOT, 'src/auction/board/page');
const files = readdirSync(PAGE).filter((file) => !file.startsWith('tsconfig'));

describe('the page', () => {
  it('is served whole: each of its files, and no other', async () => {
    const assets = await readAssets(true);
    const paths = files.map((file) =>
      file === 'index.html' ? '/' : file === 'bid.html' ? '/bid' : `/${file}`,
    );
    expect([...assets.keys()].sort()).toEqual(paths.sort());
    expect(assets.get('/')!.body.toString()).toContain('<!doctype html>');
  });

  it.each(files)('asks in %s for nothing from elsewhere', (file) => {
    const text = readFileSync(join(PAGE, file), 'utf8')
      // Names of things, not places to get them from.
      .replaceAll('http://www.w3.org/2000/svg', '');
    expect(text).not.toMatch(/https?:|\/\/[a-z]+\.|@import\s+(?:url|["'])/i);
  });

  it.each(files.filter((file) => file.endsWith('.js')))(
    'makes of text in %s no HTML',
    (file) => {
      const text = readFileSync(join(PAGE, file), 'utf8');
      expect(text).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b/,
      );
    },
  );
});

it('has for browsers without light-dark() each of the light colours', () => {
  const text = readFileSync(join(PAGE, 'common.css'), 'utf8');
  const both = [...text.matchAll(/(--[\w-]+): light-dark\((#\w+), #\w+\);/g)];
  expect(both.length).toBeGreaterThan(15);
  const [, fallback = ''] = /@supports not[^{]+\{([^]*?)\n\}/.exec(text)!;
  for (const [, name, light] of both) expect(fallback).toContain(`${name}: ${light};`);
});

describe('docs/auction-board.md', () => {
  it('shows the state as it is told', () => {
    const manual = readFileSync(join(ROOT, 'docs/auction-board.md'), 'utf8');
    const example = JSON.parse(/```json\n([^]*?)```/.exec(manual)![1]!) as object;
    const kinds = ['Picasso', 'Van_Gogh'] as const;
    const items = [0, 0, 1, 0, 0, 1].map((kind) => kinds[kind]!);
    const board = new BoardState({
      rules: gameRules(auctionOptions({ bidders: 2, kinds })),
      items,
    });
    board.apply({ type: 'joined', name: 'ann' });
    board.apply({ type: 'joined', name: 'bob' });
    board.apply({ type: 'started' });
    for (const [round, price] of [12, 11].entries()) {
      board.apply({ type: 'opened', round, item: 'Picasso' });
      board.apply({ type: 'sold', round, item: 'Picasso', name: 'ann', price });
    }
    board.apply({ type: 'opened', round: 2, item: 'Van_Gogh' });
    board.apply({ type: 'answered', round: 2, name: 'ann' });
    expect(example).toEqual({
      version: 1,
      live: true,
      join: { where: '192.168.1.5:50018', code: 'K7RTQX' },
      notices: ['cid was refused: the game has begun, and every seat is taken'],
      secondsLeft: 42.1,
      game: board.snapshot(),
    });
  });
});
