/** A cell leads only to the states that runs under bad luck reach from it. */
import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../../../src/network/reliable/check/check.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';

/** The rarest way is found under seed 257. */
const SEEDS = 260;
/** Where no sender of these runs gets, as all packets arrive in the end, and nobody pauses. */
const ELSEWHERE = /→ failed$|^sending × news → idle$/;

type Rows = Record<string, Record<string, [unknown, ...string[]]>>;

describe.each(RUNGS)('$name', (rung) => {
  it.each(['sender', 'receiver'] as const)('its %s', (role) => {
    const reached = new Set<string>();
    let rows: Rows = {};
    const verdict = verdictOn(rung.name, role, SEEDS, (end, options) => {
      const core = rung[end](options);
      rows = Reflect.get(core, 'table') as Rows;
      return {
        on(event, now) {
          const actions = core.on(event, now);
          const [state, column] = Reflect.get(core, 'cell') as [string, string];
          reached.add(`${state} × ${column} → ${core.state}`);
          return actions;
        },
      };
    });
    expect(verdict.failure).toBeNull();
    const leads = Object.entries(rows).flatMap(([state, row]) =>
      Object.entries(row).flatMap(([column, [, ...then]]) =>
        then.map((next) => `${state} × ${column} → ${next}`),
      ),
    );
    expect(leads.length).toBeGreaterThan(2);
    expect(leads.filter((lead) => !reached.has(lead) && !ELSEWHERE.test(lead))).toEqual(
      [],
    );
  });
});
