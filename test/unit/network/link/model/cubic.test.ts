import { describe, expect, it } from 'vitest';
import { Cubic } from '../../../../../src/network/link/model/cubic.ts';

/** How the window of a sender that always fills it grows over this many round trips. */
function growth(cubic: Cubic, from: number, trip: number, trips: number): number[] {
  const windows: number[] = [];
  let window = from;
  let credit = 0;
  for (let count = 1; count <= trips; count += 1) {
    for (let one = window; one > 0; one -= 1) {
      const needed = cubic.needed(count * trip, window, 1);
      credit += 1;
      if (credit < needed) continue;
      credit = 0;
      window += 1;
    }
    windows.push(window);
  }
  return windows;
}

describe('how CUBIC grows', () => {
  it('comes back to the window of the loss after the time of RFC 9438 4.2, and stays near', () => {
    const cubic = new Cubic();
    cubic.hear(0, 200);
    cubic.reduce(1000);
    // K = ∛(1000 × 0.3 ÷ 0.4) = 9.1 s: 45 round trips of 200 ms.
    const windows = growth(cubic, 700, 200, 90);
    expect(windows[20]).toBeGreaterThan(850);
    expect(windows[45]).toBeGreaterThan(980);
    expect(windows[45]).toBeLessThan(1010);
    // Flat there, and steep again after the same time.
    expect(windows[55]! - windows[40]!).toBeLessThan(25);
    expect(windows[89]! - windows[75]!).toBeGreaterThan(100);
  });

  it('grows as a Reno sender would where that is more: half a packet a round trip', () => {
    const cubic = new Cubic();
    cubic.reduce(40);
    const windows = growth(cubic, 28, 50, 20);
    expect(windows.at(-1)! - 28).toBeGreaterThanOrEqual(8);
    expect(windows.at(-1)! - 28).toBeLessThanOrEqual(11);
  });

  it('looks at the curve at most 32 times a second, which is less over short round trips', () => {
    const cubic = new Cubic();
    cubic.reduce(40);
    const first = cubic.needed(0, 28, 1);
    expect(cubic.needed(20, 28, 200)).toBe(first);
    expect(cubic.needed(40, 28, 1)).toBeLessThan(first);
  });

  it('aims lower after a second loss below the first (RFC 9438 4.7)', () => {
    const [once, twice] = [new Cubic(), new Cubic()];
    once.reduce(850);
    twice.reduce(1000);
    twice.reduce(850);
    // Both have reached their plateau by then.
    expect(growth(once, 595, 200, 45).at(-1)).toBeGreaterThan(830);
    expect(growth(twice, 595, 200, 45).at(-1)).toBeLessThan(760);
  });

  it('knows nothing about the path after a time-out: at least a packet for 20', () => {
    const cubic = new Cubic();
    cubic.reduce(1000);
    cubic.forget();
    expect(cubic.needed(0, 100, 1)).toBe(20);
  });

  it('aims at the curve a round trip ahead, in whole packets (RFC 9438 4.2)', () => {
    const cubic = new Cubic();
    cubic.hear(0, 200);
    cubic.reduce(1000);
    // 1000 + 0.4 × (0.2 − 9.086)³ = 719.4: Linux cuts 280.6 to 280, so 20 packets more.
    expect(cubic.needed(0, 700, 1)).toBe(700 / 20);
  });

  it('grows by at most a packet for two acknowledged', () => {
    const cubic = new Cubic();
    cubic.reduce(1000);
    cubic.needed(0, 700, 1);
    expect(cubic.needed(100_000, 700, 1)).toBe(2);
  });

  it('does not go by the round trips of the first second after a loss', () => {
    const cubic = new Cubic();
    cubic.reduce(1000);
    cubic.needed(5000, 700, 1);
    expect(cubic.hear(5999, 20)).toBe(false);
    expect(cubic.hear(6000, 20)).toBe(true);
  });
});
