import { describe, expect, it } from 'vitest';
import { CongestionControl } from '../../../../src/network/reliable/congestion.ts';

describe('congestion control', () => {
  it('doubles in a round trip of slow start', () => {
    const control = new CongestionControl();
    expect(control.window).toBe(10);
    control.grow(10);
    expect(control.window).toBe(20);
  });

  it('halves what is in flight at a loss, and then grows by one in a round trip', () => {
    const control = new CongestionControl();
    control.grow(10);
    control.decrease(20);
    expect(control.window).toBe(10);
    for (let packet = 0; packet < 11; packet += 1) control.grow(1);
    expect(control.window).toBe(11);
  });

  it('never goes below two by halving', () => {
    const control = new CongestionControl();
    control.decrease(1);
    expect(control.window).toBe(2);
  });

  it('begins with one packet after a time-out, in slow start up to half', () => {
    const control = new CongestionControl();
    control.decrease(10);
    control.collapse();
    expect(control.window).toBe(1);
    control.grow(1);
    control.grow(2);
    expect(control.window).toBe(4);
    control.grow(1);
    control.grow(1);
    expect(control.window).toBe(5);
    control.grow(1);
    expect(control.window).toBe(5);
  });
});
