/** An arrow or a mark in one line, for a tooltip and for screen readers. Pure. */
import type { Act, Arrow, Mark } from './story.ts';

export interface Spoken {
  /** `client:1 → server:1: 17 B in 250 µs`. */
  arrow: (arrow: Arrow) => string;
  /** `server:2: write 17 B`. */
  mark: (mark: Mark) => string;
}

export function namesOf(acts: readonly Act[]): Spoken {
  const lanes = new Map(
    acts.flatMap((act) => act.lanes.map(({ id, name }) => [id, name])),
  );
  const groups = new Map(
    acts.flatMap((act) => act.groups.map(({ id, name }) => [id, name])),
  );
  return {
    arrow: ({ from, to, about }) =>
      `${lanes.get(from.lane)} → ${lanes.get(to.lane)}: ${about}`,
    mark: ({ lane, group, label, event }) => {
      const who = lane === undefined ? groups.get(group) : lanes.get(lane);
      return `${who}: ${label[0] ?? event?.type ?? ''}`;
    },
  };
}
