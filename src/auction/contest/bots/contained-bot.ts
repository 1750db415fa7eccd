/**
 * A bot that may do anything: throw, hang, exit, talk nonsense. Each of these costs the bot one
 * bid, and nobody else anything.
 *
 *   decide ──► alive? ──yes──────────────► ask ──► an answer, or a fault, in time
 *                │no                        │               └──► judged
 *                └──► start it anew ──► ready        not in time, or it died
 *                     (up to a limit)                └──► ended; anew with the next decision
 *
 * What it runs in is its `Life`: a process of ours that loads a file (file-life.ts), or a program
 * (program-life.ts). This file deals only with time limits, restarting and giving up.
 */
import { checkTimeout, misuse } from '../../../common/index.ts';
import type { BidderView } from '../../game/ledger.ts';
import {
  type Bot,
  type BotDecision,
  type FaultKind,
  fault,
  decisionFrom,
} from './bot.ts';

/** What a life reports once it has been started, never during the start. */
export interface LifeEvents {
  /** It can be asked. */
  ready(): void;
  answered(answer: unknown): void;
  /** It has failed once, and goes on. */
  failed(kind: FaultKind, words: string): void;
  /** It has ended, or cannot be asked again. */
  died(kind: FaultKind, words: string): void;
}

export interface Life {
  ask(view: BidderView): void;
  /** Ends it by force. Resolves when it and all that it started have ended. */
  end(): Promise<void>;
}

export type StartLife = (events: LifeEvents) => Life;

export interface Patience {
  /** How long one decision may take, in milliseconds; 1000 unless told otherwise. */
  timeLimit?: number | undefined;
  /** How long a start may take, in milliseconds; 60 s unless told otherwise. */
  startLimit?: number | undefined;
  /** How often it is started again after it hung or died; 10 times unless told otherwise. */
  restarts?: number | undefined;
}

type Fault = BotDecision & { type: 'fault' };
type Outcome = Fault | { type: 'ready' } | { type: 'answer'; answer: unknown };

const READY: Outcome = { type: 'ready' };
const CLOSED: Fault = { type: 'fault', kind: 'gone', words: 'has been closed' };

export class ContainedBot implements Bot {
  readonly name: string;
  readonly #start: StartLife;
  readonly #timeLimit: number;
  readonly #startLimit: number;
  #startsLeft: number;
  #life: Life | undefined;
  #generation = 0;
  /** How it last died, to be reported once it is no longer restarted. */
  #death: Fault = CLOSED;
  /** Wakes the caller that waits for it to be ready, or to answer. */
  #wake: ((outcome: Outcome) => void) | undefined;
  #closed = false;
  #latest: Promise<unknown> = Promise.resolve();

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for limits that no timer can have */
  constructor(name: string, start: StartLife, patience: Patience = {}) {
    this.name = name;
    this.#start = start;
    this.#timeLimit = patience.timeLimit ?? 1000;
    this.#startLimit = patience.startLimit ?? 60_000;
    this.#startsLeft = patience.restarts ?? 10;
    checkTimeout(this.#timeLimit);
    checkTimeout(this.#startLimit);
  }

  /**
   * The first start, before there is anything to decide.
   * @param what for the message: the file or the command
   * @throws {MisuseError} ERR_BAD_ARGUMENT, and in words why it cannot play
   */
  async open(what: string): Promise<void> {
    const failure = this.#closed ? CLOSED : await this.#live();
    if (failure) throw misuse(`${what} ${failure.words}`);
  }

  /** Nothing to do: a bot's author sees by `round` 0 that another game has begun. */
  begin(): void {}

  /** A decision waits for the one before, which may be about a round that is over by now. */
  decide(view: BidderView): Promise<BotDecision> {
    const decision = this.#latest.then(() => this.#decide(view));
    this.#latest = decision;
    return decision;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.(CLOSED);
    await this.#drop();
  }

  async #decide(view: BidderView): Promise<BotDecision> {
    if (this.#closed) return CLOSED;
    if (!this.#life) {
      if (this.#startsLeft === 0) {
        return fault('gone', `failed too often; the last time it ${this.#death.words}`);
      }
      this.#startsLeft -= 1;
      const failure = await this.#live();
      if (failure) return failure;
    }
    const life = this.#life;
    // It can become ready, and then die before anybody has asked it anything.
    if (!life) return this.#death;
    const outcome = await this.#within(this.#timeLimit, () => life.ask(view));
    if (outcome?.type === 'answer') return decisionFrom(outcome.answer, view);
    if (outcome?.type === 'fault') return outcome;
    return await this.#giveUp(`gave no answer within ${this.#timeLimit} ms`);
  }

  /** Starts it, and says why if that failed. */
  async #live(): Promise<Fault | undefined> {
    const outcome = await this.#within(this.#startLimit, () => {
      this.#generation += 1;
      this.#life = this.#start(this.#events(this.#generation));
    });
    if (outcome?.type === 'fault') return outcome;
    if (outcome) return undefined;
    return await this.#giveUp(`was not ready within ${this.#startLimit} ms`);
  }

  /** For one life. When it is over, or another has begun, it is not heard any more. */
  #events(mine: number): LifeEvents {
    const tell = (outcome: Outcome): void => {
      if (mine === this.#generation) this.#wake?.(outcome);
    };
    return {
      ready: () => tell(READY),
      answered: (answer) => tell({ type: 'answer', answer }),
      failed: (kind, words) => tell(fault(kind, words)),
      died: (kind, words) => {
        if (mine !== this.#generation) return;
        this.#death = fault(kind, words);
        void this.#drop();
        this.#wake?.(this.#death);
      },
    };
  }

  /** What `act` gives; undefined when it has given nothing within `limit` milliseconds. */
  async #within(limit: number, act: () => void): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const wake = (outcome: Outcome | undefined): void => {
        if (this.#wake !== wake) return;
        this.#wake = undefined;
        clearTimeout(timer);
        resolve(outcome);
      };
      // Timers come before messages in Node's event loop. Where this process was busy for
      // longer than the limit, an answer given in time may lie there unread: look once more.
      const timer = setTimeout(() => setImmediate(wake, undefined), limit);
      this.#wake = wake;
      try {
        act();
      } catch (error) {
        wake(fault('gone', `could not be reached: ${String(error)}`));
      }
    });
  }

  async #giveUp(words: string): Promise<Fault> {
    this.#death = fault('hung', words);
    await this.#drop();
    return this.#death;
  }

  async #drop(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    this.#generation += 1;
    await life?.end();
  }
}
