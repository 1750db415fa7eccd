/**
 * Turns what a person types into a bot that plays.
 *
 *   patient                  one of our strategies
 *   bots/ann.ts              a file that exports determineBid(view)
 *   exec:python3 bots/ann.py a program that answers lines with lines
 *
 * Read next: contained-bot.ts, and the two lives in file-life.ts and program-life.ts.
 */
import { existsSync } from 'node:fs';
import { misuse } from '../../../common/index.ts';
import { findStrategy } from '../strategies/registry.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { type Bot, PROGRAM, programIn } from './bot.ts';
import { BuiltInBot } from './built-in-bot.ts';
import { ContainedBot, type Patience, type StartLife } from './contained-bot.ts';
import { fileLife, type FileOptions, isBotFile } from './file-life.ts';
import { nameBots } from './names.ts';
import { programLife } from './program-life.ts';

export interface OpenBotOptions extends Patience, FileOptions {
  /** Its name at the table; `nameBots` finds one when it is not given. */
  name?: string | undefined;
  /** The seed for a built-in strategy's random choices; see also `Bot.begin`. */
  seed?: string | undefined;
  /** Gives up opening when it aborts; an open bot is closed with `close`. */
  signal?: AbortSignal | undefined;
}

/** How many bots are started at the same time: each keeps a core busy while it loads. */
const AT_ONCE = 4;

/**
 * Opens a bot that exists, has been loaded, and can play.
 * @throws {MisuseError} ERR_BAD_ARGUMENT: no such strategy, file or program; a file that
 *   does not export determineBid; a program that does not answer
 */
export async function openBot(spec: string, options: OpenBotOptions = {}): Promise<Bot> {
  const name = options.name ?? nameBots([spec])[0]!;
  if (spec.startsWith(PROGRAM)) {
    const command = programIn(spec);
    return await openContained(name, spec, programLife(command, options), options);
  }
  if (isBotFile(spec)) {
    return await openContained(name, spec, fileLife(spec, options), options);
  }
  return new BuiltInBot(strategyOf(spec), name, options.seed ?? 'lecture');
}

/**
 * Opens several bots, under names that tell them apart. Either all can play, or none is left open.
 * @throws {MisuseError} as openBot, for the first that cannot play
 */
export async function openBots(
  specs: readonly string[],
  options: Omit<OpenBotOptions, 'name'> = {},
): Promise<Bot[]> {
  const names = nameBots(specs);
  const bots: Bot[] = [];
  try {
    for (let first = 0; first < specs.length; first += AT_ONCE) {
      const opened = await Promise.allSettled(
        specs
          .slice(first, first + AT_ONCE)
          .map((spec, index) =>
            openBot(spec, { ...options, name: names[first + index] }),
          ),
      );
      for (const one of opened) if (one.status === 'fulfilled') bots.push(one.value);
      for (const one of opened) if (one.status === 'rejected') throw one.reason;
    }
    return bots;
  } catch (error) {
    await Promise.all(bots.map((bot) => bot.close()));
    throw error;
  }
}

async function openContained(
  name: string,
  spec: string,
  life: StartLife,
  { signal, ...patience }: OpenBotOptions,
): Promise<Bot> {
  const bot = new ContainedBot(name, life, patience);
  const close = (): void => void bot.close();
  signal?.addEventListener('abort', close);
  try {
    if (signal?.aborted) close();
    await bot.open(spec);
    return bot;
  } catch (error) {
    await bot.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', close);
  }
}

function strategyOf(spec: string): Strategy {
  try {
    return findStrategy(spec);
  } catch (error) {
    const why = existsSync(spec)
      ? `${spec} is not a .ts, .js, .mjs or .cjs file`
      : (error as Error).message;
    throw misuse(
      `${why}. A bot of your own is such a file, or a program: "exec:python3 bot.py"`,
    );
  }
}
