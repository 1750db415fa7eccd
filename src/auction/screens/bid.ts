/**
 * `socketlab auction bid`: a bidder with its screen, for a person at a prompt or for a bot.
 */
import { explain, formatAddress } from '../../common/index.ts';
import { type Output, Screen } from '../../common/terminal/index.ts';
import {
  type BidderEvent,
  type Decide,
  playAuction,
  type PlayOptions,
} from '../bidder/play.ts';
import type { Bot } from '../contest/bots/bot.ts';
import type { BidderView, Ledger } from '../game/ledger.ts';
import type { Welcome } from '../messages/native-messages.ts';
import { howToWin, itemNumber, list } from './game-words.ts';
import { type Answers, ownAnswers } from './keyboard.ts';
import { standingsTable } from './standings.ts';

export interface BidOptions extends Omit<PlayOptions, 'decide' | 'on'> {
  /** The bot that decides; without one, a person at the keyboard. */
  bot?: Bot | undefined;
  signal: AbortSignal;
}

/** Items that are announced to a person. */
const MOST_COMING = 8;

/** Plays to the end of the game. Rejects as `playAuction` does. */
export async function bidInAuction(options: BidOptions, output: Output): Promise<void> {
  const screen = new Screen(output);
  const person = options.bot ? undefined : ownAnswers(screen.live);
  const view = new BidderScreen(options, screen);
  try {
    const decide = options.bot ? askBot(options.bot, screen) : askPerson(person!, screen);
    const { ledger } = await playAuction({ ...options, decide, on: view.show });
    screen.print('', ...view.end(ledger));
  } finally {
    person?.close();
  }
}

function askBot(bot: Bot, screen: Screen): Decide {
  return async (view) => {
    const decision = await bot.decide(view);
    if (decision.type === 'bid') return decision.amount;
    if (decision.type === 'fault') {
      screen.print(screen.paint.yellow(`  ${bot.name} ${decision.words}: no bid`));
    }
    return undefined;
  };
}

/** A person may take their time; what they type is checked before it is sent. */
function askPerson(person: Answers, screen: Screen): Decide {
  let told = false;
  return async (view, signal) => {
    const { money } = view.me;
    if (person.ended) {
      if (!told) screen.print('  the input has ended: passing from here on');
      told = true;
      return undefined;
    }
    for (const line of stateOfPlay(view, screen)) screen.print(line);
    for (;;) {
      const question = `  your bid (0 to ${money}, Enter to pass): `;
      const line = await person.ask(question, signal);
      if (line === undefined) return undefined;
      const word = line.trim();
      if (word === '') return undefined;
      const amount = /^\d+$/.test(word) ? Number(word) : NaN;
      if (amount <= money) return amount;
      screen.print(
        screen.paint.yellow(`  not ${word}: a bid is a whole number from 0 to ${money}`),
      );
    }
  };
}

function stateOfPlay(view: BidderView, { paint, width }: Screen): string[] {
  const { bidders, item, items, me, round, rules } = view;
  const coming = items.slice(round + 1, round + 1 + MOST_COMING);
  return [
    '',
    `${paint.bold(itemNumber(round, rules))}: ${paint.bold(item)}`,
    ...(coming.length > 0 ? [`  ${paint.dim(`next: ${coming.join(', ')}, …`)}`] : []),
    ...standingsTable(bidders, { rules, paint, width, me: me.name, most: 8 }),
  ];
}

class BidderScreen {
  readonly #options: BidOptions;
  readonly #screen: Screen;
  /** Our last accepted bid. */
  #accepted: { round: number; amount: number | null } | undefined;

  constructor(options: BidOptions, screen: Screen) {
    this.#options = options;
    this.#screen = screen;
  }

  readonly show = (event: BidderEvent, ledger: Ledger | undefined): void => {
    const { paint } = this.#screen;
    switch (event.type) {
      case 'seated':
        this.#screen.print(...this.#seated(event));
        break;
      case 'news':
        this.#screen.print(...this.#news(event, ledger!));
        break;
      case 'accepted':
        this.#accepted = event;
        this.#screen.print(
          event.amount === null ? '  you pass' : `  you bid ${event.amount}`,
        );
        break;
      case 'refused':
        this.#screen.print(paint.yellow(`  refused: ${event.refused.reason}`));
        break;
      case 'unanswered': {
        const seconds = event.patience / 1000;
        const gone = `${this.#where()} has not answered yet`;
        this.#screen.print(paint.yellow(`${gone}: giving up after ${seconds} seconds.`));
        break;
      }
      case 'lost': {
        const why = explain(event.error);
        this.#screen.print(
          paint.yellow(`Lost the auctioneer; trying to reconnect: ${why}`),
        );
        break;
      }
    }
  };

  #seated({ again, welcome }: BidderEvent & { type: 'seated' }): string[] {
    if (again) return ['Back at the table.', ...this.#whatIsOn(welcome)];
    const lines = [
      `${this.#screen.paint.bold(welcome.name)} sits at the table at ${this.#where()}, ` +
        `${this.#how(welcome)}. ${howToWin(welcome.rules)}`,
    ];
    if (welcome.token !== '') {
      const back = `  to come back after a crash: --token ${welcome.token}`;
      lines.push(this.#screen.paint.dim(back));
    }
    return [...lines, ...this.#whatIsOn(welcome)];
  }

  /** For a bidder who joins, perhaps in the middle of a game, and has yet to hear its news. */
  #whatIsOn({ items, name, rules, state }: Welcome): string[] {
    const { answered, bidders, phase, round } = state;
    if (phase === 'joining') return [`Waiting for all ${rules.bidders} bidders to join.`];
    const me = bidders.find((one) => one.name === name);
    if (phase === 'over' || !me) return [];
    const owned = Object.entries(me.owned).map(([kind, count]) => `${count} ${kind}`);
    const item = `${this.#screen.paint.bold(items[round]!)} (${itemNumber(round, rules)})`;
    return [
      `You have ${me.money} left and own ${list(owned) || 'nothing'}.`,
      `${item} is on sale: ${answered ? 'your answer has arrived' : 'you have not answered'}.`,
    ];
  }

  #where(): string {
    const { host, port } = this.#options;
    return formatAddress({ port, ...(host !== undefined && { host }) });
  }

  /** The lecture's words have no tokens. */
  #how({ token }: Welcome): string {
    const { over } = this.#options;
    if (over === 'udp') return 'over UDP';
    if (over === 'zeromq') return "in the lecture's words over ZeroMQ";
    return token === '' ? "in the lecture's words (--over lecture)" : 'over TCP';
  }

  #news({ news }: BidderEvent & { type: 'news' }, ledger: Ledger): string[] {
    const { paint } = this.#screen;
    switch (news.type) {
      case 'start':
        return [`The game begins: ${list(news.bidders, 12)}.`];
      case 'round':
        // A person sees more when asked to bid.
        return this.#options.bot
          ? ['', `${itemNumber(news.round, ledger.rules)}: ${paint.bold(news.item)}`]
          : [];
      case 'sold': {
        const { item, price, round, winner } = news;
        const mine = winner === this.#options.name;
        const who = mine ? 'you have' : `${winner} has`;
        const text = `  ${who} bought ${item} for ${price}`;
        // A bidder who bid the same amount would wonder why they did not get it.
        const { amount } = this.#accepted?.round === round ? this.#accepted : {};
        const isTied = !mine && ledger.rules.price === 'first' && amount === price;
        if (isTied) return [`${text}, the same as your bid, but bid earlier`];
        return [mine ? paint.green(text) : text];
      }
      case 'unsold':
        return [paint.dim(`  nobody has bought ${news.item}`)];
      case 'over':
        return [];
    }
  }

  end({ rules, standings, winner }: Ledger): string[] {
    const { paint, width } = this.#screen;
    const me = this.#options.name;
    let result = 'The game is over, and nobody has won.';
    if (winner === me) result = paint.green(paint.bold('You have won.'));
    else if (winner !== undefined) result = `${paint.bold(winner)} has won.`;
    return [result, ...standingsTable(standings, { rules, paint, width, me })];
  }
}
