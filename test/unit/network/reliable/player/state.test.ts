import {
  assert,
  array,
  constantFrom,
  integer,
  nat,
  property,
  string,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  begin,
  commandOf,
  figuresOf,
  fragmentOf,
  loaded,
  type PlayerAction,
  reduce,
  type Scene,
  type State,
} from '../../../../../src/network/reliable/player/state.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';

const scene = (rung = 'go-back-n'): Scene => ({
  rung,
  settings: {
    messages: 6,
    window: 4,
    delay: 20,
    loss: 0,
    seed: 7,
    timeout: 100,
    rate: 1000,
    queue: 100,
    buffer: 1024,
    readEvery: 0,
  },
  lose: 'data2',
});

function after(state: State, ...actions: PlayerAction[]): State {
  return actions.reduce(reduce, state);
}

const toggle = (packet: string): PlayerAction => ({ type: 'toggle', packet });

describe('the player', () => {
  it('begins with the whole run, and plays it from the start', () => {
    const state = begin(scene());
    expect(state.time).toBe(state.recorded.end);
    const played = after(state, { type: 'play' });
    expect(played).toMatchObject({ time: 0, step: -1, isPlaying: true });
    const later = after(played, { type: 'tick', time: 30 });
    expect(later.time).toBe(30);
    expect(later.recorded.steps[later.step]!.time).toBeLessThanOrEqual(30);
    const over = after(later, { type: 'tick', time: 1e6 });
    expect(over).toMatchObject({ time: state.recorded.end, isPlaying: false });
  });

  it('has no time of a delivery where nothing is delivered', () => {
    const names = Array.from({ length: 51 }, (_, k) =>
      k === 0 ? 'data0' : `data0.${k}`,
    );
    const figures = figuresOf(begin({ ...scene(), lose: names.join(',') }));
    expect(figures.slice(0, 3)).toEqual([
      ['delivered', '0 of 6'],
      ['last delivery', '–'],
      ['goodput', '–'],
    ]);
  });

  it('goes from event to event, and back the same way', () => {
    let state = after(begin(scene()), { type: 'play' }, { type: 'pause' });
    const there: number[] = [];
    while (state.step + 1 < state.recorded.steps.length) {
      state = after(state, { type: 'forward' });
      there.push(state.time);
    }
    const back: number[] = [];
    for (; state.step >= 0; state = after(state, { type: 'back' })) back.push(state.time);
    expect(there.length).toBeGreaterThan(20);
    expect(back.toReversed()).toEqual(there);
    expect(state).toMatchObject({ time: 0, step: -1 });
    expect(after(state, { type: 'back' })).toMatchObject({ time: 0, step: -1 });
  });

  it('loses a packet, and saves it again', () => {
    const state = begin({ ...scene(), lose: '' });
    const lost = after(state, toggle('data1'));
    expect([...lost.edits]).toEqual([['data1', 'lose']]);
    expect(lost.recorded.run.again).toBeGreaterThan(0);
    const saved = after(lost, toggle('data1'));
    expect(saved.edits.size).toBe(0);
    expect(saved.recorded.run).toEqual(state.recorded.run);
    expect(after(state, toggle('data99'))).toMatchObject({ edits: state.edits });
  });

  it('saves what the link loses', () => {
    const state = after(begin(scene()), { type: 'set', setting: 'loss', value: 50 });
    const lost = state.recorded.crossings.find(
      ({ lostAt, name }) => lostAt !== undefined && !state.edits.has(name),
    )!;
    const saved = after(state, toggle(lost.name));
    expect(saved.edits.get(lost.name)).toBe('save');
    const again = saved.recorded.crossings.find(({ name }) => name === lost.name)!;
    expect(again.arrivals).toHaveLength(1);
  });

  it('stays where it is when the future changes', () => {
    const state = after(begin(scene()), { type: 'play' }, { type: 'tick', time: 60 });
    expect(after(state, toggle('data4'))).toMatchObject({ time: 60, isPlaying: true });
    const whole = after(begin(scene()), toggle('ack0'));
    expect(whole.time).toBe(whole.recorded.end);
  });

  it.each([
    ['window', 0],
    ['window', 17],
    ['messages', 1.5],
    ['delay', NaN],
    ['seed', -1],
  ] as const)('refuses a %s of %d', (setting, value) => {
    const state = begin(scene());
    expect(after(state, { type: 'set', setting, value })).toBe(state);
  });

  it('comes back from its fragment as it was', () => {
    const packets = constantFrom('data0', 'data1', 'ack1', 'ack3', 'data2.1', 'data3');
    const changes = tuple(
      array(packets, { maxLength: 5 }),
      integer({ min: 1, max: 16 }),
      integer({ min: 0, max: 60 }),
      nat(9999),
      constantFrom(...RUNGS),
    );
    assert(
      property(changes, ([names, window, loss, seed, rung]) => {
        const first = begin(scene(rung.name));
        const state = after(
          first,
          { type: 'set', setting: 'window', value: window },
          { type: 'set', setting: 'loss', value: loss },
          { type: 'set', setting: 'seed', value: seed },
          ...names.map(toggle),
        );
        const fragment = fragmentOf(state);
        if (fragment === '') return;
        const again = loaded(first, fragment)!;
        expect(again.recorded.run).toEqual(state.recorded.run);
        expect(again.settings).toEqual(state.settings);
        expect(fragmentOf(again)).toBe(fragment);
      }),
      { numRuns: 60 },
    );
  });

  it('has no fragment while it is as it was', () => {
    const state = begin(scene());
    expect(fragmentOf(state)).toBe('');
    const changed = after(state, toggle('data2'), { type: 'seek', time: 5 });
    expect(fragmentOf(changed)).toBe('#player?lose=');
    expect(fragmentOf(after(changed, { type: 'reset' }))).toBe('');
  });

  it.each([
    '#player?',
    '#scene-1',
    '#player?window=999',
    '#player?window=-1',
    '#player?window=1e3',
    '#player?messages=41',
    '#player?__proto__=1',
    '#player?toString=1',
    '#player?lose=<img src=x onerror=alert(1)>',
    '#player?lose=data1%00',
    '#player?lose=data1&save=data1',
    `#player?lose=${'data1,'.repeat(2000)}`,
    `#player?lose=${Array.from({ length: 201 }, (_, k) => `data${k}`).join(',')}`,
  ])('refuses %s', (fragment) => {
    const state = begin(scene());
    expect(loaded(state, fragment)).toBeUndefined();
    expect(after(state, { type: 'load', fragment })).toBe(state);
  });

  it('takes any fragment without an error', () => {
    const state = begin({ ...scene(), settings: { ...scene().settings, messages: 1 } });
    assert(
      property(string({ maxLength: 60 }), (text) => {
        expect(() => loaded(state, `#player?${text}`)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('writes the command for its run', () => {
    const state = after(
      begin(scene()),
      toggle('ack1'),
      { type: 'set', setting: 'loss', value: 10 },
      { type: 'set', setting: 'readEvery', value: 5 },
    );
    expect(commandOf(state)).toBe(
      'npm run -s socketlab -- ladder go-back-n --delay 20ms --rate 1000kbit --loss 10% ' +
        '--seed 7 --messages 6 --window 4 --timeout 100ms --read-every 5ms ' +
        '--lose data2,ack1',
    );
  });
});
