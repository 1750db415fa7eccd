/** The quick look at an event never lets through what its schema refuses. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { schemaOf } from '../../../../src/trace/joined/format.ts';
import { isPlainEvent } from '../../../../src/trace/joined/plain-events.ts';
import { parseTrace } from '../../../../src/trace/joined/read-trace.ts';
import { runs } from '../../../support/properties.ts';

const ADDRESS = { host: '127.0.0.1', port: 12_000 };
const PAYLOAD = { bytes: 5, digest: 'fb0077f9', text: 'hello' };
const BASE = { process: 1, seq: 3, t: 90_123.4, socket: 2 };
const AT = { file: 'client.ts', line: 7 };
const EVENTS: Record<string, unknown>[] = [
  { type: 'send', ...BASE, ...PAYLOAD, to: ADDRESS },
  { type: 'receive', ...BASE, ...PAYLOAD, from: ADDRESS, at: AT },
  { type: 'write', ...BASE, ...PAYLOAD, offset: 0, at: AT },
  { type: 'read', ...BASE, bytes: 5, digest: 'fb0077f9', offset: 10 },
];

const isEvent = (value: unknown): boolean => {
  const schema = schemaOf(value);
  return schema !== undefined && v.is(schema, value);
};

describe('a plain event', () => {
  it.each(EVENTS)('is known by its looks: $type', (event) => {
    expect([isPlainEvent(event), isEvent(event)]).toEqual([true, true]);
  });

  it('is an event for the schema, whatever else a line may say', () => {
    const names = [...new Set(EVENTS.flatMap((event) => Object.keys(event)))];
    const odd = fc.oneof(
      fc.constantFrom(-1, 0.5, 2 ** 53, 65_536, NaN, Infinity, null, true, '', [], {}),
      fc.constantFrom('fb0077f', 'FB0077F9', 'x'.repeat(4097), { host: 'a', port: -1 }),
      fc.constantFrom({ host: 7, port: 1 }, { path: '/x' }, { file: 'a', line: 0.5 }),
      fc.jsonValue(),
      fc.constant(undefined),
    );
    const changed = fc.record({
      event: fc.constantFrom(...EVENTS),
      changes: fc.dictionary(
        fc.constantFrom(...names, 'hex', 'error', 'full', 'waits'),
        odd,
        { maxKeys: 2 },
      ),
    });
    fc.assert(
      fc.property(changed, ({ event, changes }) => {
        const value = { ...event, ...changes };
        expect(isPlainEvent(value) && !isEvent(value)).toBe(false);
      }),
      { numRuns: runs(3000) },
    );
  });

  it('is read no otherwise than the rest', () => {
    const head = { type: 'trace', version: 1, wall: 0, payload: 'text' };
    const hex = { ...EVENTS[0], text: undefined, hex: '68656c6c6f', error: 'EMSGSIZE' };
    const lines = [head, ...EVENTS, hex].map((line) => JSON.stringify(line));
    const { lines: read, problems } = parseTrace(lines.join('\n'));
    expect(problems).toEqual([]);
    expect(read).toEqual([...EVENTS, hex]);
  });
});
