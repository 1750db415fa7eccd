/** The trace says what happened, and nothing else, even about what Node does above the handle. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Direction,
  joinTrace,
  type JoinedTrace,
  type TraceFile,
} from '../../../src/trace/index.ts';
import { tellStory } from '../../../src/trace/diagram/tell.ts';
import { ownPort } from '../../support/sockets.ts';
import { linesOf, Recorded } from './recorded.ts';

describe('what Node does above the handle', () => {
  const recorded = new Recorded();
  let file: TraceFile;
  let joined: JoinedTrace;
  let truth: string;
  beforeAll(async () => {
    const program = recorded.start('above-the-handle.mjs');
    await program.ended();
    truth = program.stdout;
    file = await recorded.load();
    joined = joinTrace(file);
  });
  afterAll(() => recorded.end());

  const fatesOf = (text: string): string[] =>
    joined.connections
      .flatMap(({ directions }) => directions)
      .filter(({ writes }) => writes.some((write) => write.text?.startsWith(text)))
      .flatMap(({ pieces }) => pieces.map(({ fate }) => fate));

  it('send-then-close: a send that never left is an event, with its reason', () => {
    const failed = linesOf(file, 'send').filter(({ error }) => error !== undefined);
    expect(failed.map(({ text, error }) => [text, error])).toEqual([
      ['then closed', 'ERR_SOCKET_CLOSED'],
      ['on a closed socket', 'ERR_SOCKET_DGRAM_NOT_RUNNING'],
      ['to nobody', 'ENOTFOUND'],
    ]);
    const fates = joined.flows.flatMap(({ datagrams }) =>
      datagrams.map(({ fate }) => fate),
    );
    expect(fates.filter((fate) => fate !== 'failed')).toEqual(['delivered', 'delivered']);
  });

  it('disconnect is an event, and so is what the socket joins; nobody called bind', () => {
    expect(linesOf(file, 'disconnect')).toHaveLength(1);
    const joins = truth.includes('TRUTH joined') ? [{ group: '239.1.2.3' }] : [];
    expect(linesOf(file, 'membership')).toMatchObject(joins);
    const { socket } = linesOf(file, 'disconnect')[0]!;
    const binds = linesOf(file, 'bind').filter((bind) => bind.socket === socket);
    expect(binds.every(({ implicit, at }) => implicit && at === undefined)).toBe(true);
  });

  it('two-addresses: every address that was tried has its reason', () => {
    const attempts = linesOf(file, 'attempt').map(({ to, error }) => [
      'host' in to && to.host,
      error,
    ]);
    expect(attempts).toEqual([
      ['127.0.0.2', 'ECONNREFUSED'],
      ['127.0.0.2', 'ECONNREFUSED'],
      ['127.0.0.1', 'ECONNREFUSED'],
    ]);
    const { message } = linesOf(file, 'error').at(0)!;
    expect(message).toMatch(/ECONNREFUSED 127\.0\.0\.2:\d+; .*ECONNREFUSED 127\.0\.0\.1/);
    expect(fatesOf('before it is refused')).toEqual(['unsent']);
  });

  it('the backlog is the one that the system was told', () => {
    expect(linesOf(file, 'listen').map(({ backlog }) => backlog)).toContain(7);
  });

  it('max-connections: a drop is an event, and no socket of the program', () => {
    const [drop, ...more] = linesOf(file, 'drop');
    expect(more).toEqual([]);
    const welcoming = joined.sockets.find(
      ({ process, number }) => process === 0 && number === drop!.socket,
    )!;
    const { port } = welcoming.local as { port: number };
    const sockets = joined.sockets.filter(({ traced, local, remote }) =>
      [local, remote].some(
        (address) => traced && address && 'port' in address && address.port === port,
      ),
    );
    // The welcoming socket, two clients, and the one connection that was accepted.
    expect(sockets.map(({ role, side }) => side ?? role)).toEqual([
      'welcoming',
      'client',
      'server',
      'client',
    ]);
  });

  it('destroyed-with-a-full-queue: that was never sent, which is not never read', () => {
    const [read] = /(?<=TRUTH read )\d+/.exec(truth)!;
    const { pieces } = joined.connections
      .flatMap(({ directions }) => directions)
      .find(({ sent }) => sent === (8 << 20) + 12)!;
    const count = (fate: string): number =>
      pieces
        .filter((piece) => piece.fate === fate)
        .reduce((sum, { start, stop }) => sum + stop - start, 0);
    expect(count('delivered')).toBe(Number(read));
    expect(count('unsent')).toBe((8 << 20) + 12 - Number(read));
    expect(count('unread')).toBe(0);
  });

  it('handed-over-descriptor: what another process read is not called unread', () => {
    expect(truth).toContain('TRUTH the child read for a child');
    expect(fatesOf('for a child')).toEqual(['unseen']);
    expect(truth).toContain('TRUTH the client read from a child');
    const back = joined.connections
      .flatMap(({ directions }) => directions)
      .find(({ reads }) => reads.some(({ text }) => text === 'from a child'));
    expect(back!.pieces.map(({ fate }) => fate)).toEqual(['unseen']);
  });

  it('http2: its bytes are not seen, and it is told', () => {
    expect(truth).toContain('TRUTH over HTTP/2');
    expect(joined.problems.map(({ kind, text }) => [kind, text])).toEqual([
      ['unfollowed', expect.stringContaining('handed to another process')],
      ['unfollowed', expect.stringContaining('HTTP/2 takes its bytes beneath')],
    ]);
    const fates = joined.connections.flatMap(({ directions }) =>
      directions.flatMap(({ pieces }) => pieces.map(({ fate }) => fate)),
    );
    expect(fates).not.toContain('unread');
  });
});

describe('what no stream carries', () => {
  const recorded = new Recorded();
  let file: TraceFile;
  let joined: JoinedTrace;
  let truth: string;
  beforeAll(async () => {
    const program = recorded.start('beside-the-stream.mjs');
    await program.ended();
    truth = program.stdout;
    file = await recorded.load();
    joined = joinTrace(file);
  });
  afterAll(() => recorded.end());

  it('a write that Node drops is an event, with its reason, and no part of the stream', () => {
    const dropped = linesOf(file, 'write').filter(({ refused }) => refused);
    expect(Object.fromEntries(dropped.map(({ text, error }) => [text, error]))).toEqual({
      'behind the end': 'ERR_STREAM_WRITE_AFTER_END',
      'to nobody': 'EPIPE',
      'behind the close': 'ERR_STREAM_WRITE_AFTER_END',
      'behind destroy': 'ERR_STREAM_DESTROYED',
    });
    const codes = /(?<=TRUTH too late ).*/.exec(truth)![0].split(' ');
    expect(codes).toHaveLength(4);
    expect(dropped.map(({ error }) => error)).toEqual(expect.arrayContaining(codes));
    expect(dropped.every(({ at }) => at !== undefined)).toBe(true);
    const { directions } = joined.connections[0]!;
    const [there] = directions;
    expect(there.writes.map(({ text }) => text)).toEqual(['the last']);
    expect(there.pieces.map(({ fate }) => fate)).toEqual(['delivered']);
    expect(directions[1].pieces).toEqual([]);
  });

  it('of what one end saw in plain text and the other on the wire, nothing is called unread', () => {
    expect(truth).toContain('TRUTH client read secret hush');
    expect(truth).toContain('TRUTH server ERR_SSL_HTTP_REQUEST');
    const mixed = joined.connections.filter(({ directions }) => directions[0].mixed);
    expect(mixed).toHaveLength(3);
    const fates = mixed.flatMap(({ directions }) =>
      directions.flatMap(({ pieces }) => pieces.map(({ fate }) => fate)),
    );
    expect(new Set(fates)).toEqual(new Set(['unseen']));
    expect(joined.problems).toEqual([
      expect.objectContaining({
        kind: 'unfollowed',
        text: expect.stringContaining('one end was recorded above TLS'),
      }),
    ]);
  });

  it('whom a server turns away is a drop, and never accepted', () => {
    const drops = linesOf(file, 'drop');
    const turned = ['0', 'blocked'].map((name) =>
      truth.includes(`TRUTH ${name} accepted false`),
    );
    expect(drops.map(({ blocked }) => blocked ?? false)).toEqual(
      [false, true].filter((_, place) => turned[place]),
    );
  });

  it('for whom the socket at an address is not there, nobody is there: it is not lost', () => {
    const fates = Object.fromEntries(
      joined.flows.flatMap(({ datagrams }) =>
        datagrams.map(({ send, fate }) => [send!.text, fate]),
      ),
    );
    const both = { 'from a friend': 'delivered', 'from a stranger': 'nobody' };
    const six = { 'over IPv4': 'nobody', 'over IPv6': 'nobody' };
    expect(fates).toEqual(truth.includes('TRUTH IPv6') ? { ...both, ...six } : both);
  });
});

describe('a process that ends while Node holds what it sent', () => {
  const recorded: Recorded[] = [];
  afterAll(async () => {
    for (const one of recorded) await one.end();
  });

  it.each([
    ['exit', 3],
    ['throw', 1],
    ['normal', 0],
  ])('%s: that was never sent, which is not never read', async (way, code) => {
    const recording = new Recorded();
    recorded.push(recording);
    const program = recording.start('ends-early.mjs', way);
    expect(await program.ended()).toMatchObject({ code: 0 });
    const [, read, exit] = /TRUTH read (\d+) code (\d+)/.exec(program.stdout)!;
    expect(Number(exit)).toBe(code);
    const file = await recording.load();
    const { connections, problems } = joinTrace(file);
    expect(problems).toEqual([]);
    const [{ sent, pieces }] = connections[0]!.directions;
    expect(sent).toBe(5 + (8 << 20) + 10);
    const count = (fate: string): number =>
      pieces
        .filter((piece) => piece.fate === fate)
        .reduce((sum, { start, stop }) => sum + stop - start, 0);
    expect(count('delivered')).toBe(Number(read));
    expect(count('unsent')).toBe(sent! - Number(read));
    expect(linesOf(file, 'close').filter((line) => line.exit)).toMatchObject([
      { unsent: sent! - Number(read) },
    ]);
    const sends = linesOf(file, 'send').map(({ text, error }) => [text, error]);
    const queued = way === 'normal' ? [] : [['not bound yet', 'ERR_PROCESS_ENDED']];
    expect(sends).toEqual(queued);
  });
});

describe('the last moments of a process', () => {
  const recorded: Recorded[] = [];
  afterAll(async () => {
    for (const one of recorded) await one.end();
  });
  const play = async (way: string): Promise<[TraceFile, string]> => {
    const recording = new Recorded();
    recorded.push(recording);
    const program = recording.start('last-moments.mjs', way);
    expect(await program.ended()).toMatchObject({ code: 0 });
    return [await recording.load(), program.stdout];
  };
  const count = ({ pieces }: Direction, ...fates: string[]): number =>
    pieces
      .filter(({ fate }) => fates.includes(fate))
      .reduce((sum, { start, stop }) => sum + stop - start, 0);

  it('a connect that never left went to nobody, and one that did was accepted', async () => {
    const [file] = await play('connect');
    const joined = joinTrace(file);
    expect(joined.problems).toEqual([]);
    const lanes = { comfortable: 40, most: 40 };
    const { acts } = tellStory(joined, { lanes, limit: Infinity });
    const groups = acts.flatMap((act) => act.groups);
    expect(groups.filter(({ nobody }) => nobody)).toEqual([]);
    const ends = joined.connections.map(({ state, failure, server }) => [
      state,
      failure?.code,
      joined.sockets[server]!.traced,
    ]);
    const never = ['failed', 'never asked', false];
    const accepted = ['closed', undefined, true];
    expect(ends).toEqual([never, accepted, never, never, never, accepted]);
    const arrows = acts.flatMap((act) => act.arrows);
    expect(arrows.filter(({ kind }) => kind === 'handshake')).toHaveLength(2);
    const bytes = arrows.filter(({ kind }) => kind === 'bytes');
    expect(bytes.map(({ label }) => label[0])).toEqual(['never sent: "never leaves"']);
  });

  it('what a listener of exit writes is seen, and what of it never left', async () => {
    const [file, truth] = await play('handler');
    const read = Number(/(?<=TRUTH read )\d+/.exec(truth));
    const { connections, problems } = joinTrace(file);
    expect(problems).toEqual([]);
    const [there] = connections[0]!.directions;
    expect(there.sent).toBe(14 + (8 << 20) + 12);
    expect(count(there, 'delivered')).toBe(read);
    expect(count(there, 'unsent')).toBe(there.sent! - read);
    expect(linesOf(file, 'send')).toMatchObject([{ error: 'ERR_PROCESS_ENDED' }]);
    const [exit] = linesOf(file, 'exit');
    expect(exit).toMatchObject({ code: 4 });
    const own = file.lines.filter(
      (line) => 'seq' in line && line.process === exit!.process,
    );
    expect(own.at(-1)).toBe(exit);
  });

  it('what lies in the queue of a TLS socket was never sent, and nothing is called unread', async () => {
    const [file, truth] = await play('tls');
    const read = Number(/(?<=TRUTH read )\d+/.exec(truth));
    const { connections, problems } = joinTrace(file);
    expect(problems).toEqual([]);
    const [there] = connections[0]!.directions;
    expect(there.sent).toBe(5 + (8 << 20) + 12);
    expect(count(there, 'delivered')).toBe(read);
    expect(count(there, 'unread')).toBe(0);
    expect(count(there, 'unsent')).toBeGreaterThanOrEqual(12);
    expect(count(there, 'unsent', 'unseen')).toBe(there.sent! - read);
    const { pieces } = there;
    expect(pieces.at(-1)).toMatchObject({ fate: 'unsent', stop: there.sent });
  });
});

describe('a connection that is over before it is there', () => {
  const recorded = new Recorded();
  afterAll(() => recorded.end());

  it('has both its ends, and a reset that failed is none', async () => {
    const program = recorded.start('cut-short.mjs');
    expect(await program.ended()).toMatchObject({ code: 0 });
    const file = await recorded.load();
    const { connections, sockets, problems } = joinTrace(file);
    const ends = connections.map(({ client, server, directions: [{ writes }] }) => [
      sockets[client]!.traced && sockets[server]!.traced,
      writes[0]?.text,
    ]);
    expect(ends).toEqual([
      [true, undefined],
      [true, 'stays'],
      [true, undefined],
      [true, 'stays'],
      [true, undefined],
      [true, 'bye'],
    ]);
    expect(problems).toEqual([]);
    const resets = linesOf(file, 'close').filter(({ reset }) => reset);
    const failed = program.stdout.includes('TRUTH not reset');
    expect(resets).toHaveLength(failed ? 1 : 2);
    const codes = linesOf(file, 'error').map(({ code }) => code);
    expect(codes.includes('EINVAL')).toBe(failed);
  });
});

describe('workers that share a port', () => {
  const recorded = new Recorded();
  let file: TraceFile;
  let joined: JoinedTrace;
  beforeAll(async () => {
    const ports = [String(await ownPort()), String(await ownPort())];
    await recorded.start('shared-port.mjs', ...ports).ended();
    file = await recorded.load();
    joined = joinTrace(file);
  });
  afterAll(() => recorded.end());

  it('cluster-datagrams: four questions, four answers, and nothing is lost', () => {
    const fates = joined.flows.flatMap(({ datagrams }) =>
      datagrams.map(({ fate }) => fate),
    );
    expect(fates).toEqual(Array.from({ length: 8 }, () => 'delivered'));
  });

  it("cluster-tcp: listen is the program's own line, with its backlog", () => {
    const pieces = joined.connections.flatMap(({ directions }) =>
      directions.flatMap((direction) => direction.pieces.map(({ fate }) => fate)),
    );
    expect(pieces).toEqual(Array.from({ length: 8 }, () => 'delivered'));
    // The parent asks the system; no line of the program does. The workers ask their parent.
    const listens = linesOf(file, 'listen').map(({ at, backlog }) => [
      at?.file.split('/').at(-1),
      backlog,
    ]);
    const worker = ['shared-port.mjs', undefined];
    expect(listens).toHaveLength(3);
    expect(listens).toEqual(expect.arrayContaining([[undefined, 9], worker, worker]));
  });

  it("cluster-tcp: the notes have the lanes' own names", () => {
    const names = joined.processes.map(({ name }) => name);
    expect(names).toEqual(['shared-port', 'shared-port-2', 'shared-port-3']);
    // A cluster's workers are ended by their parent, and cannot tell.
    for (const { process, text } of joined.problems) {
      expect(text).toContain(names[process!]!);
    }
    expect(joined.problems.every(({ kind }) => kind === 'killed')).toBe(true);
  });
});

describe('a client that names the port it had', () => {
  const recorded = new Recorded();
  afterAll(() => recorded.end());

  it('same-local-port: connects at once, and each connection is one by itself', async () => {
    const own = await ownPort();
    const program = recorded.start('same-local-port.mjs', String(own));
    expect(await program.ended()).toMatchObject({ code: 0 });
    const truth = JSON.parse(program.stdout.replace('TRUTH ', '')) as unknown[];
    const [chosen, again] = truth;
    expect(truth.slice(2)).toEqual([own, own, own]);
    const { connections, sockets, problems } = await recorded.join();
    expect(problems).toEqual([]);
    const portOf = (id: number): unknown => {
      const { local } = sockets[id]!;
      return local && 'port' in local && local.port;
    };
    const outcomes = connections.map(({ client, failure, state }) =>
      state === 'failed' ? failure!.code : portOf(client),
    );
    expect(outcomes).toEqual([chosen, again, own, own, own]);
    const made = connections.filter(({ state }) => state !== 'failed');
    for (const { server, directions } of made) {
      expect(sockets[server]!.traced).toBe(true);
      expect(directions.map(({ end }) => end?.type)).toEqual(['end', 'end']);
    }
  });
});
