/** One end of a conversation is Python, of which a trace knows nothing but what it said. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import { Recorded } from '../../integration/trace/recorded.ts';
import { needPython } from '../../support/peers.ts';
import { IN_PEACE, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const PEERS = 'test/interop/peers';
const programs = new Programs();
const recordings: Recorded[] = [];
afterEach(async () => {
  await programs.stopAll();
  for (const recorded of recordings.splice(0)) await recorded.end();
});

function record(): Recorded {
  const recorded = new Recorded();
  recordings.push(recorded);
  return recorded;
}

/** Who is at the other end of everything, and what became of it. */
function story({ processes, sockets, connections, flows }: JoinedTrace): string[] {
  const name = (id: number): string => processes[sockets[id]!.process]!.name;
  return [
    ...connections.flatMap(({ directions }) =>
      directions.flatMap(({ from, to, writes, reads, pieces }) =>
        pieces.map(({ write, read, fate }) => {
          const text = writes[write ?? -1]?.text ?? reads[read ?? -1]?.text;
          return `${name(from)} → ${name(to)}: ${text} ${fate}`;
        }),
      ),
    ),
    ...flows.flatMap(({ from, to, datagrams }) =>
      datagrams.map(({ send, arrivals, fate }) => {
        const text = send?.text ?? arrivals[0]!.receive.text;
        return `${name(from)} → ${name(to)}: ${text} ${fate}`;
      }),
    ),
  ];
}

describe.each([
  ['UDP', 'udp', '01-udp-uppercase'],
  ['TCP', 'tcp', '02-tcp-uppercase'],
])('over %s', (_, transport, lesson) => {
  it('a Python server stands at the other end of a traced client', async (context) => {
    needPython(context);
    const port = String(await ownPort());
    const server = programs.python(`${PEERS}/${transport}_server.py`, '127.0.0.1', port);
    await server.printed('ready');
    const recorded = record();
    const args = ['--import', 'tsx', `examples/${lesson}/client.ts`, '--port', port];
    const env = recorded.env('client');
    const client = programs.start(process.execPath, args, { env });
    await client.printed('sentence:');
    client.type('hello');
    expect(await client.ended()).toEqual(IN_PEACE);
    const joined = await recorded.join();
    expect(joined.problems).toEqual([]);
    const there = `127.0.0.1:${port}`;
    expect(story(joined)).toEqual([
      `client → ${there}: hello unseen`,
      `${there} → client: HELLO unseen`,
    ]);
  });

  it('a Python client stands at the other end of a traced server', async (context) => {
    needPython(context);
    const port = String(await ownPort());
    const recorded = record();
    const args = ['--import', 'tsx', `examples/${lesson}/server.ts`, '--port', port];
    const env = recorded.env('server');
    const server = programs.start(process.execPath, args, { env });
    await server.printed('ready');
    const client = programs.python(`${PEERS}/${transport}_client.py`, '127.0.0.1', port);
    await client.printed(':');
    client.type('hello');
    expect(await client.ended()).toEqual(IN_PEACE);
    server.signal('SIGINT');
    await server.ended();
    const joined = await recorded.join();
    expect(joined.problems).toEqual([]);
    expect(story(joined)).toEqual([
      '127.0.0.1 → server: hello unseen',
      'server → 127.0.0.1: HELLO unseen',
    ]);
  });
});
