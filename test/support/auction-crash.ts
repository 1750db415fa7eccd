/**
 * Games whose auctioneer is killed again and again, as by `kill -9`.
 *
 * One life of the auctioneer: its process starts, continues from the journal, and is killed at a
 * moment that the seed decides: some milliseconds after its start, or after the game has
 * continued, or at a certain event. The bidders run here and reconnect by themselves. At the
 * end the test compares what they were told with the journal, and with the same game without a
 * crash.
 *
 * How far the game gets in that time depends on the machine, so a seed gives the same moments
 * but not the same game. Every moment is a valid test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AuctionOptions,
  type BidderEvent,
  type Decide,
  type Ledger,
  playAuction,
  type Played,
  randomFrom,
} from '../../src/auction/index.ts';
import { accountOf, bySeatName, certainEnd, certainly } from './auction-accounts.ts';
import type { ServerOptions } from './auction-server.ts';
import { compiledFrom } from './places.ts';

export interface CrashPlan {
  seed: string;
  /** How often the auctioneer is killed; the game may be over earlier. */
  kills: number;
  port: number;
}

export interface CrashReport {
  /** How often it was killed, and when: `37 ms after it went on`. */
  moments: string[];
  /** How many bids were acknowledged. */
  acknowledged: number;
  /** How often a bidder has come back. */
  returns: number;
  /** What is not as it must be. */
  faults: string[];
}

const NAMES = ['ann', 'bob', 'cid', 'dan'];
const GAME: Partial<AuctionOptions> = {
  bidders: NAMES.length,
  budget: 5000,
  win: 'highest-value',
  items: 60,
  secondsPerRound: 0,
  unsold: 'to-nobody',
};
/** Milliseconds for a whole game with its crashes. */
const PATIENCE = 180_000;
const SERVER = compiledFrom('test/support/auction-server.ts');
/** What connecting fails with: the auctioneer is dead, or was killed meanwhile. */
const NOBODY_THERE = new Set<string | undefined>(['ECONNREFUSED', 'ECONNRESET']);
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Plays one game. Rejects when it does not end. */
export async function playThroughCrashes(plan: CrashPlan): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'auction-crash-'));
  const game = new CrashingGame(plan, join(folder, 'game.jsonl'));
  try {
    await game.play();
    return game.report;
  } finally {
    game.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** When a life ends. */
interface Moment {
  words: string;
  die?: ServerOptions['die'];
  /** Milliseconds after its start. */
  afterStart?: number;
  /** Milliseconds after the first event of this life. */
  afterEvent?: number;
}

class CrashingGame {
  readonly report: CrashReport = { moments: [], acknowledged: 0, returns: 0, faults: [] };
  readonly #plan: CrashPlan;
  readonly #journal: string;
  readonly #random: () => number;
  readonly #stop = new AbortController();
  readonly #bidders: CrashBidder[];
  #child: ChildProcess | undefined;
  /** Whether something has happened in this life. */
  #goingOn: () => boolean = () => false;

  constructor(plan: CrashPlan, journal: string) {
    this.#plan = plan;
    this.#journal = journal;
    this.#random = randomFrom(plan.seed);
    this.#bidders = NAMES.map((name, seat) => new CrashBidder(name, seat, plan));
  }

  async play(): Promise<void> {
    const timer = setTimeout(
      () => this.#stop.abort(new Error(`the game did not end: ${this.#story}`)),
      PATIENCE,
    );
    const { signal } = this.#stop;
    try {
      await this.#start({}, false);
      // Who comes by UDP and never gets an answer gives up: they are seated before the rest.
      const byUdp = this.#bidders.filter(({ over }) => over === 'udp');
      const early = byUdp.map((bidder) => bidder.play(signal));
      const isSeated = (): boolean => byUdp.every(({ isSeated }) => isSeated);
      await Promise.race([until(signal, isSeated), ...early]);
      const games = Promise.all(
        this.#bidders.map(
          (bidder) => early[byUdp.indexOf(bidder)] ?? bidder.play(signal),
        ),
      );
      // Whoever fails ends the waiting below.
      games.catch((error: unknown) => this.#stop.abort(error));
      await this.#crash();
      this.#compare(await games);
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.#stop.abort(new Error('stopped'));
    this.#child?.kill('SIGKILL');
  }

  /** One life after another, until that was often enough. The last goes on to the end. */
  async #crash(): Promise<void> {
    for (let life = 0; life < this.#plan.kills; life += 1) {
      const moment = this.#chooseMoment(life === 0);
      if (life > 0) await this.#start({ die: moment.die }, true, moment);
      if (moment.afterEvent !== undefined) {
        await until(this.#stop.signal, () => this.#goingOn() || this.#isOver);
        await pause(moment.afterEvent);
      }
      if (moment.die) {
        await until(this.#stop.signal, () => isDead(this.#child!) || this.#isOver);
      }
      this.#child!.kill('SIGKILL');
      await this.#dead();
      this.report.moments.push(moment.words);
      this.#checkAcknowledged();
    }
    await this.#start({}, true);
  }

  /** The first life is under way already. */
  #chooseMoment(isFirst: boolean): Moment {
    const random = this.#random;
    const some = (most: number): number => Math.round(random() * most);
    const kind = random();
    if (isFirst || kind < 0.5) {
      const afterEvent = some(isFirst ? 20 : 200);
      return { words: `${afterEvent} ms after it went on`, afterEvent };
    }
    if (kind < 0.6) {
      const afterStart = some(400);
      return { words: `${afterStart} ms after its start`, afterStart };
    }
    const die = { events: 1 + some(30), at: kind < 0.8 ? 'event' : 'turn' } as const;
    return { words: `at the ${die.at} of event ${die.events}`, die };
  }

  /** Resolves when its doors are open; or, where it is to be killed earlier, when it is time. */
  async #start(
    options: ServerOptions,
    resume: boolean,
    moment: Moment = { words: '' },
  ): Promise<void> {
    this.#stop.signal.throwIfAborted();
    const { port, seed } = this.#plan;
    const all: ServerOptions = {
      ...options,
      port,
      journal: this.#journal,
      ...(resume ? { resume } : { game: { ...GAME, seed } }),
    };
    const child = spawn(process.execPath, [SERVER, JSON.stringify(all)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
    if (moment.afterStart !== undefined) {
      await pause(moment.afterStart);
      return;
    }
    const said = new Set<string>();
    const { signal } = this.#stop;
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => said.add(line.split(' ')[0]!));
    // It may be dead already at an event that came at once; what it has said comes later.
    let allRead = false;
    lines.once('close', () => (allRead = true));
    await until(signal, () => said.has('open') || allRead);
    if (!said.has('open')) {
      throw new Error(`the auctioneer did not start: ${this.#story}`);
    }
    this.#goingOn = () => said.has('going');
  }

  async #dead(): Promise<void> {
    await until(this.#stop.signal, () => isDead(this.#child!));
  }

  /** The game may be over before the moment comes. */
  get #isOver(): boolean {
    return this.#bidders.every(({ isDone }) => isDone);
  }

  /** Whatever a bidder was told is in the journal, the moment after the crash. */
  #checkAcknowledged(): void {
    const journal = existsSync(this.#journal) ? readFileSync(this.#journal, 'utf8') : '';
    for (const bidder of this.#bidders) {
      for (const line of bidder.acknowledged) {
        if (!journal.includes(`${line}\n`)) this.#fault(`not in the journal: ${line}`);
      }
    }
  }

  #compare(ends: Played[]): void {
    const { seed } = this.#plan;
    this.#checkAcknowledged();
    const expected = certainEnd(NAMES, seed, { ...GAME, seed });
    for (const [seat, { ledger, token }] of ends.entries()) {
      const bidder = this.#bidders[seat]!;
      const account = bySeatName(accountOf(ledger));
      if (!isDeepStrictEqual(account, expected)) {
        this.#fault(
          `${bidder.name} tells ${JSON.stringify(account)}, not ${JSON.stringify(expected)}`,
        );
      }
      for (const fault of bidder.faults) this.#fault(fault);
      if (!readFileSync(this.#journal, 'utf8').includes(`"token":"${token}"`)) {
        this.#fault(`the token of ${bidder.name} has changed`);
      }
      this.report.acknowledged += bidder.acknowledged.length;
      this.report.returns += bidder.returns;
    }
  }

  #fault(what: string): void {
    this.report.faults.push(`${what}\n  (${this.#story})`);
  }

  get #story(): string {
    const { seed } = this.#plan;
    return `seed ${seed}, killed ${this.report.moments.join('; ') || 'never'}`;
  }
}

async function until(signal: AbortSignal, is: () => boolean): Promise<void> {
  while (!is()) {
    signal.throwIfAborted();
    await pause(2);
  }
}

function isDead({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

class CrashBidder {
  readonly name: string;
  readonly over: 'tcp' | 'udp';
  /** The journal's lines of the bids that were acknowledged. */
  readonly acknowledged: string[] = [];
  readonly faults: string[] = [];
  returns = 0;
  isSeated = false;
  isDone = false;
  readonly #seat: number;
  readonly #plan: CrashPlan;
  /** What the welcome said, until the ledger has come as far. */
  #said: Extract<BidderEvent, { type: 'seated' }>['welcome'] | undefined;

  constructor(name: string, seat: number, plan: CrashPlan) {
    this.name = name;
    this.over = seat % 2 === 0 ? 'tcp' : 'udp';
    this.#seat = seat;
    this.#plan = plan;
  }

  /** Again from the beginning when nobody was there before it had a seat. */
  async play(signal: AbortSignal): Promise<Played> {
    for (;;) {
      try {
        const played = await playAuction({
          name: this.name,
          port: this.#plan.port,
          over: this.over,
          decide: this.#decide,
          on: this.#note,
          signal,
        });
        this.isDone = true;
        return played;
      } catch (error) {
        if (!NOBODY_THERE.has((error as NodeJS.ErrnoException).code)) throw error;
      }
    }
  }

  /** As always, but after a while: so that crashes find games half played. */
  readonly #decide: Decide = async (view, signal) => {
    const { seed } = this.#plan;
    await pause(30 * Math.random());
    return certainly(seed, this.#seat, NAMES.length)(view, signal);
  };

  readonly #note = (event: BidderEvent, ledger: Ledger | undefined): void => {
    switch (event.type) {
      case 'seated':
        this.returns += event.again ? 1 : 0;
        this.isSeated = true;
        this.#said = event.welcome;
        break;
      case 'accepted': {
        const { amount, round } = event;
        const { name } = this;
        this.acknowledged.push(
          JSON.stringify(
            amount === null
              ? { type: 'passed', round, name, why: 'own-wish' }
              : { type: 'bid', round, name, amount },
          ),
        );
        break;
      }
      case 'refused':
        this.faults.push(`${this.name} was refused: ${JSON.stringify(event.refused)}`);
        break;
      case 'news':
        this.#compareWithWelcome(event.news.seq, ledger!);
        break;
    }
  };

  /** What everybody has, as the welcome after a crash says it and as the news do. */
  #compareWithWelcome(seq: number, { standings }: Ledger): void {
    const { state } = this.#said ?? {};
    if (state?.seq !== seq || state.phase === 'joining') return;
    if (isDeepStrictEqual(standings, state.bidders)) return;
    const told = JSON.stringify(state.bidders);
    this.faults.push(`${this.name} knew ${JSON.stringify(standings)}, was told ${told}`);
  }
}
