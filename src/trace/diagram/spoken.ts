/** An arrow or a mark in one line, for a tooltip and for those who do not see the picture. Pure. */
import type { Arrow, Mark, Scene } from './story.ts';

export interface Spoken {
  /** `client:1 → server:1: 17 B in 250 µs`. */
  arrow: (arrow: Arrow) => string;
  /** `server:2: write 17 B`. */
  mark: (mark: Mark) => string;
}

export function namesOf(scenes: readonly Scene[]): Spoken {
  const lanes = new Map(
    scenes.flatMap((scene) => scene.lanes.map(({ id, name }) => [id, name])),
  );
  const groups = new Map(
    scenes.flatMap((scene) => scene.groups.map(({ id, name }) => [id, name])),
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
