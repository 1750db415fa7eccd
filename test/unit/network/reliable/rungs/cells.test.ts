/** Every cell of every rung's tables, by what its rule does; and those that cannot happen. */
import { describe, expect, it } from 'vitest';
import type { Core, CoreEvent } from '../../../../../src/network/reliable/core.ts';
import { rungOptions } from '../../../../../src/network/reliable/options.ts';
import * as congestionControl from '../../../../../src/network/reliable/rungs/congestion-control/sender.ts';
import * as flowControlReceiver from '../../../../../src/network/reliable/rungs/flow-control/receiver.ts';
import * as flowControl from '../../../../../src/network/reliable/rungs/flow-control/sender.ts';
import * as goBackNReceiver from '../../../../../src/network/reliable/rungs/go-back-n/receiver.ts';
import * as goBackN from '../../../../../src/network/reliable/rungs/go-back-n/sender.ts';
import * as roundTripTime from '../../../../../src/network/reliable/rungs/round-trip-time/sender.ts';
import * as selectiveRepeatReceiver from '../../../../../src/network/reliable/rungs/selective-repeat/receiver.ts';
import * as selectiveRepeat from '../../../../../src/network/reliable/rungs/selective-repeat/sender.ts';
import * as stopAndWaitReceiver from '../../../../../src/network/reliable/rungs/stop-and-wait/receiver.ts';
import * as stopAndWait from '../../../../../src/network/reliable/rungs/stop-and-wait/sender.ts';
import { ack, data, heard, offer, expired, SESSION, told } from '../events.ts';

const OPTIONS = rungOptions({ session: SESSION, window: 2, buffer: 2, attempts: 2 });
const FAILED = [offer(), expired(0), expired(0)];

type Rule = { name: string };
type Cells = Record<string, Record<string, string>>;

interface Case {
  name: string;
  table: Record<string, Record<string, readonly unknown[]>>;
  create: () => Core;
  /** How to get into each state. */
  ways: Record<string, CoreEvent[]>;
  /** An event for each column. */
  events: Record<string, CoreEvent>;
  cells: Cells;
}

const strange = ack(1, { session: 99 });
const nothing = (state: string): string => `nothing → ${state}`;
const refused = (state: string): string => `refuse → ${state}`;

/** Where the sender is done or has failed. */
const ENDS: Cells = {
  done: {
    offer: refused('done'),
    news: 'impossible',
    old: nothing('done'),
    strange: nothing('done'),
    timer: 'impossible',
  },
  failed: {
    offer: refused('failed'),
    news: nothing('failed'),
    old: nothing('failed'),
    strange: nothing('failed'),
    timer: 'impossible',
  },
};

const idle = (cell: string): Record<string, string> => ({
  offer: cell,
  news: 'impossible',
  old: nothing('idle'),
  strange: nothing('idle'),
  timer: 'impossible',
});

const senderEvents = {
  offer: offer(),
  news: ack(1),
  old: ack(0),
  strange,
  timer: expired(0),
};

const selective: Pick<Case, 'ways' | 'events' | 'cells'> = {
  ways: {
    idle: [],
    sending: [offer()],
    full: [offer(), offer()],
    done: [offer(true), ack(1)],
    failed: FAILED,
  },
  events: senderEvents,
  cells: {
    ...ENDS,
    idle: idle('transmit arm → sending'),
    sending: {
      offer: 'transmit arm → full',
      news: 'cancel → idle',
      old: nothing('sending'),
      strange: nothing('sending'),
      timer: 'transmit arm → sending',
    },
    full: {
      offer: refused('full'),
      news: 'cancel → sending',
      old: nothing('full'),
      strange: nothing('full'),
      timer: 'transmit arm → full',
    },
  },
};

/** Packet 0 has told of room for two. */
const TWO = [offer(), ack(1)];
const SHUT = [offer(), ack(1, { window: 0 })];
const flowing: Pick<Case, 'ways' | 'events' | 'cells'> = {
  ways: {
    idle: TWO,
    sending: [...TWO, offer()],
    full: [...TWO, offer(), offer()],
    closed: SHUT,
    done: [offer(true), ack(1)],
    failed: FAILED,
  },
  events: { ...senderEvents, news: ack(2), old: ack(1), timer: expired(1) },
  cells: {
    ...selective.cells,
    closed: {
      offer: refused('closed'),
      news: 'impossible',
      old: 'cancel → idle',
      strange: nothing('closed'),
      timer: 'transmit arm → closed',
    },
  },
};

const taking: Cells = {
  open: {
    expected: 'deliver transmit → open',
    again: 'transmit → open',
    early: 'transmit → open',
    strange: nothing('open'),
    timer: 'impossible',
  },
  lingering: {
    expected: nothing('lingering'),
    again: 'transmit arm → lingering',
    early: nothing('lingering'),
    strange: nothing('lingering'),
    timer: nothing('done'),
  },
  done: {
    expected: nothing('done'),
    again: nothing('done'),
    early: nothing('done'),
    strange: nothing('done'),
    timer: 'impossible',
  },
};

const receiving: Pick<Case, 'ways' | 'events' | 'cells'> = {
  ways: {
    open: [data(0)],
    lingering: [data(0, { last: true })],
    done: [data(0, { last: true }), expired(0)],
  },
  events: {
    expected: data(1),
    again: data(0),
    early: data(2),
    strange: data(1, { session: 99 }),
    timer: expired(0),
  },
  cells: taking,
};

const keeping: Pick<Case, 'ways' | 'events' | 'cells'> = {
  ways: {
    open: [data(0), { type: 'read' }],
    lingering: [data(0, { last: true })],
    done: [data(0, { last: true }), expired(0)],
  },
  events: {
    ...receiving.events,
    probe: heard('probe', 1),
    read: { type: 'read' },
  },
  cells: {
    open: {
      ...taking['open'],
      expected: 'transmit → open',
      probe: 'transmit → open',
      read: nothing('open'),
    },
    lingering: {
      ...taking['lingering'],
      probe: 'transmit → lingering',
      read: 'deliver → lingering',
    },
    done: { ...taking['done'], probe: nothing('done'), read: 'deliver → done' },
  },
};
const without = (cells: Cells, column: string): Cells =>
  Object.fromEntries(
    Object.entries(cells).map(([state, row]) => [
      state,
      Object.fromEntries(Object.entries(row).filter(([name]) => name !== column)),
    ]),
  );

const CASES: Case[] = [
  {
    name: 'stop-and-wait, sender',
    table: stopAndWait.SENDER,
    create: () => new stopAndWait.Sender(OPTIONS),
    ways: { idle: [], waiting: [offer()], done: [offer(true), ack(1)], failed: FAILED },
    events: senderEvents,
    cells: {
      ...ENDS,
      idle: idle('transmit arm → waiting'),
      waiting: {
        offer: refused('waiting'),
        news: 'cancel → idle',
        old: nothing('waiting'),
        strange: nothing('waiting'),
        timer: 'transmit arm → waiting',
      },
    },
  },
  {
    name: 'stop-and-wait, receiver',
    table: stopAndWaitReceiver.RECEIVER,
    create: () => new stopAndWaitReceiver.Receiver(OPTIONS),
    ...receiving,
    cells: without(taking, 'early'),
  },
  {
    name: 'go-back-n, sender',
    table: goBackN.SENDER,
    create: () => new goBackN.Sender(OPTIONS),
    ...selective,
    cells: {
      ...selective.cells,
      sending: { ...selective.cells['sending'], offer: 'transmit → full' },
      full: {
        ...selective.cells['full'],
        news: 'arm → sending',
        timer: 'transmit transmit arm → full',
      },
    },
  },
  {
    name: 'go-back-n, receiver',
    table: goBackNReceiver.RECEIVER,
    create: () => new goBackNReceiver.Receiver(OPTIONS),
    ...receiving,
  },
  {
    name: 'selective-repeat, sender',
    table: selectiveRepeat.SENDER,
    create: () => new selectiveRepeat.Sender(OPTIONS),
    ...selective,
  },
  {
    name: 'selective-repeat, receiver',
    table: selectiveRepeatReceiver.RECEIVER,
    create: () => new selectiveRepeatReceiver.Receiver(OPTIONS),
    ...receiving,
  },
  {
    name: 'round-trip-time, sender',
    table: roundTripTime.SENDER,
    create: () => new roundTripTime.Sender(OPTIONS),
    ...selective,
  },
  {
    name: 'flow-control, sender',
    table: flowControl.SENDER,
    create: () => new flowControl.Sender(OPTIONS),
    ...flowing,
  },
  {
    name: 'congestion-control, sender',
    table: congestionControl.SENDER,
    create: () => new congestionControl.Sender(OPTIONS),
    ...flowing,
    cells: {
      ...flowing.cells,
      // After a time-out one packet may be in flight, and it is.
      sending: { ...flowing.cells['sending'], timer: 'cancel transmit arm → full' },
      full: { ...flowing.cells['full'], timer: 'cancel transmit arm → full' },
    },
  },
  {
    name: 'flow-control, receiver',
    table: flowControlReceiver.RECEIVER,
    create: () => new flowControlReceiver.Receiver(OPTIONS),
    ...keeping,
  },
];

const impossible = (cell: readonly unknown[] | undefined): boolean =>
  (cell?.[0] as Rule | undefined)?.name === 'impossible';

describe.each(CASES)('$name', ({ table, create, ways, events, cells }) => {
  it('has every cell here', () => {
    const listed = (rows: Record<string, object>): string[] =>
      Object.entries(rows).flatMap(([state, row]) =>
        Object.keys(row).map((column) => `${state}, ${column}`),
      );
    expect(listed(cells).sort()).toEqual(listed(table).sort());
    const none = listed(cells).filter((cell) => {
      const [state, column] = cell.split(', ') as [string, string];
      return cells[state]![column] === 'impossible';
    });
    const said = listed(table).filter((cell) => {
      const [state, column] = cell.split(', ') as [string, string];
      return impossible(table[state]![column]);
    });
    expect(said.sort()).toEqual(none.sort());
  });

  const possible = Object.entries(cells).flatMap(([state, row]) =>
    Object.entries(row)
      .filter(([, result]) => result !== 'impossible')
      .map(([column, result]) => ({ state, column, result })),
  );
  it.each(possible)('$state, $column: $result', ({ state, column, result }) => {
    const core = create();
    told(core, ...ways[state]!);
    expect(core.state).toBe(state);
    expect(told(core, events[column]!)).toBe(result);
  });
});
