/** How a bot is contained, whatever it does: with lives that are handed in, and no clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BidderView } from '../../../../../src/auction/index.ts';
import {
  ContainedBot,
  type Life,
  type LifeEvents,
  type Patience,
} from '../../../../../src/auction/contest/bots/contained-bot.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A life whose every word the test says. */
class FakeLife implements Life {
  readonly events: LifeEvents;
  asked = 0;
  ended = false;

  constructor(events: LifeEvents) {
    this.events = events;
  }

  ask(): void {
    this.asked += 1;
  }

  end(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }
}

const VIEW = { me: { money: 100 } } as BidderView;
const LIMITS = { timeLimit: 1000, startLimit: 20_000, restarts: 2 };

class Cage {
  readonly lives: FakeLife[] = [];
  readonly bot: ContainedBot;

  constructor(patience: Patience = LIMITS) {
    const start = (events: LifeEvents): Life => {
      const life = new FakeLife(events);
      this.lives.push(life);
      return life;
    };
    this.bot = new ContainedBot('ann', start, patience);
  }

  get life(): FakeLife {
    return this.lives.at(-1)!;
  }

  async open(): Promise<this> {
    const opening = this.bot.open('ann.ts');
    this.life.events.ready();
    await opening;
    return this;
  }

  /** Asks, and lets `act` happen when the question is there. */
  async decide(act: () => unknown): Promise<unknown> {
    const decision = this.bot.decide(VIEW);
    await pass(0);
    await act();
    await pass(0);
    return decision;
  }
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

const fault = (kind: string, words: string): object => ({ type: 'fault', kind, words });

describe('a bot that does not answer', () => {
  it('is waited for so long, then ended, and started anew with the next question', async () => {
    const cage = await new Cage().open();
    const decision = cage.bot.decide(VIEW);
    await pass(999);
    expect(cage.life.ended).toBe(false);
    await pass(2);
    expect(await decision).toEqual(fault('hung', 'gave no answer within 1000 ms'));
    expect(cage.life.ended).toBe(true);
    expect(cage.lives).toHaveLength(1);
    const next = cage.bot.decide(VIEW);
    await pass(0);
    expect(cage.lives).toHaveLength(2);
    cage.life.events.ready();
    await pass(0);
    expect(cage.life.asked).toBe(1);
    cage.life.events.answered(5);
    expect(await next).toEqual({ type: 'bid', amount: 5 });
  });

  it('is not blamed for an answer that lay there unread when this process was busy', async () => {
    const cage = await new Cage().open();
    const decision = cage.bot.decide(VIEW);
    await pass(0);
    // The timer is due first; what the bot has said comes in the same turn.
    setTimeout(() => cage.life.events.answered(7), 1000);
    vi.advanceTimersByTime(1000);
    await pass(0);
    expect(await decision).toEqual({ type: 'bid', amount: 7 });
  });

  it('is no more heard when it answers later: that would be to another question', async () => {
    const cage = await new Cage().open();
    const [first] = cage.lives;
    const late = cage.bot.decide(VIEW);
    await pass(1001);
    await late;
    const next = cage.bot.decide(VIEW);
    await pass(0);
    first!.events.ready();
    first!.events.answered(99);
    first!.events.failed('threw', 'late');
    first!.events.died('gone', 'ended at last');
    await pass(0);
    expect(cage.life.ended).toBe(false);
    cage.life.events.ready();
    await pass(0);
    first!.events.answered(98);
    cage.life.events.answered(5);
    expect(await next).toEqual({ type: 'bid', amount: 5 });
  });

  it('is not waited for when it is not even ready', async () => {
    const cage = new Cage();
    const outcome = cage.bot.open('ann.ts').catch((error: Error) => error.message);
    await pass(19_999);
    expect(cage.life.ended).toBe(false);
    await pass(2);
    expect(await outcome).toBe('ann.ts was not ready within 20000 ms');
    expect(cage.life.ended).toBe(true);
  });
});

describe('a bot that dies', () => {
  it('is ended with what it has left, and started anew only so often', async () => {
    const cage = await new Cage().open();
    for (let start = 1; start <= 3; start += 1) {
      const decision = await cage.decide(async () => {
        if (start > 1) {
          cage.life.events.ready();
          await pass(0);
        }
        cage.life.events.died('gone', `ended for the ${start}. time`);
      });
      expect(decision).toEqual(fault('gone', `ended for the ${start}. time`));
      expect(cage.life.ended).toBe(true);
      expect(cage.lives).toHaveLength(start);
    }
    for (let time = 0; time < 3; time += 1) {
      expect(await cage.bot.decide(VIEW)).toEqual(
        fault('gone', 'failed too often; the last time it ended for the 3. time'),
      );
    }
    expect(cage.lives).toHaveLength(3);
  });

  it('between two questions is known by the next', async () => {
    const cage = await new Cage({ ...LIMITS, restarts: 0 }).open();
    cage.life.events.died('threw', 'threw outside of a decision');
    expect(await cage.bot.decide(VIEW)).toMatchObject({ kind: 'gone' });
  });
});

describe('what a bot says', () => {
  it('is judged, whatever it is', async () => {
    const cage = await new Cage().open();
    const say = (answer: unknown): Promise<unknown> =>
      cage.decide(() => cage.life.events.answered(answer));
    expect(await say(100)).toEqual({ type: 'bid', amount: 100 });
    expect(await say(101)).toMatchObject({ kind: 'invalid' });
    expect(await say('5')).toMatchObject({ kind: 'nonsense' });
    expect(await say(null)).toEqual({ type: 'pass' });
    const failing = cage.decide(() =>
      cage.life.events.failed('threw', 'threw Error: no'),
    );
    expect(await failing).toEqual(fault('threw', 'threw Error: no'));
    expect(cage.lives).toHaveLength(1);
  });

  it('answers one question before it hears the next', async () => {
    const cage = await new Cage().open();
    const both = [cage.bot.decide(VIEW), cage.bot.decide(VIEW)];
    await pass(0);
    expect(cage.life.asked).toBe(1);
    cage.life.events.answered(1);
    await pass(0);
    expect(cage.life.asked).toBe(2);
    cage.life.events.answered(2);
    expect(await Promise.all(both)).toEqual([
      { type: 'bid', amount: 1 },
      { type: 'bid', amount: 2 },
    ]);
  });
});

describe('a bot that is closed', () => {
  it('is ended, and waited for by nobody any more', async () => {
    const cage = await new Cage().open();
    const decision = cage.bot.decide(VIEW);
    await pass(0);
    await cage.bot.close();
    const closed = fault('gone', 'has been closed');
    expect(await decision).toEqual(closed);
    expect(cage.life.ended).toBe(true);
    expect(await cage.bot.decide(VIEW)).toEqual(closed);
    expect(cage.lives).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
