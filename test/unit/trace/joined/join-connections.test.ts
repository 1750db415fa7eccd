import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction, JoinedTrace } from '../../../../src/trace/index.ts';
import { at, connect, payload, Story, type Teller } from './build.ts';
import { runs } from '../../../support/properties.ts';

/** Each piece as `start-stop: write→read`. */
function pieces({ pieces: all }: Direction): string[] {
  return all.map(
    ({ start, stop, write, read, fate }) =>
      `${start}-${stop} ${write ?? '·'}→${read ?? '·'} ${fate}`,
  );
}

/** Who is at both ends of each connection, by process and socket number. */
function ends({ connections, sockets, processes }: JoinedTrace): string[] {
  const name = (id: number): string => {
    const { process, number } = sockets[id]!;
    return `${processes[process]!.name}#${number}`;
  };
  return connections.map(({ client, server }) => `${name(client)} ${name(server)}`);
}

function twoProcesses(): { story: Story; client: Teller; server: Teller } {
  const story = new Story();
  const [client, server] = [story.process(1, 'client'), story.process(2, 'server')];
  return { story, client, server };
}

/** Cuts `bytes` at the places and tells each part. */
function tell(
  teller: Teller,
  type: 'write' | 'read',
  bytes: Buffer,
  cuts: number[],
  socket: number,
): void {
  let offset = 0;
  for (const cut of [...new Set([...cuts, bytes.length])].sort((a, b) => a - b)) {
    if (cut <= offset) continue;
    teller(type, socket, { offset, ...payload(bytes.subarray(offset, cut)) });
    offset = cut;
  }
}

describe('the bytes of a connection', () => {
  it('join one write to three reads, and two writes to one read', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    const bytes = Buffer.from('abcdefghij');
    tell(client, 'write', bytes, [], 1);
    tell(server, 'read', bytes, [2, 7], 2);
    tell(server, 'write', bytes, [5], 2);
    tell(client, 'read', bytes, [], 1);
    client('exit', 0, { code: 0 });
    server('exit', 0, { code: 0 });
    const { connections, problems } = story.join();
    const [there, back] = connections[0]!.directions;
    expect(pieces(there)).toEqual([
      '0-2 0→0 delivered',
      '2-7 0→1 delivered',
      '7-10 0→2 delivered',
    ]);
    expect(pieces(back)).toEqual(['0-5 0→0 delivered', '5-10 1→0 delivered']);
    expect(problems).toEqual([]);
  });

  it('join completely, however they were written and read', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        cuts,
        cuts,
        fc.nat(60),
        (data, writes, reads, lost) => {
          const bytes = Buffer.from(data);
          const arrived = bytes.subarray(0, Math.max(0, bytes.length - lost));
          const { story, client, server } = twoProcesses();
          connect(client, server, [40_000, 12_000]);
          const within = (length: number, places: number[]): number[] =>
            places.filter((place) => place <= length);
          tell(client, 'write', bytes, within(bytes.length, writes), 1);
          tell(server, 'read', arrived, within(arrived.length, reads), 2);
          const { connections, problems } = story.ended().join();
          const [{ pieces: all, writes: w, reads: r, sent, received }] =
            connections[0]!.directions;

          // The pieces are the stream, without a gap and without an overlap.
          expect(all.map(({ start }) => start)).toEqual([
            0,
            ...all.map(({ stop }) => stop).slice(0, -1),
          ]);
          expect(all.at(-1)!.stop).toBe(bytes.length);
          expect([sent, received]).toEqual([bytes.length, arrived.length]);
          for (const { start, stop, write, read, fate } of all) {
            expect(fate).toBe(stop <= arrived.length ? 'delivered' : 'unread');
            expect(w[write!]!.offset).toBeLessThanOrEqual(start);
            expect(w[write!]!.offset + w[write!]!.bytes).toBeGreaterThanOrEqual(stop);
            if (read === undefined) continue;
            expect(r[read]!.offset).toBeLessThanOrEqual(start);
            expect(r[read]!.offset + r[read]!.bytes).toBeGreaterThanOrEqual(stop);
          }
          expect(problems.filter(({ kind }) => kind !== 'killed')).toEqual([]);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('that were read and are not what was written are a problem', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    client('write', 1, { offset: 0, ...payload('hello') });
    server('read', 2, { offset: 0, ...payload('jello') });
    client('exit', 0, { code: 0 });
    server('exit', 0, { code: 0 });
    expect(story.join().problems).toMatchObject([{ kind: 'bytes' }]);
  });

  it('that were read and never written, as far as the trace knows, are a problem', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    client('write', 1, { offset: 0, ...payload('hello') });
    server('read', 2, { offset: 0, ...payload('hello, world') });
    server('exit', 0, { code: 0 });
    const { connections, problems } = story.join();
    expect(pieces(connections[0]!.directions[0])).toEqual([
      '0-5 0→0 delivered',
      '5-12 ·→0 unseen',
    ]);
    expect(problems.map(({ kind }) => kind)).toEqual(['killed', 'unmatched']);
  });

  it('read before they were written show that the clocks disagree', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    client('write', 1, { offset: 0, ...payload('hello') }, 9000);
    server('read', 2, { offset: 0, ...payload('hello') }, 8000);
    client('exit', 0, { code: 0 }, 9900);
    server('exit', 0, { code: 0 }, 9900);
    expect(story.join().problems).toMatchObject([{ kind: 'clock', t: 8000 }]);
  });
});

describe('the ends of a connection', () => {
  it('find each other among many, and when a port is used again', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000], [1, 2]);
    connect(client, server, [40_001, 12_000], [2, 3]);
    client('close', 1);
    server('close', 2);
    connect(client, server, [40_000, 12_000], [3, 4]);
    expect(ends(story.join())).toEqual([
      'client#1 server#2',
      'client#2 server#3',
      'client#3 server#4',
    ]);
  });

  it('find each other when one calls an IPv4 address by an IPv6 name', () => {
    const { story, client, server } = twoProcesses();
    const kind = { transport: 'tcp', role: 'connection' };
    client('socket', 1, kind);
    client('connect', 1, { to: at(12_000) });
    server('socket', 2, kind);
    server('accept', 2, {
      local: at(12_000, '::ffff:127.0.0.1'),
      remote: at(40_000, '::ffff:127.0.0.1'),
    });
    client('connected', 1, { local: at(40_000), remote: at(12_000) });
    expect(ends(story.join())).toEqual(['client#1 server#2']);
  });

  it('find each other over a path in the order of the queue, checked by what was read', () => {
    const { story, client, server } = twoProcesses();
    const kind = { transport: 'path', role: 'connection' };
    const path = { path: '/tmp/x.sock' };
    const mine = { path: '' };
    for (const socket of [1, 2, 3]) {
      client('socket', socket, kind);
      client('connect', socket, { to: path });
      client('connected', socket, { local: mine, remote: path });
      client('write', socket, { offset: 0, ...payload(`I am ${socket}`) });
    }
    // The first of them was given up, and the server never saw it.
    for (const [socket, who] of [
      [2, 2],
      [3, 3],
    ] as const) {
      server('socket', socket, kind);
      server('accept', socket, { local: path, remote: mine });
      server('read', socket, { offset: 0, ...payload(`I am ${who}`) });
    }
    expect(ends(story.join()).sort()).toEqual([
      'client#1 /tmp/x.sock#0',
      'client#2 server#2',
      'client#3 server#3',
    ]);
  });

  it('find each other when the system has forgotten whom it reset', () => {
    const { story, client, server } = twoProcesses();
    const kind = { transport: 'tcp', role: 'connection' };
    for (const [socket, port] of [
      [1, 40_001],
      [2, 40_002],
    ] as const) {
      client('socket', socket, kind);
      client('connect', socket, { to: at(12_000) });
      const ends = { local: at(port), remote: at(12_000) };
      client('close', socket, { reset: true, ...ends });
    }
    for (const [socket, remote] of [
      [8, { host: 'unknown', port: 0 }],
      [9, at(40_002)],
    ] as const) {
      server('socket', socket, kind);
      server('accept', socket, { local: at(12_000), remote });
    }
    expect(ends(story.join())).toEqual(['client#1 server#8', 'client#2 server#9']);
  });

  it('find each other over a path when the client left first, or another process answered', () => {
    const { story, client, server } = twoProcesses();
    const kind = { transport: 'path', role: 'connection' };
    const path = { path: '/tmp/x' };
    for (const socket of [1, 2, 3]) {
      client('socket', socket, kind);
      client('connect', socket, { to: path });
      server('socket', socket, kind);
      server('accept', socket, { local: path, remote: { path: '' } });
      const ends = { local: { path: '' }, remote: path };
      if (socket > 1) client('connected', socket, ends);
    }
    client('write', 1, { offset: 0, ...payload('never sent') });
    client('close', 1, { unsent: 10 });
    server('handover', 2, { to: 'process' });
    client('read', 2, { offset: 0, ...payload('from the other process') });
    client('write', 3, { offset: 0, ...payload('three') });
    server('read', 3, { offset: 0, ...payload('three') });
    expect(ends(story.join())).toEqual([1, 2, 3].map((n) => `client#${n} server#${n}`));
  });

  it('tell an end of a reset behind a half-close: Node tells the program once', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    server('shutdown', 2, { offset: 0 });
    server('close', 2);
    client('end', 1, { offset: 0, reset: true });
    const [there, back] = story.join().connections[0]!.directions;
    expect([there.end, back.end?.reset]).toEqual([undefined, true]);
  });

  it('are stand-ins where nobody was traced', () => {
    const story = new Story();
    const alone = story.process(1, 'alone');
    const kind = { transport: 'tcp', role: 'connection' };
    alone('socket', 1, kind);
    alone('connect', 1, { to: at(12_000) });
    alone('connected', 1, { local: at(40_000), remote: at(12_000) });
    alone('write', 1, { offset: 0, ...payload('hello') });
    alone('read', 1, { offset: 0, ...payload('HELLO') });
    alone('socket', 2, kind);
    alone('accept', 2, { local: at(13_000), remote: at(50_000, '10.0.0.7') });
    const joined = story.join();
    expect(joined.processes.map(({ name, traced }) => [name, traced])).toEqual([
      ['alone', true],
      ['127.0.0.1:12000', false],
      ['10.0.0.7', false],
    ]);
    const [called] = joined.connections;
    expect(called!.directions.map(pieces)).toEqual([
      ['0-5 0→· unseen'],
      ['0-5 ·→0 unseen'],
    ]);
    expect(joined.sockets[called!.server]).toMatchObject({
      traced: false,
      side: 'server',
      local: at(12_000),
      remote: at(40_000),
    });
  });

  it('are in the process that listened and never accepted', () => {
    const { story, client, server } = twoProcesses();
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(12_000, '0.0.0.0') });
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(12_000) });
    client('connected', 1, { local: at(40_000), remote: at(12_000) });
    client('write', 1, { offset: 0, ...payload('hello?') });
    const { connections, sockets, processes } = story.ended().join();
    const [{ server: end, directions, accepted, state }] = connections as [
      (typeof connections)[0],
    ];
    expect(processes[sockets[end]!.process]!.name).toBe('server');
    expect(sockets[end]).toMatchObject({ traced: false, role: 'connection' });
    expect(pieces(directions[0])).toEqual(['0-6 0→· unread']);
    expect([accepted, state]).toEqual([undefined, 'open']);
  });

  it('were perhaps read, where nobody watched: the reader was killed, or handed them over', () => {
    for (const handed of [false, true]) {
      const { story, client, server } = twoProcesses();
      connect(client, server, [40_000, 12_000]);
      client('write', 1, { offset: 0, ...payload('hello?') });
      client('close', 1, { unsent: 2 });
      if (handed) server('handover', 2, { to: 'process' });
      const { connections, problems } = (handed ? story.ended() : story).join();
      const [there] = connections[0]!.directions;
      expect(pieces(there)).toEqual(['0-4 0→· unseen', '4-6 0→· unsent']);
      expect(there.unwatched).toMatch(handed ? /another process/ : /server was killed/);
      const unfollowed = problems.filter(({ kind }) => kind === 'unfollowed');
      expect(unfollowed).toHaveLength(handed ? 1 : 0);
    }
  });

  it('were perhaps read by another process: one wrote what the reader did not', () => {
    const { story, client, server } = twoProcesses();
    connect(client, server, [40_000, 12_000]);
    client('write', 1, { offset: 0, ...payload('hello') });
    server('close', 2, {});
    client('read', 1, { offset: 0, ...payload('HELLO') });
    const { connections, problems } = story.ended().join();
    const [there, back] = connections[0]!.directions;
    expect(pieces(there)).toEqual(['0-5 0→· unseen']);
    expect(there.unwatched).toMatch(/another process may read there/);
    expect(back.unwatched).toBeUndefined();
    expect(problems.map(({ kind }) => kind)).toEqual(['unmatched']);
  });

  it('tell how an attempt failed, and what became of one that did not', () => {
    const { story, client, server } = twoProcesses();
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(12_999) });
    client('error', 1, { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' });
    client('close', 1);
    connect(client, server, [40_000, 12_000], [2, 2]);
    client('socket', 3, { transport: 'tcp', role: 'connection' });
    client('connect', 3, { to: at(12_000) });
    connect(client, server, [40_001, 12_000], [4, 3]);
    server('close', 3);
    const { connections } = story.join();
    expect(connections.map(({ state, failure }) => [state, failure?.code])).toEqual([
      ['failed', 'ECONNREFUSED'],
      ['open', undefined],
      ['waiting', undefined],
      ['closed', undefined],
    ]);
  });
});

describe('a connection that was reset before it was accepted', () => {
  const NOBODY = { host: 'unknown', port: 0 };
  const kind = { transport: 'tcp', role: 'connection' };

  /** The clients call from these ports and reset; the server accepts as many, and knows none. */
  function late(ports: number[], accepts: number): JoinedTrace {
    const { story, client, server } = twoProcesses();
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(80), backlog: 511 });
    for (const [index, port] of ports.entries()) {
      client('socket', index + 1, kind);
      client('connect', index + 1, { to: at(80) });
      client('connected', index + 1, { local: at(port), remote: at(80) });
      client('write', index + 1, { ...payload(`from ${port}`), offset: 0 });
      client('close', index + 1, { reset: true });
    }
    for (let socket = 2; socket < 2 + accepts; socket += 1) {
      const { bytes, digest, text } = payload(`from ${ports[socket - 2]}`);
      server('socket', socket, kind);
      server('accept', socket, { listener: 1, local: at(80), remote: NOBODY });
      server('read', socket, { bytes, digest, text, offset: 0 });
      server('end', socket, { offset: bytes, reset: true });
      server('shutdown', socket, { offset: 0 });
      server('close', socket);
    }
    return story.ended().join();
  }

  it('is its client’s, though the system no longer says so: what was read is not "never read"', () => {
    const joined = late([4001, 4002], 2);
    expect(ends(joined)).toEqual(['client#1 server#2', 'client#2 server#3']);
    expect(joined.problems).toEqual([]);
    for (const { directions } of joined.connections) {
      expect(pieces(directions[0])).toEqual(['0-9 0→0 delivered']);
      // Nobody has sent a FIN: half-closing what is reset sends nothing.
      expect(directions.map(({ shutdown, end }) => shutdown ?? end)).toEqual([
        undefined,
        undefined,
      ]);
    }
    const accepted = joined.sockets.filter(({ side }) => side === 'server');
    expect(accepted.map(({ remote }) => remote)).toEqual([at(4001), at(4002)]);
  });

  it('is its client’s, even when another server has accepted one from the same port', () => {
    const { story, client, server } = twoProcesses();
    for (const [socket, port] of [
      [1, 81],
      [2, 80],
    ] as const) {
      server('socket', socket, { transport: 'tcp', role: 'welcoming' });
      server('listen', socket, { local: at(port), backlog: 511 });
      client('socket', socket, kind);
      client('connect', socket, { to: at(port) });
      client('connected', socket, { local: at(4001), remote: at(port) });
      client('close', socket, { reset: true });
    }
    for (const [socket, listener, port, remote] of [
      [3, 1, 81, at(4001)],
      [4, 2, 80, NOBODY],
    ] as const) {
      server('socket', socket, kind);
      server('accept', socket, { listener, local: at(port), remote });
    }
    expect(ends(story.ended().join())).toEqual([
      'client#1 server#3',
      'client#2 server#4',
    ]);
  });

  it('is a stranger’s when all who connected have another', () => {
    const { processes } = late([], 1);
    expect(processes.map(({ traced }) => traced)).toEqual([true, true, false]);
  });
});
