import { describe, expect, it } from 'vitest';
import { RelayTrace } from '../../../src/cli/relay-trace.ts';
import type { Seen } from '../../../src/network/link/index.ts';
import { joinTrace, type JoinedTrace } from '../../../src/trace/index.ts';
import { Story } from '../trace/joined/build.ts';

const TARGET = { host: '127.0.0.1', port: 12_000 };
const CLIENT = '127.0.0.1:40001';

type Sight = [Seen['direction'], Seen['stage'], string, string?, number?];

/** Each sight a millisecond after the one before; other words than its own are bytes. */
function joined(transport: 'udp' | 'tcp', sights: readonly Sight[]): JoinedTrace {
  const story = new Story();
  const tell = story.process(1, 'relay');
  let t = 0;
  const address = { host: '127.0.0.1', port: 12_001 };
  const trace = new RelayTrace({ address, target: TARGET }, (type, all) => {
    const { socket, ...fields } = all as { socket: number };
    tell(type, socket, fields, (t += 1000));
  });
  const packets = new Map<string, number>();
  for (const [direction, stage, word, client = CLIENT, line = 0] of sights) {
    const own = ['begin', 'end', 'reset', 'close', 'refused'].includes(word);
    const what = own ? (word as Seen['what']) : Buffer.from(word);
    const packet = packets.get(word.toLowerCase()) ?? packets.size + 1;
    packets.set(word.toLowerCase(), packet);
    const lost = stage === 'came' && word === 'lost';
    trace.see(transport, { at: t, direction, stage, what, client, line, packet, lost });
  }
  tell('exit', 0, { code: 0 });
  const file = story.file();
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
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
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
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
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

  it('says nothing of a server that nobody reached', () => {
    const { flows, processes } = joined('udp', [
      ['there', 'came', 'hello'],
      ['there', 'went', 'hello'],
      ['back', 'came', 'refused'],
    ]);
    expect(processes.map(({ traced }) => traced)).toEqual([true, false]);
    const [hello] = flows[0]!.datagrams;
    expect(hello!.arrivals).toEqual([]);
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
