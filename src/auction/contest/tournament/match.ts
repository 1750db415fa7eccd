/** A game by the rules alone, round by round: asks the bots, and submits their answers. */
import { misuse } from '../../../common/index.ts';
import type { AuctionCommand } from '../../game/events.ts';
import { Auction } from '../../game/rules.ts';
import type { BotDecision } from '../bots/bot.ts';
import type { GameFault, GamePlan, GameResult } from './game.ts';
import { outcome } from './outcome.ts';

export class Match {
  readonly #plan: GamePlan;
  readonly #auction: Auction;
  readonly #faults: GameFault[] = [];
  /** Whether no bot has to be awaited. */
  readonly #atOnce: boolean;

  constructor(plan: GamePlan) {
    this.#plan = plan;
    this.#auction = new Auction(plan.options);
    this.#atOnce = plan.bots.every((bot) => bot.decideNow !== undefined);
    for (const { name } of plan.bots) this.#submit({ type: 'join', name });
  }

  get over(): boolean {
    return this.#auction.phase === 'over';
  }

  get stopped(): boolean {
    return this.#plan.signal?.aborted ?? false;
  }

  /** All bots' decisions; at once if none of them has to be awaited. */
  ask(): BotDecision[] | Promise<BotDecision[]> {
    const { bots } = this.#plan;
    const { ledger } = this.#auction;
    if (this.#atOnce) return bots.map((bot) => bot.decideNow!(ledger.view(bot.name)!));
    return Promise.all(bots.map((bot) => bot.decide(ledger.view(bot.name)!)));
  }

  /** Ends the round. Answers arrive in the order of the seats. */
  answer(decisions: readonly BotDecision[]): void {
    const { round } = this.#auction;
    for (const [seat, decision] of decisions.entries()) {
      const { name } = this.#plan.bots[seat]!;
      if (decision.type === 'bid') {
        this.#submit({ type: 'bid', round, name, amount: decision.amount });
        continue;
      }
      this.#submit({ type: 'pass', round, name });
      if (decision.type === 'fault') {
        const { kind, words } = decision;
        this.#faults.push({ seat, round, kind, words });
      }
    }
  }

  result(): GameResult {
    return outcome(this.#auction.ledger, this.#faults);
  }

  /** @throws {MisuseError} when the rules refuse a bot's name; its bids have been judged */
  #submit(command: AuctionCommand): void {
    const { events, refusal } = this.#auction.decide(command);
    if (refusal) {
      throw misuse(`tournament: ${refusal.reason}`);
    }
    for (const event of events) this.#auction.apply(event);
  }
}
