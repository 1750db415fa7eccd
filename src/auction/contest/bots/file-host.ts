/**
 * Runs in the process of a bot that is a file: loads the file, then answers one view after another.
 * The other half is file-life.ts.
 */
import { describeValue, errorWords, loadingAdvice } from '../../../common/index.ts';
import type { DetermineBid } from '../strategies/strategy.ts';
import { type ViewMessage, ViewReader } from './view-feed.ts';

export type FromHost =
  | { type: 'ready' }
  /** It cannot play at all. */
  | { type: 'unfit'; words: string }
  /** NaN and the infinite, which JSON does not have, are text. */
  | { type: 'answer'; answer: number | string | null | undefined }
  | { type: 'failed'; kind: 'threw' | 'nonsense'; words: string }
  /** Something that nobody waited for went wrong, and it ends now. */
  | { type: 'crashed'; words: string };

const [bot = ''] = process.argv.slice(2);
const views = new ViewReader();

// Kept before the bot is loaded: what it does to globals must not change how its answers are sent.
const exit = process.exit.bind(process);
const send = process.send!.bind(process);
const say = (message: FromHost): void => void send(message);

process.on('disconnect', () => exit());
process.on('uncaughtException', (error) => {
  const words = `threw outside of a decision: ${errorWords(error, bot)}`;
  send({ type: 'crashed', words } satisfies FromHost, () => exit(1));
});

async function answer(determineBid: DetermineBid, told: ViewMessage): Promise<void> {
  try {
    const bid: unknown = await determineBid(views.read(told));
    if (typeof bid === 'number' || bid === null || bid === undefined) {
      const isJson = typeof bid !== 'number' || Number.isFinite(bid);
      say({ type: 'answer', answer: isJson ? bid : String(bid) });
    } else {
      const words = `answered ${describeValue(bid)}, which is not a number`;
      say({ type: 'failed', kind: 'nonsense', words });
    }
  } catch (error) {
    say({ type: 'failed', kind: 'threw', words: `threw ${errorWords(error, bot)}` });
  }
}

/**
 * A named export, the default export, or either of them inside of a default export, where
 * CommonJS became a module.
 */
function findDetermineBid(module: unknown): DetermineBid | undefined {
  let place = module;
  for (let depth = 0; depth < 3; depth += 1) {
    if (typeof place === 'function') return place as DetermineBid;
    if (typeof place !== 'object' || place === null) return undefined;
    const { determineBid, default: inner } = place as Record<string, unknown>;
    if (typeof determineBid === 'function') return determineBid as DetermineBid;
    place = inner;
  }
  return undefined;
}

try {
  const module: unknown = await import(bot);
  const determineBid = findDetermineBid(module);
  if (determineBid) {
    process.on('message', (told: ViewMessage) => void answer(determineBid, told));
    say({ type: 'ready' });
  } else {
    const names = Object.keys(module as object).join(', ') || 'nothing';
    say({ type: 'unfit', words: `exports ${names}, but no function determineBid(view)` });
  }
} catch (error) {
  const words = `cannot be loaded: ${errorWords(error, bot)}${loadingAdvice(error)}`;
  say({ type: 'unfit', words });
}
