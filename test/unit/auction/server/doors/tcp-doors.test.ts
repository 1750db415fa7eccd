/** What every TCP connection of the auction's is held to, whatever it speaks. */
import { describe, expect, it, vi } from 'vitest';
import {
  FakeConnection,
  frame,
  openHouse,
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
    const house = openHouse({ times: { speak: 1_000_000 } });
    const visits = Array.from({ length: 12_001 }, () => new FakeConnection());
    house.crowd(...visits);
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

  it('that comes when all doors are closed is cut off', async () => {
    const house = openHouse();
    await house.auctioneer.close();
    const late = await house.visit();
    expect(late.state).toBe('reset');
    expect(house.auctioneer.statistics.connections).toBe(0);
  });
});

describe('a peer that does not take what it is told', () => {
  it('is dropped when 4 MiB wait for it, and what waited is forgotten', async () => {
    const house = openHouse({ game: { bidders: 2, items: 20_000 } });
    const deaf = await house.visit(new FakeConnection(false));
    const watch = frame({ type: 'watch', version: 1 });
    // Each is answered with the list of all items, some 200 kB.
    await deaf.says(watch);
    const size = deaf.bytes.length;
    expect(size).toBeGreaterThan(MIB / 8);
    const enough = Math.ceil((4 * MIB) / size);
    for (let time = 2; time <= enough; time += 1) await deaf.says(watch);
    expect(deaf.state).toBe('open');
    await deaf.says(watch);
    await deaf.says(watch);
    expect(deaf.state).toBe('reset');
    expect(deaf.bytes.length).toBeLessThan(4 * MIB + 2 * size);
    await house.after(1000);
    expect(house.auctioneer.statistics.connections).toBe(0);
  });

  it('in one turn is dropped, too, and nothing of that turn is sent', async () => {
    const house = openHouse({ game: { bidders: 2, items: 20_000 } });
    const deaf = await house.visit();
    const watch = frame({ type: 'watch', version: 1 });
    await deaf.says(Buffer.concat(Array.from({ length: 100 }, () => watch)));
    expect(deaf.state).toBe('reset');
    expect(deaf.sent).toEqual([]);
  });

  it('is not one who takes it: he may hear as much as he asks for', async () => {
    const house = openHouse({ game: { bidders: 2, items: 20_000 } });
    const eager = await house.visit();
    const watch = frame({ type: 'watch', version: 1 });
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

  it('to one whose door still reads leave nothing unread, and end when he hangs up', async () => {
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
