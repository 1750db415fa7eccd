import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Auction,
  type AuctionEvent,
  type AuctionOptions,
  auctionOptions,
  Table,
} from '../../../../src/auction/index.ts';
import { Presence } from '../../../../src/auction/server/doors/presence.ts';
import { RoundClock } from '../../../../src/auction/server/round-clock.ts';

const SECOND = 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class Room {
  readonly auction: Auction;
  readonly table: Table;
  readonly presence: Presence;
  readonly clock: RoundClock;
  /** Datagrams that have been read. */
  read = 0;
  readonly events: AuctionEvent[] = [];

  constructor(names: string[], given: Partial<AuctionOptions> = {}) {
    this.auction = new Auction(
      auctionOptions({
        bidders: names.length,
        secondsPerRound: 60,
        items: 50,
        countToWin: 50,
        ...given,
      }),
    );
    this.table = new Table(this.auction);
    this.presence = new Presence((name, isHere) => this.clock.look(name, isHere));
    this.clock = new RoundClock(this.table, this.presence, () => this.read);
    this.table.watch((event) => this.events.push(event));
    for (const name of names) {
      this.table.submit({ type: 'join', name });
      this.presence.come(name);
    }
  }

  get round(): number {
    return this.auction.round;
  }

  bid(...names: string[]): void {
    for (const name of names) {
      this.table.submit({ type: 'bid', round: this.round, name, amount: 0 });
    }
  }

  pass(name: string): void {
    this.table.submit({ type: 'pass', round: this.round, name });
  }

  /** Who has passed by the clock, with the round. */
  get forfeits(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'passed' && event.why === 'deadline'
        ? `${event.round} ${event.name}`
        : [],
    );
  }

  async after(seconds: number): Promise<this> {
    await vi.advanceTimersByTimeAsync(seconds * SECOND);
    return this;
  }
}

describe('the clock of a round', () => {
  it('ends it for those who are missing, when its time is over and not before', async () => {
    const room = new Room(['ann', 'bob', 'cid']);
    room.bid('ann');
    await room.after(59.9);
    expect(room.round).toBe(0);
    await room.after(0.2);
    expect(room.round).toBe(1);
    expect(room.forfeits).toEqual(['0 bob', '0 cid']);
  });

  it('begins anew with each round, and says until when', async () => {
    const room = new Room(['ann', 'bob']);
    const begun = performance.now();
    expect(room.clock.deadline).toBe(begun + 60 * SECOND);
    await room.after(50);
    room.bid('ann', 'bob');
    expect(room.clock.deadline).toBe(begun + 110 * SECOND);
    expect(vi.getTimerCount(), 'the clock of the round before').toBe(1);
    await room.after(59);
    expect(room.round).toBe(1);
    await room.after(2);
    expect(room.round).toBe(2);
  });

  it('has no end where the game knows none', async () => {
    const room = new Room(['ann', 'bob'], { secondsPerRound: 0 });
    room.bid('ann');
    expect(room.clock.deadline).toBeUndefined();
    await room.after(1_000_000);
    expect(room.round).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not forfeit the bid that lies in a socket when a stall is over', () => {
    const room = new Room(['ann', 'bob']);
    room.bid('ann');
    // The program was stopped for long: its timer is due, and so is what came meanwhile.
    vi.advanceTimersToNextTimer();
    room.bid('bob');
    vi.runOnlyPendingTimers();
    expect(room.forfeits).toEqual([]);
    expect(room.round).toBe(1);
  });

  it('reads on after a stall while datagrams come, but not for ever', async () => {
    const room = new Room(['ann', 'bob', 'cid']);
    await room.after(59);
    room.bid('ann');
    vi.advanceTimersByTime(SECOND);
    let turns = 0;
    while (room.forfeits.length === 0 && turns < 10_000) {
      room.read += 32;
      if (turns === 20) room.bid('bob');
      vi.runOnlyPendingTimers();
      turns += 1;
    }
    expect(room.forfeits).toEqual(['0 cid']);
    expect(turns).toBe(640);
    await room.after(0);
  });

  it('stands still while nobody is there, and goes on from the beginning', async () => {
    const room = new Room(['ann', 'bob']);
    await room.after(50);
    room.presence.leave('ann');
    room.presence.leave('bob');
    expect(room.clock.deadline).toBeUndefined();
    await room.after(10_000);
    expect(room.round).toBe(0);
    room.presence.come('bob');
    await room.after(59);
    expect(room.round).toBe(0);
    await room.after(2);
    expect(room.round).toBe(1);
  });

  it('does not run before the game or after it', async () => {
    const room = new Room(['ann', 'bob'], { items: 1 });
    room.bid('ann', 'bob');
    expect(room.auction.phase).toBe('over');
    expect(room.clock.deadline).toBeUndefined();
    room.presence.leave('ann');
    room.presence.come('ann');
    await room.after(100);
    expect(vi.getTimerCount()).toBe(0);
    const waiting = new Room([], { bidders: 2 });
    waiting.presence.come('ann');
    expect(waiting.clock.deadline).toBeUndefined();
  });

  it('ends no round any more when it is closed in the moment between its time and the end', async () => {
    const room = new Room(['ann', 'bob']);
    vi.advanceTimersByTime(60 * SECOND);
    expect([room.round, vi.getTimerCount()]).toEqual([0, 1]);
    room.clock.close();
    await vi.runAllTimersAsync();
    expect(room.round).toBe(0);
  });

  it('leaves no timer when it is closed, whoever comes and goes after that', async () => {
    const room = new Room(['ann', 'bob', 'cid']);
    await room.after(1);
    expect(vi.getTimerCount()).toBe(1);
    room.clock.close();
    expect(vi.getTimerCount()).toBe(0);
    room.bid('ann');
    room.presence.leave('ann');
    room.presence.come('ann');
    room.bid('bob');
    await vi.runAllTimersAsync();
    expect(room.round).toBe(0);
    expect(room.clock.deadline).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('one who has gone', () => {
  it('costs one round its time, and the others none', async () => {
    const room = new Room(['ann', 'bob', 'cid']);
    room.presence.leave('cid');
    room.bid('ann', 'bob');
    await room.after(59);
    expect(room.round).toBe(0);
    await room.after(1.1);
    expect(room.round).toBe(1);
    for (let round = 1; round < 10; round += 1) {
      room.bid('ann');
      await room.after(1);
      expect(room.round).toBe(round);
      room.bid('bob');
      await room.after(0.01);
      expect(room.round).toBe(round + 1);
    }
  });

  it('is not waited for either when the last of the others has passed', async () => {
    const room = new Room(['ann', 'bob']);
    room.presence.leave('bob');
    room.bid('ann');
    await room.after(60.1);
    expect(room.round).toBe(1);
    room.pass('ann');
    await room.after(0.01);
    expect(room.round).toBe(2);
  });

  it('is waited for again when they come back', async () => {
    const room = new Room(['ann', 'bob']);
    room.presence.leave('bob');
    room.bid('ann');
    await room.after(60.1);
    room.presence.come('bob');
    room.bid('ann');
    await room.after(59);
    expect(room.round).toBe(1);
    room.bid('bob');
    expect(room.round).toBe(2);
  });

  it('after a missed round is not waited for from the moment when they leave', async () => {
    const room = new Room(['ann', 'bob']);
    room.bid('ann');
    await room.after(60.1);
    room.bid('ann');
    await room.after(1);
    expect(room.round).toBe(1);
    room.presence.leave('bob');
    await room.after(0.01);
    expect(room.round).toBe(2);
  });

  it('leaves the decision to the clock while nobody else has answered', async () => {
    const room = new Room(['ann', 'bob', 'cid']);
    room.presence.leave('bob');
    room.presence.leave('cid');
    room.bid('ann');
    await room.after(60.1);
    await room.after(30);
    expect(room.round).toBe(1);
    room.bid('ann');
    await room.after(0.01);
    expect(room.round).toBe(2);
  });
});

describe('all of whom nobody says anything', () => {
  it('have the whole time of each round, though one of them goes', async () => {
    const room = new Room(['ann', 'bob']);
    for (let round = 0; round < 3; round += 1) await room.after(60.1);
    expect(room.round).toBe(3);
    room.presence.leave('ann');
    await room.after(50);
    expect(room.round).toBe(3);
    await room.after(10);
    expect(room.round).toBe(4);
  });
});

describe('one who seems to be there and says nothing', () => {
  it('is waited for three times in a row, and then no more', async () => {
    const room = new Room(['ann', 'bob']);
    for (let round = 0; round < 3; round += 1) {
      room.bid('ann');
      await room.after(59);
      expect(room.round).toBe(round);
      await room.after(1.1);
      expect(room.round).toBe(round + 1);
    }
    for (let round = 3; round < 8; round += 1) {
      room.bid('ann');
      await room.after(0.01);
      expect(room.round).toBe(round + 1);
    }
  });

  it.each([
    ['a bid in time', (room: Room) => room.bid('bob')],
    ['a pass in time', (room: Room) => room.pass('bob')],
    [
      'a bid that comes too late',
      (room: Room) =>
        room.table.submit({ type: 'bid', round: room.round - 1, name: 'bob', amount: 1 }),
    ],
    [
      'coming back',
      (room: Room) => {
        room.presence.leave('bob');
        room.presence.come('bob');
      },
    ],
  ])('is waited for again after %s', async (_, sign) => {
    const room = new Room(['ann', 'bob']);
    for (let round = 0; round < 3; round += 1) {
      room.bid('ann');
      await room.after(60.1);
    }
    sign(room);
    const round = room.round;
    room.bid('ann');
    await room.after(0.1);
    const next = room.round === round ? round : round + 1;
    if (next > round) room.bid('ann');
    await room.after(50);
    expect(room.round).toBe(next);
  });
});
