/** What the recorder writes down, of real programs. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { socketFolder } from '../../../src/common/index.ts';
import { talkOf } from '../../../src/trace/diagram/talks.ts';
import { tellStory } from '../../../src/trace/diagram/tell.ts';
import { IN_PEACE } from '../../support/programs.ts';
import { accounts, linesOf, Recorded } from './recorded.ts';

const recordings: Recorded[] = [];
afterEach(async () => {
  for (const recorded of recordings.splice(0)) await recorded.end();
});

function record(...options: ConstructorParameters<typeof Recorded>): Recorded {
  const recorded = new Recorded(...options);
  recordings.push(recorded);
  return recorded;
}

/** Runs a program to its end in peace. */
async function ran(name: string, ...args: string[]): Promise<Recorded> {
  const recorded = record();
  const program = recorded.start(name, ...args);
  expect(await program.ended()).toEqual(IN_PEACE);
  return recorded;
}

describe('every byte of a stream is seen', () => {
  it('in whichever way the program reads', async () => {
    const joined = await (await ran('reading.mjs')).join();
    expect(joined.problems).toEqual([]);
    expect(accounts(joined)).toEqual(
      Array.from({ length: 6 }, () => ({
        sent: [0, 300_000],
        received: [0, 300_000],
        fates: ['delivered'],
      })),
    );
  });

  it('in whichever way the program writes', async () => {
    const joined = await (await ran('writing.mjs')).join();
    expect(joined.problems).toEqual([]);
    const sent = [4_000_059, 10];
    expect(accounts(joined)).toEqual([{ sent, received: sent, fates: ['delivered'] }]);
    const [{ writes }, { writes: last }] = joined.connections[0]!.directions;
    expect(writes.map(({ bytes }) => bytes)).toEqual([
      32, 3, 4, 4, 2, 4, 1, 2, 4_000_000, 7,
    ]);
    expect(writes.map(({ text }) => text?.slice(0, 10)).slice(0, 5)).toEqual([
      'before the',
      'in ',
      'one ',
      'go, ',
      'å',
    ]);
    expect(writes[8]).toMatchObject({ full: true, waits: true });
    expect(last.map(({ text }) => text)).toEqual(['last words']);
  });

  it('with when the system took what it did not take at once', async () => {
    const { sockets } = await (await ran('writing.mjs')).join();
    const client = sockets.find(({ side }) => side === 'client')!;
    const taken = client.events.filter(({ type }) => type === 'taken');
    const big = client.events.find((event) => event.type === 'write' && event.full)!;
    expect(taken.at(-1)).toMatchObject({ upTo: 4_000_059 });
    expect(taken.at(-1)!.t).toBeGreaterThan(big.t);
  });

  it('under HTTP, fetch and TLS, where it is the text and not what goes over the wire', async () => {
    const joined = await (await ran('web.mjs')).join();
    expect(joined.problems).toEqual([]);
    expect(joined.connections).toHaveLength(3);
    for (const { directions, state } of joined.connections) {
      expect(state).toBe('closed');
      for (const { sent, received, pieces } of directions) {
        expect(sent).toBeGreaterThan(0);
        expect(received).toBe(sent);
        expect(pieces.every(({ fate }) => fate === 'delivered')).toBe(true);
      }
    }
    const questions = joined.connections.map(({ directions }) => directions[0].writes[0]);
    expect(questions.map((write) => write!.text!.slice(0, 15))).toEqual([
      'POST / HTTP/1.1',
      'POST / HTTP/1.1',
      'POST / HTTP/1.1',
    ]);
  });

  it('over a path, where clients have no address', async () => {
    const path = join(socketFolder(), `socketlab-paths-${process.pid}.sock`);
    const joined = await (await ran('paths.mjs', path)).join();
    expect(joined.problems).toEqual([]);
    expect(accounts(joined).map(({ sent }) => sent)).toEqual([
      [3, 3],
      [3, 3],
      [5, 5],
    ]);
    expect(joined.sockets[0]).toMatchObject({ transport: 'path', local: { path } });
  });
});

describe('each call has its line', () => {
  it('in an ES module, with the text of the line', async () => {
    const file = await (await ran('writing.mjs')).load();
    const sources = new Map(
      linesOf(file, 'source').map((source) => [
        `${source.file}:${source.line}`,
        source.text,
      ]),
    );
    const lines = linesOf(file, 'write').map(({ at }) =>
      sources.get(`${at!.file}:${at!.line}`),
    );
    expect(lines[1]).toBe("client.write('in ');");
    expect(linesOf(file, 'listen')).toMatchObject([
      { at: { file: 'test/fixtures/trace/programs/writing.mjs' } },
    ]);
  });

  it('unless it was asked not to look', async () => {
    const recorded = record({ lines: false, payload: 'hex' });
    await recorded.start('writing.mjs').ended();
    const writes = linesOf(await recorded.load(), 'write');
    expect(writes.map(({ at }) => at)).toEqual(writes.map(() => undefined));
    expect(writes[1]).toMatchObject({ hex: '696e20' });
  });

  it('and no bytes of a payload are told if none are wanted', async () => {
    const recorded = record({ payload: 'none' });
    await recorded.start('writing.mjs').ended();
    const writes = linesOf(await recorded.load(), 'write');
    expect(writes.length).toBeGreaterThan(5);
    for (const { text, hex } of writes)
      expect([text, hex]).toEqual([undefined, undefined]);
  });
});

describe('nothing is lost', () => {
  it.each([
    ['exit', { code: 3 }],
    ['throw', { code: 1 }],
    ['kill', undefined],
    ['abort', undefined],
  ])('when a program ends by %s in the middle of a handler', async (how, ended) => {
    const recorded = record();
    await recorded.start('endings.mjs', how).ended();
    const file = await recorded.load();
    const count = (type: 'send' | 'receive' | 'write' | 'read'): number =>
      linesOf(file, type).length;
    expect(count('send')).toBe(10);
    expect(count('receive')).toBe(10);
    // The last piece has come to the server, which ends before it answers.
    expect(linesOf(file, 'read').length).toBeGreaterThan(9);
    expect(linesOf(file, 'write').length).toBeGreaterThan(9);
    expect(linesOf(file, 'exit')).toMatchObject(ended ? [ended] : []);
    expect(linesOf(file, 'close')).toEqual([]);
  });

  it('when a signal ends a program that has nothing to do', async () => {
    const recorded = record();
    const program = recorded.start('endings.mjs', 'wait');
    await program.printed('done');
    program.signal('SIGTERM');
    await program.ended();
    const file = await recorded.load();
    expect(linesOf(file, 'receive')).toHaveLength(10);
    expect(linesOf(file, 'read').length).toBeGreaterThan(9);
  });
});

describe('a family of processes', () => {
  it('is one trace: a child, a fork and a worker thread call their parent', async () => {
    const joined = await (await ran('family.mjs')).join();
    expect(joined.problems).toEqual([]);
    expect(joined.processes.map(({ name }) => name)).toEqual([
      'family',
      'family-2',
      'family-3',
      'family thread 1',
    ]);
    const ends = joined.connections.map(({ client, server }) => [
      joined.sockets[client]!.process,
      joined.sockets[server]!.process,
    ]);
    expect(ends).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(accounts(joined).map(({ fates }) => fates)).toEqual([
      ['delivered'],
      ['delivered'],
      ['delivered'],
    ]);
  });
});

describe('a reset that Node tells as an end', () => {
  it('reset-behind-data: is recorded as the reset that it was, and no end is drawn', async () => {
    const joined = await (await ran('reset-behind-data.mjs')).join();
    expect(joined.problems).toEqual([]);
    // The first was broken off, the second closed with bytes unread, the others said goodbye.
    const toClient = joined.connections.map(({ directions }) => directions[1]);
    expect(toClient.map(({ end }) => end !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const arrows = tellStory(joined, {
      limit: 1000,
      lanes: { comfortable: 50, most: 50 },
    }).acts.flatMap((act) => act.arrows);
    const ends = joined.connections.map(({ id, client }) =>
      arrows
        .filter(({ talk, to }) => talk === talkOf(id) && to.lane === client)
        .filter(({ kind }) => kind === 'fin' || kind === 'rst')
        .map(({ kind }) => kind),
    );
    expect(ends).toEqual([['rst'], ['rst'], ['fin'], ['fin']]);
  });
});
