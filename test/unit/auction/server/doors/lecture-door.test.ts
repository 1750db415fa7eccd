/** The lecture's door: what is kept back, what ends a connection, and what does not. */
import { describe, expect, it, vi } from 'vitest';
import {
  Auction,
  auctionOptions,
  type LectureProtocol,
  Table,
} from '../../../../../src/auction/index.ts';
import { LectureDesk } from '../../../../../src/auction/server/doors/lecture-desk.ts';
import { Presence } from '../../../../../src/auction/server/doors/presence.ts';
import type { SendQueue } from '../../../../../src/auction/server/doors/send-queue.ts';
import type { LectureAnswer } from '../../../../../src/auction/server/lecture-protocol.ts';
import { openHouse, withoutTime } from '../../../../support/auction-house.ts';

withoutTime();

describe('a `wait `', () => {
  it('is kept back for a quarter of a second, so that nobody asks without a pause', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const ann = await house.visit();
    await ann.says('ann');
    ann.sent.length = 0;
    for (let asked = 1; asked <= 4; asked += 1) {
      await ann.says('ann ');
      await house.after(240);
      expect(ann.sent).toHaveLength(asked - 1);
      await house.after(20);
      expect(ann.sent).toHaveLength(asked);
    }
    expect(ann.text).toBe('wait wait wait wait ');
  });

  it('is kept back for longer in a crowd, whose questions would take all our time', async () => {
    const always: LectureAnswer = { kind: 'wait', text: 'wait ' };
    const protocol = { answer: () => always, nameOf: () => undefined };
    const desk = new LectureDesk(
      protocol as unknown as LectureProtocol,
      new Table(new Auction(auctionOptions({}))),
      new Presence(() => {}),
    );
    const queue = { over: false, connection: {} } as SendQueue;
    const speakers = Array.from({ length: 3000 }, () => desk.welcome(queue));
    const keptBack = async (): Promise<number> => {
      const asked = Date.now();
      const answers = Promise.all(speakers.map(async (one) => await one.answer('b')));
      await vi.advanceTimersToNextTimerAsync();
      await answers;
      return Date.now() - asked;
    };
    expect(await keptBack()).toBe(250);
    expect(await keptBack()).toBe(900);
  });

  it('is not sent at all when there is an answer before that', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [ann, bob] = [await house.visit(), await house.visit()];
    await ann.says('ann');
    ann.sent.length = 0;
    await ann.says('ann ');
    await bob.says('bob');
    expect(ann.text).toBe('ready ann bob ');
    await ann.says('ann 5');
    await ann.says('ann');
    ann.sent.length = 0;
    await bob.says('bob ');
    await bob.says('bob 4');
    expect(ann.text).toMatch(/^ann has bought \w+ for 5$/);
  });

  it('is kept back for nobody who has gone, and leaves the seat to the next', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [ann, again] = [await house.visit(), await house.visit()];
    await ann.says('ann');
    await ann.says('ann ');
    await ann.leaves();
    await house.after(300);
    await house.after(1000);
    expect(ann.state).toBe('closed');
    expect(house.auctioneer.isPresent('ann')).toBe(false);
    await again.says('ann');
    expect(again.text).toMatch(/^2 /);
    expect(house.auctioneer.isPresent('ann')).toBe(true);
    expect(house.auctioneer.statistics).toMatchObject({ present: 1, connections: 1 });
  });
});

describe('a seated bidder', () => {
  it('may think for as long as they like', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const ann = await house.visit();
    await ann.says('ann');
    await house.after(120_000);
    expect(ann.gone).toBe(false);
  });
});

describe('a farewell', () => {
  it('ends the connection, and nothing that was sent behind it counts', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const eve = await house.visit();
    await eve.says('eve');
    expect(eve.text).toMatch(/^refused: .*join code/);
    expect(eve.gone).toBe(true);
    await eve.says('K7RT-eve');
    expect(eve.sent).toHaveLength(1);
    expect(house.auctioneer.auction.bidders.size).toBe(0);
  });
});
