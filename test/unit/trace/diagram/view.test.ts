import { describe, expect, it } from 'vitest';
import { Names } from '../../../../src/trace/diagram/names.ts';
import {
  select,
  type Selection,
  type ViewOptions,
} from '../../../../src/trace/diagram/view.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { address, longTrace, payload, sample, Writing } from './traces.ts';

const LONG = longTrace(250).joined();

function view(options: Partial<ViewOptions>, trace: JoinedTrace = LONG): Selection {
  return select(trace, new Names(trace), { limit: 100, ...options });
}

describe('a view of a long trace', () => {
  it('begins at the beginning, and goes as far as its limit', () => {
    expect(view({})).toMatchObject({ from: 10, events: 100, before: 0, after: 906 });
    expect(view({ limit: 5000 })).toMatchObject({ events: 1006, before: 0, after: 0 });
  });

  it('counts what it leaves out on both sides', () => {
    const { from, to, events, before, after } = view({ from: 5000, to: 6000 });
    expect({ from, to, events }).toEqual({ from: 5000, to: 6000, events: 51 });
    expect(before + events + after).toBe(1006);
  });

  it('goes on, from where it ends, with what comes next', () => {
    const first = view({});
    const next = view({ from: first.to + 0.001 });
    expect(next.before).toBe(first.events);
  });

  it('shows as much before as after what it is around', () => {
    const { before, events, after } = view({ around: 'server#200' });
    expect(events).toBe(100);
    expect(before + events + after).toBe(1006);
    expect(view({ around: 'server#200' })).toEqual(
      expect.objectContaining({ before: view({ around: 8040 }).before }),
    );
  });

  it('shows a whole picture around the very first and the very last event, too', () => {
    expect(view({ around: 'client#0' })).toMatchObject({ before: 0, events: 100 });
    expect(view({ around: 'client#501' })).toMatchObject({ after: 0, events: 100 });
  });

  it('does not tear apart what happened at the same moment', () => {
    const writing = new Writing();
    const process = writing.process(0, 'one');
    for (let k = 0; k < 5; k += 1) writing.socket(process, 10, 'udp', 'datagram');
    const whole = { events: 5, after: 0 };
    expect(view({ limit: 2 }, writing.joined())).toMatchObject(whole);
    expect(view({ limit: 2, around: 10 }, writing.joined())).toMatchObject(whole);
  });
});

describe('a view of some sockets', () => {
  const writing = new Writing();
  const server = writing.process(0, 'server');
  writing.bound(server, 10, 12_000);
  for (const [place, name] of ['ann', 'bob'].entries()) {
    const client = writing.process(20, name);
    const socket = writing.bound(client, 30, 40_000 + place);
    const what = payload(name);
    writing.event(client, 100, 'send', { socket, ...what, to: address(12_000) });
    const from = address(40_000 + place);
    writing.event(server, 120, 'receive', { socket: 1, ...what, from });
  }
  const trace = writing.joined();

  it('is of all, unless some are named', () => {
    expect(view({}, trace)).toMatchObject({ sockets: undefined, events: 10 });
  });

  it('takes along those that they talk to, and of their events what is between them', () => {
    const { sockets, events, total, notChosen } = view({ sockets: ['bob:1'] }, trace);
    expect(sockets).toEqual(new Set([0, 2]));
    expect({ events, total, notChosen }).toEqual({ events: 6, total: 10, notChosen: 1 });
  });

  it('takes with a welcoming socket the connections that it gave out', () => {
    const chosen = view({ sockets: ['server:1'] }, sample('tcp-uppercase'));
    expect(chosen.sockets).toEqual(new Set([0, 1, 2]));
  });
});

describe('what cannot be shown', () => {
  it.each([
    [
      { sockets: ['nobody:7'] },
      /no socket is called nobody:7: there are server:1, client:1/,
    ],
    [{ around: 'nobody#7' }, /no event is called nobody#7: .* server#0, client#0/],
    [{ around: 'server' }, /no event is called server:/],
    [{ around: 'server#9999' }, /server has no event number 9999/],
    [{ from: 9e9 }, /nothing happened at that time: .* from 0.01ms to 20.2ms/],
    [{ around: 9e9 }, /nothing happened at that time/],
    [{ from: 20, to: 10 }, /--from is later than --to/],
  ])('%j is refused with what there is', (options, message) => {
    expect(() => view(options)).toThrow(message);
    expect(() => view(options)).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }),
    );
  });
});

describe('names', () => {
  it('are unique, whatever the processes call themselves', () => {
    const writing = new Writing();
    for (const name of ['peer', 'peer', 'peer-2', '', '\u001b[31m']) {
      writing.socket(writing.process(0, name), 1, 'udp', 'datagram');
    }
    const trace = writing.joined();
    const names = new Names(trace);
    expect(trace.processes.map(({ id }) => names.process(id))).toEqual([
      'peer',
      'peer-2',
      'peer-2-2',
      'process',
      '\\x1b[31m',
    ]);
    expect(names.findSocket('peer-2:1').process).toBe(1);
  });

  it('are cut where they are longer than a lane is wide', () => {
    const writing = new Writing();
    writing.socket(writing.process(0, 'x'.repeat(1000)), 1, 'udp', 'datagram');
    expect(new Names(writing.joined()).process(0)).toBe('x'.repeat(60));
  });

  it('are told eight at a time to who asks for one that is not there', () => {
    const writing = new Writing();
    const process = writing.process(0, 'p');
    const refusal = (): string => {
      const names = new Names(writing.joined());
      try {
        return names.findSocket('q').traced.toString();
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (let k = 1; k <= 8; k += 1) writing.socket(process, k, 'udp', 'datagram');
    expect(refusal()).toMatch(/there are p:1, .*, p:8$/);
    for (let k = 1; k <= 2; k += 1) writing.socket(process, 9, 'udp', 'datagram');
    expect(refusal()).toMatch(/there are p:1, .*, p:8 and 2 more$/);
  });
});
