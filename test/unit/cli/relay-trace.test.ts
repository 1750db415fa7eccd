import { describe, expect, it } from 'vitest';
import { RelayTrace } from '../../../src/cli/relay-trace.ts';
import type { Seen } from '../../../src/network/link/index.ts';
import { joinTrace, type JoinedTrace, parseTrace } from '../../../src/trace/index.ts';

const TARGET = { host: '127.0.0.1', port: 12_000 };
const CLIENT = '127.0.0.1:40001';

type Sight = [Seen['direction'], Seen['stage'], string, string?, number?];

/** Each sight a millisecond after the one before; other words than its own are bytes. */
function joined(transport: 'udp' | 'tcp', sights: readonly Sight[]): JoinedTrace {
  let text = '';
  const trace = new RelayTrace(transport, TARGET, (line) => (text += line));
  const start = performance.now();
  for (const [index, sight] of sights.entries()) {
    const [direction, stage, word, client = CLIENT, line = 0] = sight;
    const own = ['begin', 'end', 'reset', 'close'].includes(word);
    const what = own ? (word as Seen['what']) : Buffer.from(word);
    trace.see({ time: start + index, direction, stage, what, client, line });
  }
  const file = parseTrace(text);
  expect(file.problems).toEqual([]);
  return joinTrace(file);
}

describe('the trace of a relay', () => {
  it('joins datagrams from end to end: what was passed on, and what the link lost', () => {
    const { flows, processes, problems } = joined('udp', [
      ['there', 'came', 'lost'],
      ['there', 'came', 'kept'],
      ['there', 'went', 'kept'],
      ['back', 'came', 'KEPT'],
      ['back', 'went', 'KEPT'],
      ['there', 'came', 'close'],
    ]);
    expect(problems).toEqual([]);
    expect(processes.map(({ name, traced }) => [name, traced])).toEqual([
      ['client, seen by the relay', true],
      ['server, seen by the relay', true],
    ]);
    const fates = flows.flatMap(({ datagrams }) =>
      datagrams.map(({ fate, send }) => [send?.text, fate]),
    );
    expect(fates).toEqual([
      ['lost', 'lost'],
      ['kept', 'delivered'],
      ['KEPT', 'delivered'],
    ]);
  });

  it('joins a connection with both its streams, and their ends', () => {
    const { connections, problems, processes } = joined('tcp', [
      ['there', 'came', 'begin'],
      ['there', 'came', 'hello'],
      ['there', 'went', 'begin'],
      ['there', 'went', 'hello'],
      ['back', 'came', 'HELLO'],
      ['back', 'came', 'end'],
      ['back', 'went', 'HELLO'],
      ['back', 'went', 'end'],
      ['there', 'came', 'end'],
      ['there', 'went', 'end'],
      ['there', 'came', 'close'],
    ]);
    expect(problems).toEqual([]);
    expect(processes.every(({ traced }) => traced)).toBe(true);
    expect(connections).toHaveLength(1);
  });

  it('says of a connection that was reset who reset it', () => {
    const { sockets } = joined('tcp', [
      ['there', 'came', 'begin'],
      ['there', 'went', 'begin'],
      ['there', 'came', 'reset'],
      ['there', 'went', 'reset'],
      ['there', 'came', 'close'],
    ]);
    const ends = sockets.map(({ events }) => events.slice(-2).map(({ type }) => type));
    expect(ends).toEqual([
      ['connected', 'close'],
      ['error', 'close'],
    ]);
    expect(sockets[0]!.events.at(-1)).toMatchObject({ type: 'close', reset: true });
  });

  it('closes nothing that the relay breaks off itself', () => {
    const { sockets } = joined('tcp', [
      ['there', 'came', 'begin'],
      ['there', 'went', 'begin'],
      ['there', 'came', 'close'],
    ]);
    const last = sockets.map(({ events }) => events.at(-1)!.type);
    expect(last).toEqual(['connected', 'accept']);
  });
});
