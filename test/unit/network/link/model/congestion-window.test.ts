import { describe, expect, it } from 'vitest';
import { CongestionWindow } from '../../../../../src/network/link/model/congestion-window.ts';

/** One round trip in which a full window is acknowledged, and more would have been sent. */
function trip(window: CongestionWindow): void {
  const full = window.packets;
  for (let acknowledged = 0; acknowledged < full; acknowledged += 1) {
    window.grow(1, full, true);
  }
}

function afterALoss(): CongestionWindow {
  const window = new CongestionWindow();
  window.startRecovery();
  return window;
}

describe('a congestion window', () => {
  it('begins with ten packets and doubles every round trip', () => {
    const window = new CongestionWindow();
    expect(window.packets).toBe(10);
    trip(window);
    trip(window);
    expect(window.packets).toBe(40);
  });

  it('does not grow for those who do not use it', () => {
    const window = new CongestionWindow();
    for (let count = 0; count < 100; count += 1) window.grow(1, 5, false);
    expect(window.packets).toBe(10);
    window.grow(1, 6, false);
    expect(window.packets).toBe(11);
  });

  it('is 0.7 of what it was after losses, and then grows by half a packet a round trip', () => {
    const window = afterALoss();
    window.endRecovery();
    expect(window.packets).toBe(7);
    for (let count = 0; count < 10; count += 1) trip(window);
    expect(window.packets - 7).toBeGreaterThan(4);
    expect(window.packets - 7).toBeLessThan(7);
  });

  it('falls to one packet at a time-out, and starts slowly up to 0.7 of what it was', () => {
    const window = new CongestionWindow();
    window.collapse();
    expect(window.packets).toBe(1);
    trip(window);
    expect(window.packets).toBe(2);
    trip(window);
    expect(window.packets).toBe(4);
    trip(window);
    trip(window);
    expect(window.packets).toBeGreaterThan(7);
    expect(window.packets).toBeLessThan(9);
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
    window.collapse();
    window.recover(1, 5, false);
    expect(window.packets).toBe(1);
    window.endRecovery();
    expect(window.packets).toBe(1);
  });
});
