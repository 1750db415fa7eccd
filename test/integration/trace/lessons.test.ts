/**
 * Every lesson can be traced and drawn: the trace explains everything that went over its
 * sockets, and the pictures in docs show what it still does. Each is played once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  drawLesson,
  PICTURES,
  type TracedLesson,
  traceLesson,
} from '../../../scripts/lesson-pictures.ts';
import {
  chooseLesson,
  findLessons,
  type Lesson,
  seenPattern,
} from '../../../src/lessons/index.ts';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { compiledModule } from '../../support/places.ts';
import { compiledScene } from '../../support/scenes.ts';
import { ownPort } from '../../support/sockets.ts';
import { find, hasClass, parseXml, textOf } from '../../unit/trace/diagram/markup.ts';

const compiled = await compiledModule<
  typeof import('../../../scripts/lesson-pictures.ts')
>('scripts/lesson-pictures.ts');

const NEEDS_IPV6 = '07-families-and-paths';
/** What is lost there is what they are about, or what a peer repeats for one that has closed. */
const WITH_LOSSES = new Set([
  '08-peer-to-peer',
  '09-auction',
  '15-bad-luck',
  '17-stop-and-wait',
  '18-go-back-n',
  '19-selective-repeat',
  '21-flow-control',
  '22-congestion-control',
  '23-check-your-own',
]);

/** Elsewhere it is chance whether somebody has left before the last packet for them comes. */
const ABOUT_NOBODY = '06-nobody-there';
/** ZeroMQ connects again as often as it must. */
const RECONNECTS = /^1[0-46]-/;
const LESSONS = findLessons();

/** So many are played side by side: most of their time they wait. */
const AT_A_TIME = 3;
let traced: Map<string, Promise<TracedLesson>> | undefined;

/** Of one play for all tests of a lesson. */
function tracedOnce(wanted: string): Promise<TracedLesson> {
  traced ??= traceAll();
  const lesson = chooseLesson(LESSONS, wanted);
  return traced.get(lesson.id)!;
}

/** The lines of calls are looked at in the first ones; the others start sooner compiled. */
async function trace(lesson: Lesson): Promise<TracedLesson> {
  const port = await ownPort();
  if (parseInt(lesson.id, 10) <= 6) return traceLesson(lesson, port);
  const scenes = lesson.scenes.map(compiledScene);
  return compiled.traceLesson({ ...lesson, scenes }, port);
}

/** Each on a port of its own. */
function traceAll(): Map<string, Promise<TracedLesson>> {
  const turns = Array.from({ length: AT_A_TIME }, () => Promise.resolve());
  return new Map(
    LESSONS.map((lesson, place) => {
      const turn = place % AT_A_TIME;
      const run = turns[turn]!.then(async () => trace(lesson));
      // A failure belongs to the tests of this lesson; the next has its turn all the same.
      turns[turn] = run.then(
        () => {},
        () => {},
      );
      return [lesson.id, run];
    }),
  );
}

async function traceOf(id: string): Promise<JoinedTrace> {
  return (await tracedOnce(id)).trace;
}

/** What became of all pieces and datagrams, counted. */
function fates({ connections, flows }: JoinedTrace): Record<string, number> {
  const counts: Record<string, number> = {};
  const pieces = connections.flatMap(({ directions }) =>
    directions.flatMap(({ pieces: all }) => all),
  );
  const datagrams = flows.flatMap(({ datagrams: all }) => all);
  for (const { fate } of [...pieces, ...datagrams]) {
    counts[fate] = (counts[fate] ?? 0) + 1;
  }
  return counts;
}

/** Calls that a lesson always makes; what follows from them comes now and then. */
const CALLS =
  /^(.+?):\d+: (socket|bind|listen|connect(?!ed)|accept|send|write|half-close)\b/;
const ENDS = /^(.+?):\d+ → (.+?):\d+: /;

interface Structure {
  programs: string[];
  calls: string[];
  arrows: string[];
  /** Of ZeroMQ: who says to whom what socket it is. */
  greetings: string[];
}

/** Of an image: who is there, who calls what, what goes from whom to whom. No times, no counts. */
function structureOf(image: string, id: string): Structure {
  const svg = parseXml(image);
  const titled = (kind: string): { title: string; label: string; classes: string[] }[] =>
    find(svg, hasClass(kind)).map((element) => ({
      title: textOf(find(element, ({ name }) => name === 'title')[0]!),
      label: find(element, ({ name }) => name === 'text')
        .map((text) => textOf(text))
        .join(' '),
      classes: element.attributes['class']!.split(' '),
    }));
  const calls = titled('mark').flatMap(({ title }) => {
    const [, program, call] = CALLS.exec(title) ?? [];
    return program === undefined ? [] : [`${program}: ${call}`];
  });
  const arrows = titled('arrow').flatMap(({ title, classes: [, kind, fate] }) => {
    const [, from, to] = ENDS.exec(title) ?? [];
    // Whether a FIN is noticed depends on who closes first.
    return fate === 'delivered' && kind !== 'fin' ? [`${from} → ${to}: ${kind}`] : [];
  });
  const greetings = titled('arrow').flatMap(({ title, label }) => {
    const [, from, to] = ENDS.exec(title) ?? [];
    const [ready] = /READY [A-Z]+/.exec(label) ?? [];
    return ready === undefined ? [] : [`${from} → ${to}: ${ready}`];
  });
  const groups = find(svg, hasClass('group')).map((group) => textOf(group));
  const sorted = (all: string[]): string[] => [...new Set(all)].sort();
  const programs = groups.map((name) => name.replace(/ \(\d+\)$/, ''));
  // A narrow lane's name is cut short.
  const isThere = (name: string): boolean =>
    id === ABOUT_NOBODY || !/^nobody\b/.test(name);
  const isSteady = (call: string): boolean =>
    !RECONNECTS.test(id) || !call.endsWith(': half-close');
  return {
    programs: sorted(programs.filter(isThere)),
    calls: sorted(calls.filter(isSteady)),
    arrows: sorted(arrows),
    greetings: sorted(greetings),
  };
}

describe.each(LESSONS)('lesson $id, traced', ({ id }) => {
  it('shows what it shows untraced', async (context) => {
    if (id === NEEDS_IPV6) needIPv6(context);
    for (const { role, output, problem } of (await tracedOnce(id)).played) {
      expect({ problem, output }).toEqual({
        problem: undefined,
        output: expect.stringMatching(seenPattern(role.header.see)),
      });
    }
  });

  it('leaves nothing unexplained', async (context) => {
    if (id === NEEDS_IPV6) needIPv6(context);
    const joined = await traceOf(id);
    expect(joined.problems).toEqual([]);
    const { delivered = 0, lost = 0, unseen = 0 } = fates(joined);
    expect(delivered).toBeGreaterThan(0);
    expect(unseen).toBe(0);
    if (!WITH_LOSSES.has(id)) expect(lost).toBe(0);
  });

  it('does what its picture in docs/pictures shows (else: npm run pictures)', async (context) => {
    if (id === NEEDS_IPV6) needIPv6(context);
    const lesson = chooseLesson(LESSONS, id);
    const { image } = await drawLesson(lesson, await traceOf(id));
    const kept = readFileSync(join(PICTURES, `${id}.svg`), 'utf8');
    const structure = structureOf(kept, id);
    expect(structureOf(image, id)).toEqual(structure);
    expect(structure.arrows).not.toEqual([]);
    if (RECONNECTS.test(id)) expect(structure.greetings).not.toEqual([]);
    const text = readFileSync(join(PICTURES, `${id}.txt`), 'utf8');
    expect(text).toContain(`socketlab run ${id}`);
    for (const name of structure.programs) expect(text).toContain(name);
  });
});

it('tells a picture of another lesson from its own', () => {
  const [one, other] = ['12-pipeline', '14-devices'].map((id) =>
    structureOf(readFileSync(join(PICTURES, `${id}.svg`), 'utf8'), id),
  );
  expect(one).not.toEqual(other);
  expect(one!.greetings).toContain('manager → fair-worker: READY PUSH');
});

describe('the trace of a lesson', () => {
  it('names the roles, and the line of each call of theirs', async () => {
    const joined = await traceOf('01');
    expect(joined.processes.map(({ name }) => name).slice(0, 2)).toEqual([
      'server',
      'client',
    ]);
    const lines = joined.flows.flatMap(({ datagrams }) =>
      datagrams.map(({ send }) => {
        const { file, line } = send!.at!;
        return [file, joined.sources.get(`${file}:${line}`)!.trim()];
      }),
    );
    expect(lines).toEqual([
      [
        'examples/01-udp-uppercase/client.ts',
        'clientSocket.send(Buffer.from(message), port, host);',
      ],
      [
        'examples/01-udp-uppercase/server.ts',
        'serverSocket.send(Buffer.from(modifiedMessage), client.port, client.address);',
      ],
    ]);
  });

  it("names the student's line where the toolkit made the call", async () => {
    const joined = await traceOf('03');
    const writes = joined.connections.flatMap(({ directions }) =>
      directions.flatMap(({ writes: all }) => all),
    );
    expect(writes.length).toBeGreaterThan(2);
    for (const { at } of writes) expect(at!.file).toMatch(/^examples\/03-blocking-calls/);
  });

  it('shows one write that came in more than one read, or the reverse', async () => {
    const joined = await traceOf('04');
    const [{ writes, reads }] = joined.connections[0]!.directions;
    expect(reads.length).not.toBe(writes.length);
  });

  it('shows those that nobody was there to receive', async () => {
    const joined = await traceOf('06');
    expect(fates(joined)).toMatchObject({ nobody: 2, unread: 2 });
    expect(joined.connections.map(({ state }) => state)).toContain('failed');
  });
});
