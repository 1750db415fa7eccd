/**
 * Who plays whom, and in which seat. Pure.
 *
 * The seat matters: between equal bids the one that arrives first wins, and in a tournament
 * bids arrive in the order of the seats. So every bot has to sit in every seat equally often,
 * and in front of each of the others as often as behind it.
 *
 * Imagine the bots on a round table that turns, and the seats as places around it:
 *
 *   four bots, three seats at the places 0, 1 and 3
 *
 *     turn 0:  A B . D      after four turns everybody has sat in each seat once;
 *     turn 1:  B C . A      then the same in mirror image, for who sits before whom;
 *     turn 2:  C D . B      then the seats are put at other places, by lot, until every
 *     turn 3:  D A . C      choice of places has been there, and again from the start.
 */
import { randomFrom } from '../../game/draw.ts';

/** Up to this many choices of places, all are used before one is repeated. */
const MOST_LISTED = 5040;

/**
 * For ever, one game after another: `lineUp[seat]` is the number of a bot. Of each `bots`
 * games, counted from the first, everybody is in each seat exactly once.
 *
 * @param bots how many there are, 1 or more
 * @param seats how many play in one game, 1 to `bots`
 */
export function* lineUps(
  bots: number,
  seats: number,
  seed: string,
): Generator<readonly number[], never> {
  const random = randomFrom(seed);
  for (;;) {
    for (const places of choices(bots, seats, random)) {
      for (let turn = 0; turn < bots; turn += 1) {
        yield places.map((place) => (place + turn) % bots);
      }
    }
  }
}

/** The first place is always 0: the table turns anyway. */
function* choices(
  bots: number,
  seats: number,
  random: () => number,
): Generator<readonly number[]> {
  const others = Array.from({ length: bots - 1 }, (_, index) => index + 1);
  if (countChoices(bots, seats) > MOST_LISTED) {
    const places = [0, ...shuffled(others, random).slice(0, seats - 1)];
    yield places;
    yield mirrored(places, bots);
    return;
  }
  const seen = new Set<string>();
  for (const rest of shuffled(choose(others, seats - 1), random)) {
    const places = [0, ...rest];
    if (seen.has(String(places))) continue;
    yield places;
    const image = mirrored(places, bots);
    seen.add(String(image));
    // Two opposite seats are their own mirror image.
    if (String(image) !== String(places)) yield image;
  }
}

/** (bots − 1) · (bots − 2) · …, one factor for each seat but the first. */
function countChoices(bots: number, seats: number): number {
  let count = 1;
  for (let seat = 1; seat < seats; seat += 1) count *= bots - seat;
  return count;
}

/** Every way to take `count` of `from`, in every order. */
function choose(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first) => {
    const others = from.filter((other) => other !== first);
    return choose(others, count - 1).map((rest) => [first].concat(rest));
  });
}

/** Read from the other end, and turned so that the first place is 0 again. */
function mirrored(places: readonly number[], bots: number): number[] {
  const last = places.at(-1)!;
  return places.map((place) => (place - last + bots) % bots).reverse();
}

/** Fisher and Yates: each order equally likely. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let end = result.length - 1; end > 0; end -= 1) {
    const chosen = Math.floor(random() * (end + 1));
    [result[end], result[chosen]] = [result[chosen]!, result[end]!];
  }
  return result;
}
