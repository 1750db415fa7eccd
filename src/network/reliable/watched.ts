/**
 * A core that somebody watches: it answers as it would unwatched. Pure.
 *
 *     driver ── event ──► watched ── event ──► core
 *            ◄─ actions ──   └──► look   ◄─ actions ──
 */
import type { Action, Core, CoreEvent } from './core.ts';

/** The same core, with an observer that is told of each event once the core has answered it. */
export function watched<Watched extends Core>(
  core: Watched,
  look: (event: CoreEvent, now: number, actions: readonly Action[]) => void,
): Watched {
  return new Proxy(core, {
    get: (target, name) => {
      if (name !== 'on') return Reflect.get(target, name, target) as unknown;
      return (event: CoreEvent, now: number): readonly Action[] => {
        const actions = target.on(event, now);
        look(event, now, actions);
        return actions;
      };
    },
  });
}
