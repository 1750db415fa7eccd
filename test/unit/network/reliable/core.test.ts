import { describe, expect, it } from 'vitest';
import {
  ahead,
  type CoreEvent,
  ignore,
  impossible,
  refuse,
  type Table,
  TableCore,
} from '../../../../src/network/reliable/core.ts';

type State = 'here' | 'there' | 'nowhere';
type Columns = { offer: CoreEvent; timer: CoreEvent };

class Small extends TableCore<State, Columns> {
  state: State = 'here';
  to: State = 'there';
  protected get table(): Table<Small, State, Columns> {
    const stay = { offer: [refuse], timer: [impossible] } as const;
    return {
      here: { offer: [(core) => (core.state = core.to), 'there'], timer: [ignore] },
      there: stay,
      nowhere: stay,
    };
  }

  protected columnOf(event: CoreEvent): keyof Columns {
    return event.type === 'timer' ? 'timer' : 'offer';
  }
}

const offer: CoreEvent = { type: 'offer', message: new Uint8Array(0), last: false };
const timer: CoreEvent = { type: 'timer', timer: 0 };

describe("a core's table", () => {
  it('says which rule to follow in which state', () => {
    const core = new Small();
    expect(core.on(timer, 0)).toEqual([]);
    core.on(offer, 0);
    expect(core.state).toBe('there');
    expect(core.on(offer, 0)).toEqual([{ type: 'refuse' }]);
  });

  it('stops a rule that goes where it does not lead', () => {
    const core = new Small();
    core.to = 'nowhere';
    expect(() => core.on(offer, 0)).toThrow(
      'here, offer: the table does not lead to nowhere',
    );
  });

  it('stops what cannot happen', () => {
    const core = new Small();
    core.on(offer, 0);
    expect(() => core.on(timer, 0)).toThrow(
      'there: the table says that this cannot happen',
    );
  });
});

describe('sequence numbers that begin again', () => {
  it.each([
    [0, 0, 0],
    [3, 5, 2],
    [6, 1, 3],
    [5, 3, 6],
  ])('from %i to %i in a space of 8 are %i', (from, to, distance) => {
    expect(ahead(from, to, 8)).toBe(distance);
  });
});
