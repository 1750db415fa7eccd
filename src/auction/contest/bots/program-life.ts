/**
 * The life of a bot that is a program in any language: a child process.
 *
 *   this process                              the program
 *   stdin   {"version":1,"me":{…},…}\n  ──►  one line for each decision
 *   stdout  {"bid":12}\n                 ◄──  one line in answer; {"bid":null} passes
 *   stderr                               ◄──  anything else that it wants to say
 *
 * The first question after each start is a rehearsal, whose answer is not used: it shows, before
 * the game, that the program runs and answers in lines, and it gives an interpreter time to start.
 * After a line that is not an answer, or one too many, nobody knows which answer belongs to which
 * question, so the program is restarted.
 *
 * The end of its input tells a program to end.
 *
 * Sources: the lines are described in docs/auction-bots.md.
 */
import type { BidderView } from '../../game/ledger.ts';
import { describeValue, explain } from '../../../common/index.ts';
import {
  Child,
  howItEnded,
  isUnknownProgram,
  lastWords,
} from '../../../common/process/index.ts';
import { auctionOptions } from '../../game/options.ts';
import { Auction } from '../../game/rules.ts';
import type { Life, LifeEvents, StartLife } from './contained-bot.ts';
import { viewText } from './view-text.ts';

export interface ProgramOptions {
  /** Receives what a program writes to stderr. Without it that is thrown away. */
  onPrint?: ((text: string) => void) | undefined;
}

/** The longest line that is read, in characters. */
const LONGEST_LINE = 65_536;
/** How long a program may take to end when its input has ended, in milliseconds. */
const GRACE = 300;

const RIGHT =
  'where {"bid":12} or {"bid":null} was expected; everything else belongs on stderr';

/** @param command a program and its arguments, as from `splitCommand` */
export function programLife(
  command: readonly string[],
  options: ProgramOptions = {},
): StartLife {
  return (events) => new ProgramLife(command, events, options);
}

class ProgramLife implements Life {
  readonly #events: LifeEvents;
  readonly #child: Child;
  #rehearsed = false;
  #asked = false;
  #line = '';

  constructor(
    [program = '', ...args]: readonly string[],
    events: LifeEvents,
    options: ProgramOptions,
  ) {
    this.#events = events;
    this.#child = new Child([program, ...args], {
      stdio: 'pipe',
      onOutput: (text, kind) => {
        if (kind === 'printed') this.#read(text);
        else options.onPrint?.(text);
      },
      onError: (error) => {
        const unknown = isUnknownProgram(error, program);
        const why = unknown ? 'there is no such program' : explain(error);
        events.died('gone', `cannot be started as ${JSON.stringify(program)}: ${why}`);
      },
    });
    void this.#child.ended.then((end) => {
      const last = lastWords(this.#child.complaint);
      events.died('gone', `ended ${howItEnded(end)}${last === '' ? '' : `: ${last}`}`);
    });
    this.ask(rehearsal());
  }

  ask(view: BidderView): void {
    this.#asked = true;
    this.#child.process.stdin!.write(`${viewText(view)}\n`);
  }

  async end(): Promise<void> {
    // In the middle of a question it would not see the end of its input.
    await this.#child.end(this.#asked ? 0 : GRACE);
  }

  #read(text: string): void {
    this.#line += text;
    for (;;) {
      const end = this.#line.indexOf('\n');
      const length = end === -1 ? this.#line.length : end;
      if (length > LONGEST_LINE) {
        const what = `a line of more than ${LONGEST_LINE} characters`;
        this.#events.died('nonsense', `printed ${what}`);
        this.#line = '';
        break;
      }
      if (end === -1) break;
      const line = this.#line.slice(0, end).trim();
      this.#line = this.#line.slice(end + 1);
      if (line !== '') this.#hear(line);
    }
  }

  #hear(line: string): void {
    if (!this.#asked) {
      const advice = 'print one line for each question, and everything else on stderr';
      this.#events.died('nonsense', `printed ${describeValue(line)} unasked; ${advice}`);
      return;
    }
    this.#asked = false;
    const answer = parseAnswer(line);
    if (!answer) {
      this.#events.died('nonsense', `printed ${describeValue(line)} ${RIGHT}`);
    } else if (this.#rehearsed) {
      this.#events.answered(answer.bid);
    } else {
      this.#rehearsed = true;
      this.#events.ready();
    }
  }
}

function parseAnswer(line: string): { bid: unknown } | undefined {
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null && 'bid' in answer) return answer;
  } catch {
    // No JSON, so no answer.
  }
  return undefined;
}

/** The first round of the lecture's own game. */
function rehearsal(): BidderView {
  const auction = new Auction(auctionOptions());
  for (const name of ['you', 'ann', 'bob']) {
    for (const event of auction.decide({ type: 'join', name }).events!)
      auction.apply(event);
  }
  return auction.ledger.view('you')!;
}
