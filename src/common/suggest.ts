/** Guesses what a misspelt word was meant to be. Pure. */

/**
 * The known word that becomes `word` with the fewest typing errors: an extra, missing or wrong
 * letter, or two letters swapped. Undefined if none is close: if more than a third of its letters
 * would be wrong.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const small = word.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const most = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const slips = slipsBetween(small, candidate.toLowerCase());
    if (slips > most || slips >= least) continue;
    best = candidate;
    least = slips;
  }
  return best;
}

/** ` Did you mean compare?`, with a space before it; nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[], prefix = ''): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` Did you mean ${prefix}${meant}?`;
}

/**
 * How many typing errors: the restricted Damerau-Levenshtein distance, in three rows of a table.
 */
export function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1;
      let slips = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + differs);
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (i > 1 && j > 1 && swapped) slips = Math.min(slips, before[j - 2]! + 1);
      row.push(slips);
    }
    before = above;
    above = row;
  }
  return above[other.length]!;
}
