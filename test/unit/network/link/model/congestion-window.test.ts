import { describe, expect, it } from 'vitest';
import { CongestionWindow } from '../../../../../src/network/link/model/congestion-window.ts';

/** The clock of these tests, and the packets that were acknowledged and sent by then. */
interface Sender {
  window: CongestionWindow;
  now: number;
  acknowledged: number;
}

function sender(): Sender {
  return { window: new CongestionWindow(), now: 0, acknowledged: 0 };
}

/** A round trip of 100 ms in which this many packets leave, and then are acknowledged. */
function trip(one: Sender, flying = one.window.packets): void {
  const { window } = one;
  const next = one.acknowledged + flying;
  window.noteUse(flying, { first: one.acknowledged, next });
  one.now += 100;
  for (let count = 0; count < flying; count += 1) window.grow(1, one.now);
  one.acknowledged = next;
}

function afterALoss(): CongestionWindow {
  const { window } = sender();
  window.startRecovery();
  return window;
}

describe('a congestion window', () => {
  it('begins with ten packets and doubles every round trip', () => {
    const one = sender();
    expect(one.window.packets).toBe(10);
    trip(one);
    trip(one);
    expect(one.window.packets).toBe(40);
  });

  it('grows in slow start for those who use more than half of it', () => {
    const one = sender();
    for (let count = 0; count < 10; count += 1) trip(one, 5);
    expect(one.window.packets).toBe(10);
    trip(one, 6);
    expect(one.window.packets).toBe(12); // twice what was used, and no more
  });

  it('is 0.7 of what it was after losses, and then grows by half a packet a round trip', () => {
    const one = sender();
    one.window.startRecovery();
    one.window.endRecovery();
    expect(one.window.packets).toBe(7);
    for (let count = 0; count < 10; count += 1) trip(one);
    expect(one.window.packets - 7).toBeGreaterThan(3);
    expect(one.window.packets - 7).toBeLessThan(7);
  });

  it('does not grow after losses for those who never fill it', () => {
    const one = sender();
    one.window.startRecovery();
    one.window.endRecovery();
    for (let count = 0; count < 20; count += 1) trip(one, 6);
    expect(one.window.packets).toBe(7);
  });

  it('falls to one packet at a time-out, and starts slowly up to 0.7 of what it was', () => {
    const one = sender();
    one.window.collapse(0);
    expect(one.window.packets).toBe(1);
    trip(one);
    expect(one.window.packets).toBe(2);
    trip(one);
    expect(one.window.packets).toBe(4);
    trip(one);
    trip(one);
    expect(one.window.packets).toBeGreaterThanOrEqual(7);
    expect(one.window.packets).toBeLessThan(9);
  });

  it('leaves room at a time-out for what may still arrive', () => {
    const { window } = sender();
    window.collapse(3);
    expect(window.packets).toBe(4);
  });

  it('is what it was before when nothing had been lost after all', () => {
    const one = sender();
    trip(one);
    one.window.collapse(0);
    one.window.undo();
    expect(one.window.packets).toBe(20);
    trip(one);
    expect(one.window.packets).toBe(40); // and starts slowly again, as it had done
    one.window.startRecovery();
    one.window.undo();
    expect(one.window.packets).toBe(40);
  });

  it('ends slow start when the queue grows', () => {
    const one = sender();
    trip(one);
    // A round whose acknowledgements come a millisecond apart: the link sends without a pause.
    for (let count = 0; count < 90; count += 1) {
      one.now += 1;
      one.window.hear({ now: one.now, trip: 100, first: 30, next: 50 });
    }
    const { packets } = one.window;
    trip(one);
    expect(one.window.packets).toBeLessThan(packets + 5);
  });

  it('grows slowly near the window of a loss, and faster when a time-out made that unknown', () => {
    const growths = ['loss', 'time-out'].map((what) => {
      const one = sender();
      while (one.window.packets < 640) trip(one);
      if (what === 'loss') {
        one.window.startRecovery();
        one.window.endRecovery();
      } else one.window.collapse(446);
      trip(one); // the second is back in slow start, up to 448
      const before = one.window.packets;
      trip(one);
      return one.window.packets - before;
    });
    // CUBIC's curve rises by 7 packets in the first 100 ms; one for 20 is 22.
    expect(growths[0]).toBeLessThan(12);
    expect(growths[1]).toBeGreaterThan(18);
  });

  it('after a time-out does not compare round trips with those before it', () => {
    const one = sender();
    while (one.window.packets < 160) trip(one);
    const hear = (tripTime: number): void => {
      for (let count = 0; count < 20; count += 1) {
        one.now += 3;
        const { acknowledged: first } = one;
        one.window.hear({ now: one.now, trip: tripTime, first, next: first + 50 });
      }
    };
    hear(100);
    one.window.collapse(40);
    one.acknowledged += 100; // and with that another round begins
    hear(200);
    trip(one);
    expect(one.window.packets).toBe(82); // slow start goes on
  });

  it('never falls below two packets by losses', () => {
    const window = new CongestionWindow();
    for (let count = 0; count < 50; count += 1) {
      window.startRecovery();
      window.endRecovery();
    }
    expect(window.packets).toBe(2);
  });
});

describe('a recovery', () => {
  it('with one packet on its way lets one go: the repeated one, and nothing new', () => {
    const window = afterALoss();
    window.recover(1, 0, false);
    expect(window.packets).toBe(1);
    window.noteSent(1);
    // That one is on its way, and nothing is heard.
    expect(window.packets).toBe(1);
  });

  it('lets one go for each that arrives, and one more when the gap is closed', () => {
    const window = afterALoss();
    window.recover(1, 3, false);
    window.noteSent(1);
    window.recover(1, 3, false);
    expect(window.packets - 3).toBe(1);
    window.noteSent(1);
    window.recover(1, 3, true);
    expect(window.packets - 3).toBe(2);
  });

  it('lets fewer go than arrive where more are on their way than may be at the end', () => {
    const window = afterALoss();
    let sent = 0;
    let flying = 9;
    for (let arrived = 1; arrived <= 9; arrived += 1) {
      flying -= 1;
      window.recover(1, flying, false);
      const now = window.packets - flying;
      window.noteSent(now);
      sent += now;
      flying += now;
    }
    expect(flying).toBe(7);
    expect(sent).toBe(7);
  });

  it('is one for all losses of a window, and ends with a time-out', () => {
    const window = afterALoss();
    window.startRecovery();
    window.collapse(0);
    window.recover(1, 5, false);
    expect(window.packets).toBe(1);
    window.endRecovery();
    expect(window.packets).toBe(1);
  });
});
