/**
 * One or two letters for each kind, so that kinds can be told apart without colours. Pure.
 *
 *   Picasso Van_Gogh Rembrandt Da_Vinci  →  P V R D
 *   Monet Manet Goya                     →  Mo Ma G
 */

/** From the best mark to the kind's number, which no two kinds share. A candidate may be empty. */
const WAYS: readonly ((kind: string, index: number) => string)[] = [
  (kind) => characters(kind, 1).toUpperCase(),
  (kind) => characters(kind, 2),
  (kind) => words(kind).slice(0, 2).join('').toUpperCase(),
  (_, index) => String(index + 1),
];

/** A mark for each kind, in their order; no two are the same. */
export function marksOf(kinds: readonly string[]): string[] {
  const marks: (string | undefined)[] = kinds.map(() => undefined);
  const taken = new Set<string>();
  for (const way of WAYS) {
    const wishes = kinds.map((kind, index) =>
      marks[index] === undefined ? way(kind, index) : undefined,
    );
    const counts = new Map<string, number>();
    for (const wish of wishes) {
      if (wish !== undefined) counts.set(wish, (counts.get(wish) ?? 0) + 1);
    }
    for (const [index, wish] of wishes.entries()) {
      if (!wish || counts.get(wish)! > 1 || taken.has(wish)) continue;
      marks[index] = wish;
      taken.add(wish);
    }
  }
  // A kind that is itself called `3` may have taken a number.
  return marks.map((mark, index) => {
    if (mark !== undefined) return mark;
    let found = `#${index + 1}`;
    while (taken.has(found)) found = `#${found}`;
    taken.add(found);
    return found;
  });
}

function words(kind: string): string[] {
  return kind
    .split(/[_\-.]+/)
    .filter(Boolean)
    .map((word) => characters(word, 1));
}

const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The first `count` characters as a reader sees them: not half an emoji, not a lone accent. */
function characters(text: string, count: number): string {
  const found: string[] = [];
  for (const { segment } of CHARACTERS.segment(text)) {
    if (found.push(segment) === count) break;
  }
  return found.join('');
}
