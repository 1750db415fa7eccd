/** A strategy of ours as a bot: in this process, at once. Pure. */
import { randomFrom } from '../../game/draw.ts';
import type { BidderView } from '../../game/ledger.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { type Bot, type BotDecision, decisionFrom } from './bot.ts';

export class BuiltInBot implements Bot {
  readonly name: string;
  readonly #strategy: Strategy;
  #determineBid: ReturnType<Strategy['start']>;

  constructor(strategy: Strategy, name: string, seed: string) {
    this.name = name;
    this.#strategy = strategy;
    this.#determineBid = strategy.start(randomFrom(seed));
  }

  begin(seed: string): void {
    this.#determineBid = this.#strategy.start(randomFrom(seed));
  }

  decideNow(view: BidderView): BotDecision {
    return decisionFrom(this.#determineBid(view), view);
  }

  decide(view: BidderView): Promise<BotDecision> {
    return Promise.resolve(this.decideNow(view));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
