/**
 * The shortest run in which a core still commits the same foul. Pure.
 *
 * Greedy: something is taken away (a mishap, a message, a place in the window), and the run is
 * played again. If the rule is still broken, it stays away. In the end, no single thing can be
 * taken away any more.
 */
import { type Case, earlier, type Mishap, type Mishaps, PLAIN } from './case.ts';
import type { CoreMaker } from './guarded.ts';
import { play, type Played } from './play.ts';

export interface Short {
  run: Case;
  mishaps: Mishaps;
  played: Played;
}

/** The most runs to spend on it: a core in another process is slow. */
const MOST_PLAYS = 400;
/** A run that does not come to rest is a long one each time. */
const MOST_ENDLESS = 40;

/** Yields before each play, so that the caller can look after other things. */
export function* shrink(
  rung: string,
  run: Case,
  first: Played,
  make: CoreMaker,
): Generator<void, Short> {
  const rule = first.foul!.rule;
  let best: Short = { run, mishaps: first.mishaps, played: first };
  let left = rule === 'endless' ? MOST_ENDLESS : MOST_PLAYS;
  for (let found = true; found;) {
    found = false;
    for (const simpler of simplerThan(best)) {
      if (left === 0) return best;
      left -= 1;
      yield;
      const { mishaps } = simpler;
      const played = play(rung, simpler.run, (name) => mishaps.get(name), make);
      if (played.foul?.rule !== rule) continue;
      best = { ...simpler, mishaps: played.mishaps, played };
      found = true;
      break;
    }
  }
  return best;
}

type Simpler = Omit<Short, 'played'>;

/** The boldest first. */
function* simplerThan({ mishaps, run }: Simpler): Generator<Simpler> {
  const names = [...mishaps.keys()];
  const without = (gone: readonly string[]): Mishaps =>
    new Map([...mishaps].filter(([name]) => !gone.includes(name)));
  const { buffer, delay, messages, readEvery, strangers, timeout, window } = run;
  const { writeEvery } = run;
  for (const fewer of [1, Math.ceil(messages / 2), messages - 1]) {
    if (fewer < 1 || fewer >= messages) continue;
    yield { run: { ...run, messages: fewer }, mishaps };
    // The mishaps of the last packets may be the ones that matter.
    yield {
      run: { ...run, messages: fewer },
      mishaps: earlier(mishaps, messages - fewer),
    };
  }
  const half = Math.floor(names.length / 2);
  if (half > 0) {
    yield { run, mishaps: without(names.slice(half)) };
    yield { run, mishaps: without(names.slice(0, half)) };
  }
  for (const name of names.toReversed()) yield { run, mishaps: without([name]) };
  if (strangers) yield { run: { ...run, strangers: false }, mishaps };
  if (readEvery > 0) yield { run: { ...run, readEvery: 0 }, mishaps };
  if (writeEvery > 0) yield { run: { ...run, writeEvery: 0 }, mishaps };
  // A space that is twice the window stays so.
  const space = (smaller: number): number =>
    run.space === PLAIN.space ? run.space : Math.max(2, 2 * smaller);
  for (const smaller of [1, 2, window - 1]) {
    if (smaller >= 1 && smaller < window)
      yield { run: { ...run, window: smaller, space: space(smaller) }, mishaps };
  }
  if (run.space !== PLAIN.space) yield { run: { ...run, space: PLAIN.space }, mishaps };
  for (const usual of ['delay', 'timeout', 'buffer'] as const) {
    if ({ buffer, delay, timeout }[usual] !== PLAIN[usual])
      yield { run: { ...run, [usual]: PLAIN[usual] }, mishaps };
  }
  if (buffer > 1 && buffer !== PLAIN.buffer)
    yield { run: { ...run, buffer: 1 }, mishaps };
  for (const [name, mishap] of mishaps) {
    const simpler = simplified(mishap);
    if (simpler) yield { run, mishaps: new Map([...mishaps, [name, simpler]]) };
  }
}

/** A loss is the simplest mishap. */
function simplified({ by, what }: Mishap): Mishap | undefined {
  if (what === 'damaged') return { what: 'lost', by: 0 };
  if (what === 'overtaken' && by > 1) return { what, by: 1 };
  return undefined;
}
