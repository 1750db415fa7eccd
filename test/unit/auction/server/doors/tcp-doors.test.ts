/** The limits on every TCP connection of the auction, whatever it speaks. */
import { describe, expect, it, vi } from 'vitest';
import { Outbox } from '../../../../../src/auction/server/doors/outbox.ts';
import { SendQueue } from '../../../../../src/auction/server/doors/send-queue.ts';
import type { ConnectionSocket } from '../../../../../src/tcp/index.ts';
import {
  FakeConnection,
  frame,
  openHouse,
  settled,
  withoutTime,
} from '../../../../support/auction-house.ts';

withoutTime();

const MIB = 1024 * 1024;

describe('a connection', () => {
  it('that says nothing is let go after so long, with a word', async () => {
    const house = openHouse({ times: { speak: 10_000 } });
    const silent = await house.visit();
    await house.after(9_900);
    expect(silent.gone).toBe(false);
    await house.after(200);
    expect(silent.text).toBe('refused: you have said nothing for 10 seconds\n');
    expect(silent.gone).toBe(true);
    await silent.leaves();
    expect(house.auctioneer.statistics.connections).toBe(0);
  });

  it('is one of twelve thousand, and more are told to come back later', async () => {
    const house = openHouse();
    const visits = Array.from({ length: 12_001 }, () => new FakeConnection());
    house.crowd(...visits);
    for (const one of visits) void one.says(frame({ type: 'watch', version: 1 }));
    await house.after(0);
    const [last] = visits.slice(-1);
    expect(last!.text).toBe('refused: too many connections; come back later\n');
    expect(last!.gone).toBe(true);
    expect(visits.filter(({ gone }) => gone)).toHaveLength(1);
    await last!.leaves();
    await visits[0]!.leaves();
    const next = await house.visit();
    expect(next.gone).toBe(false);
  });

  it('without a seat makes room for those who come, the first to come first', async () => {
    const house = openHouse({ game: { bidders: 3 } }, {}, 80);
    const { auctioneer } = house;
    expect(auctioneer.mostConnections).toBe(60);
    const seated = [await house.visit(), await house.visit()];
    await seated[0]!.joins('ann');
    await seated[1]!.says('bob');
    const silent = Array.from({ length: 58 }, () => new FakeConnection());
    house.crowd(...silent);
    await house.after(0);
    const honest = await house.visit();
    expect(await honest.joins('cid')).toMatchObject({ type: 'welcome' });
    for (const one of [...seated, honest]) expect(one.state).toBe('open');
    expect(silent.map(({ state }) => state)).toEqual([
      'reset',
      ...silent.slice(1).map(() => 'open'),
    ]);
    expect(auctioneer.statistics.connections).toBe(60);
  });

  it('that comes when all doors are closed is cut off', async () => {
    const house = openHouse();
    await house.auctioneer.close();
    const late = await house.visit();
    expect(late.state).toBe('reset');
    expect(house.auctioneer.statistics.connections).toBe(0);
  });
});

describe('a peer that does not take what it is told', () => {
  const watch = frame({ type: 'watch', version: 1 });

  it('is dropped when 4 MiB wait for it, and what waited is forgotten', async () => {
    const deaf = new FakeConnection(false);
    const outbox = new Outbox(
      () => {},
      () => {},
    );
    const queue = new SendQueue(deaf as unknown as ConnectionSocket, outbox);
    for (let mib = 0; mib < 5; mib += 1) queue.say(Buffer.alloc(MIB));
    await settled();
    expect(deaf.state).toBe('open');
    queue.say(Buffer.alloc(MIB));
    queue.say(Buffer.alloc(1));
    await settled();
    expect(deaf.state).toBe('reset');
    expect(queue.over).toBe(true);
    expect(deaf.bytes).toHaveLength(5 * MIB);
    await queue.closed;
  });

  it('has no further answer, however much it asks, and is dropped when it reads nothing', async () => {
    const house = openHouse({
      game: { bidders: 2, items: 20_000 },
      times: { speak: 10_000 },
    });
    // Each question is answered with the list of all items, some 200 kB.
    const questions = Array.from({ length: 1000 }, () => watch);
    const deaf = await house.visit(new FakeConnection(false));
    await deaf.says(Buffer.concat(questions));
    expect(deaf.sent).toHaveLength(1);
    await house.after(9000);
    expect(deaf.state).toBe('open');
    await house.after(2000);
    expect(deaf.state).toBe('reset');
    expect(deaf.sent).toHaveLength(1);
    expect(house.auctioneer.statistics.connections).toBe(0);
  });

  it('has no further answer in the lecture’s words either', async () => {
    const house = openHouse({
      game: { bidders: 2, win: 'highest-value', items: 20_000 },
      times: { speak: 10_000 },
    });
    const deaf = await house.visit(new FakeConnection(false));
    await deaf.says('ann');
    await deaf.says('ann ');
    await house.after(11_000);
    expect(deaf.state).toBe('reset');
    expect(deaf.sent).toHaveLength(1);
  });

  it('is answered on when it reads, as much as it has asked', async () => {
    const house = openHouse({ game: { bidders: 2, items: 20_000 } });
    const eager = await house.visit();
    await eager.says(Buffer.concat(Array.from({ length: 100 }, () => watch)));
    await house.after(200);
    expect(eager.state).toBe('open');
    expect(eager.told).toHaveLength(100);
  });

  it('is not one who takes it: they may hear as much as they ask for', async () => {
    const house = openHouse({ game: { bidders: 2, items: 20_000 } });
    const eager = await house.visit();
    let heard = 0;
    while (heard < 12 * MIB) {
      await eager.says(watch);
      heard += eager.bytes.length;
      eager.sent.length = 0;
    }
    expect(eager.state).toBe('open');
  });

  it('does not keep an auctioneer who closes', async () => {
    const house = openHouse();
    const deaf = await house.visit(new FakeConnection(false));
    await deaf.says(frame({ type: 'watch', version: 1 }));
    const done = vi.fn<() => void>();
    const closing = house.auctioneer.close().then(done);
    await house.after(400);
    expect(done).not.toHaveBeenCalled();
    await house.after(200);
    expect(done).toHaveBeenCalled();
    expect(deaf.state).toBe('reset');
    await closing;
  });
});

describe('the last words', () => {
  it('are followed by half a second in which the peer is read, and no more', async () => {
    const house = openHouse();
    const peer = await house.visit();
    await peer.says('GET / HTTP/1.1\r\n\r\n');
    expect(peer.text).toMatch(/^refused: /);
    // It still talks. Closed over unread bytes, the connection would be reset.
    for (let time = 0; time < 4; time += 1) {
      expect(peer.state).toBe('shut');
      await peer.says('more');
      expect(peer.unread).toBe(0);
      await house.after(100);
    }
    await house.after(150);
    await peer.says('and more');
    expect(peer.state).toBe('closed');
    expect(house.auctioneer.statistics.connections).toBe(0);
  });

  it('to a peer that does not take them are not waited for', async () => {
    const house = openHouse();
    const deaf = await house.visit(new FakeConnection(false));
    await deaf.says('GET / HTTP/1.1\r\n\r\n');
    await house.after(400);
    expect(deaf.state).toBe('open');
    await house.after(200);
    expect(deaf.state).toBe('reset');
    expect(house.auctioneer.statistics.connections).toBe(0);
  });

  it('to one whose door still reads leave nothing unread, and end when they hang up', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [before, after] = [await house.visit(), await house.visit()];
    const { token } = await before.joins('ann');
    await after.joins('ann', { token });
    expect(before.told.at(-1)).toMatchObject({ code: 'seat-taken-over' });
    expect(before.state).toBe('shut');
    await before.leaves();
    await before.leaves();
    expect(before.state).toBe('closed');
  });
});
