/** Runs somebody else's core with care: whatever goes wrong in it counts as its foul. Pure. */
import { errorWords, oneLineOf } from '../../../common/index.ts';
import type { Action, CoreEvent } from '../core.ts';
import type { RungOptions } from '../options.ts';
import { readActions } from './actions.ts';
import type { Role } from './case.ts';
import { Foul } from './foul.ts';

/** What is tested: anything with a method `on`. */
export interface ForeignCore {
  on(event: CoreEvent, now: number): unknown;
}

/** Makes a new core, for the next run. */
export type CoreMaker = (role: Role, options: RungOptions) => ForeignCore;

export class Guarded {
  readonly #core: ForeignCore;
  readonly #session: number;

  /** @throws {Foul} if it throws, or is not a core */
  constructor(make: CoreMaker, role: Role, options: RungOptions) {
    this.#session = options.session;
    this.#core = guarded('when it was made', () => {
      const core = make(role, options);
      if (typeof core.on === 'function') return core;
      throw new Foul('answer', 'It has no method "on", which is told what happens.');
    });
  }

  /** @throws {Foul} if it throws, be it only when its answer is read, or answers nonsense */
  on(event: CoreEvent, now: number): Action[] {
    // A copy: what the core writes into a packet must not reach its sender.
    const copy = structuredClone(event);
    return guarded(`when it was told of ${whatHappened(event)}`, () =>
      readActions(this.#core.on(copy, now), this.#session, now),
    );
  }
}

function guarded<T>(when: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Foul) throw error;
    throw new Foul('threw', `It threw ${oneLineOf(errorWords(error))} ${when}.`);
  }
}

function whatHappened(event: CoreEvent): string {
  switch (event.type) {
    case 'packet':
      return `${event.packet.kind} ${event.packet.seq}`;
    case 'offer':
      return 'an offer';
    case 'damaged':
      return 'a damaged packet';
    case 'timer':
      return `the timer ${event.timer}`;
    case 'read':
      return 'a read';
  }
}
