import { describe, expect, it } from 'vitest';
import type { Action, CoreEvent } from '../../../../src/network/reliable/core.ts';
import { End } from '../../../../src/network/reliable/end.ts';

/** A core that does what it is next told to. */
function told(...answers: Action[][]): { end: End; events: CoreEvent[] } {
  const events: CoreEvent[] = [];
  const on = (event: CoreEvent): Action[] => {
    events.push(event);
    return answers.shift() ?? [];
  };
  return { end: new End({ state: 'open', on }, { transmit: () => {} }), events };
}

const damaged: CoreEvent = { type: 'damaged' };
const arm = (timer: number, at: number): Action => ({ type: 'arm', timer, at });

describe('an end', () => {
  it('waits for the first of its timers that is still armed', () => {
    const { end, events } = told(
      [arm(1, 10), arm(2, 20)],
      [{ type: 'cancel', timer: 1 }],
    );
    end.tell(damaged, 0);
    expect(end.nextTime).toBe(10);
    end.tell(damaged, 5);
    expect(end.nextTime).toBe(20);
    end.expire(10);
    expect(events).toEqual([damaged, damaged]);
    end.expire(20);
    expect(events.at(-1)).toEqual({ type: 'timer', timer: 2 });
    expect(end.nextTime).toBe(Infinity);
  });

  it('lets a timer that was armed again expire at the later time alone', () => {
    const { end, events } = told([arm(1, 10)], [arm(1, 30)]);
    end.tell(damaged, 0);
    end.tell(damaged, 5);
    expect(end.nextTime).toBe(30);
    end.expire(30);
    expect(events).toEqual([damaged, damaged, { type: 'timer', timer: 1 }]);
    expect(end.nextTime).toBe(Infinity);
  });
});
