/** Traces of two terminals, put on one axis. */
import { describe, expect, it } from 'vitest';
import {
  joinTrace,
  type JoinedTrace,
  mergeTraces,
  parseTrace,
  type TraceFile,
} from '../../../../src/trace/index.ts';
import { sampleText, SAMPLES } from '../diagram/traces.ts';
import { connect, payload, Story } from './build.ts';

/** As if the second process had been traced in another terminal, this many µs later. */
function torn(text: string, later: number): [server: TraceFile, client: TraceFile] {
  const whole = parseTrace(text);
  const part = (number: number, begun: number): TraceFile => ({
    head: {
      ...whole.head,
      wall: whole.head.wall + Math.round(begun / 1000),
      clock: 5_000_000 + begun,
      command: [number === 1 ? 'server' : 'client'],
    },
    lines: whole.lines.flatMap((line): TraceFile['lines'] => {
      if (line.type === 'source') return [line];
      if ((line.process === 1) !== (number === 1)) return [];
      return [{ ...line, process: line.process - number + 1, t: line.t - begun }];
    }),
    problems: [],
  });
  return [part(1, 0), part(2, later)];
}

/** Without the command, and times to the tenth of a µs. */
function what(trace: JoinedTrace): unknown {
  return JSON.parse(
    JSON.stringify({ ...trace, command: undefined }, (_, value: unknown) => {
      if (value instanceof Map) return [...value];
      return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
    }),
  );
}

describe('two traces', () => {
  it.each(SAMPLES)('of %s tell what one would, whichever is named first', (name) => {
    const text = sampleText(name);
    const [server, client] = torn(text, 1234);
    const named = [
      { name: 'a.jsonl', trace: server },
      { name: 'b.jsonl', trace: client },
    ];
    const one = what(joinTrace(parseTrace(text)));
    expect(what(joinTrace(mergeTraces(named)))).toEqual(one);
    const turned = joinTrace(mergeTraces(named.toReversed()));
    expect(what(turned)).toEqual(one);
    expect(turned.command).toEqual(['server', '+', 'client']);
  });

  it('of clocks that disagree are put together by the time of day, and it is said', () => {
    const [server, client] = torn(sampleText('tcp-uppercase'), 1000);
    const other = { ...client, head: { ...client.head, clock: 77_000_000_000 } };
    const joined = joinTrace(
      mergeTraces([
        { name: 'a.jsonl', trace: server },
        { name: 'b.jsonl', trace: other },
      ]),
    );
    expect(joined.connections[0]!.directions[0].pieces[0]!.fate).toBe('delivered');
    expect(joined.problems.map(({ text }) => text)).toEqual([
      'b.jsonl has another clock, and was aligned by the time of day: ' +
        'times between it and a.jsonl are rough',
    ]);
  });

  it('that are older than the clock in a trace are put together by the time of day', () => {
    const [server, client] = torn(sampleText('udp-uppercase'), 2000);
    const { clock: _, ...head } = client.head;
    const joined = joinTrace(
      mergeTraces([
        { name: 'a.jsonl', trace: server },
        { name: 'b.jsonl', trace: { ...client, head } },
      ]),
    );
    expect(joined.flows.map(({ datagrams }) => datagrams[0]!.fate)).toEqual([
      'delivered',
      'delivered',
    ]);
    expect(joined.problems[0]!.text).toMatch(/^b.jsonl does not say which clock it uses/);
  });

  it('say which of them is damaged', () => {
    const text = sampleText('tcp-uppercase');
    const cut = parseTrace(`${text}\n{"type":"wri`);
    const [, client] = torn(text, 1000);
    const { problems } = mergeTraces([
      { name: 'a.jsonl', trace: cut },
      { name: 'b.jsonl', trace: client },
    ]);
    expect(problems[0]!.text).toMatch(/^a.jsonl: line \d+ was left out/);
  });

  it('each show their own line of two files that have one name', () => {
    const trace = (line: string): TraceFile => {
      const story = new Story();
      const [client, server] = [story.process(1), story.process(2)];
      connect(client, server, [4000, 5000]);
      const where = { file: 'main.js', line: 3 };
      client('write', 1, { ...payload('hi'), offset: 0, at: where });
      const source = JSON.stringify({ type: 'source', ...where, text: line });
      return parseTrace(`${story.text}\n${source}`);
    };
    const joined = joinTrace(
      mergeTraces([
        { name: 'a.jsonl', trace: trace('one();') },
        { name: 'b.jsonl', trace: trace('two();') },
      ]),
    );
    const lines = joined.sockets.flatMap(({ events }) =>
      events.flatMap((event) =>
        event.at ? [joined.sources.get(`${event.at.file}:${event.at.line}`)] : [],
      ),
    );
    expect(new Set(lines)).toEqual(new Set(['one();', 'two();']));
  });
});
