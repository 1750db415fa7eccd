import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Presence } from '../../../../../src/auction/server/doors/presence.ts';

describe('who is present', () => {
  it('is whoever has come more often than left', () => {
    const changes: string[] = [];
    const presence = new Presence((name, isHere) =>
      changes.push(`${name} ${isHere ? 'came' : 'left'}`),
    );
    presence.come('ann');
    presence.come('ann'); // before the old connection is seen to have gone
    presence.leave('ann');
    expect(presence.has('ann')).toBe(true);
    presence.leave('ann');
    presence.leave('ann');
    expect(presence.has('ann')).toBe(false);
    expect(presence.size).toBe(0);
    expect(changes).toEqual(['ann came', 'ann left']);
  });

  it('is counted, under any coming and going', () => {
    const step = fc.record({
      name: fc.constantFrom('ann', 'bob', '__proto__'),
      come: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const visits = new Map<string, number>();
        const here = new Set<string>();
        const presence = new Presence((name, isHere) => {
          expect(here.has(name)).toBe(!isHere);
          if (isHere) here.add(name);
          else here.delete(name);
        });
        for (const { come, name } of steps) {
          const before = visits.get(name) ?? 0;
          visits.set(name, Math.max(0, before + (come ? 1 : -1)));
          if (come) presence.come(name);
          else presence.leave(name);
          expect(presence.has(name)).toBe(visits.get(name)! > 0);
          expect(presence.size).toBe(here.size);
          expect(here.has(name)).toBe(presence.has(name));
        }
      }),
    );
  });
});
