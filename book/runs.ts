/**
 * Runs of the lessons for their chapters: each scene is played with real processes that are
 * traced, and its picture drawn from the trace. What has not changed since the last build is
 * not played again.
 *
 *   the front worker    the first scene, the second, …    on the lecture's own port
 *   the others          the longest, the next longest, …  each on a port of its own
 *   one of the others   begins before the rest: the longest scene hardly does anything but wait
 *
 * Scenes mostly wait, so several are played at the same time, until the workers meet. The
 * first chapters' pictures have the port that their text speaks of, unless it is taken.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/common/process/index.ts';
import {
  type Lesson,
  playScene,
  type RoleEvent,
  type Scene,
} from '../src/lessons/index.ts';
import { drawDiagram } from '../src/trace/diagram/index.ts';
import {
  beginRecording,
  fromZero,
  type JoinedTrace,
  joinTrace,
  loadTrace,
} from '../src/trace/index.ts';
import { digestsBehind, kept } from './kept.ts';
import { inSources, sourceOf } from './places.ts';

interface Picture {
  wide: string;
  /** For phones. */
  narrow: string;
  /** A page by itself, with every event in words. */
  page: string;
  /** How much it shows, and how much it leaves out. */
  summary: string;
}

export interface SceneRun {
  /** The longest time from the start of one program to that of the next, in ms. */
  slowness: number;
  events: { lane: number; event: RoleEvent }[];
  /** Undefined when no socket was used. */
  picture?: Picture;
}

/** As many events as one looks at beside a program; the page behind the picture has more. */
const LIMIT = 60;
const [WIDE, NARROW] = [760, 380];
/** Workers besides the one in front. More of them make each program wait for the processor. */
const OTHERS = 11;
/** Scenes that take longest, by how their names begin, the longest first: they wait for a time. */
const LONG = [
  '21-flow-control-2',
  '20',
  '21',
  '18',
  '23-check-your-own-3',
  '17',
  '22',
  '09',
  '19',
  '03-blocking-calls-4',
  '16-zeromq-traps-8',
  '15',
  '12',
  '14',
];
/** In ms. A slower run says more of a busy machine than of sockets: it is played again. */
const SLOW_START = 1500;
const TRIES = 2;

interface Job {
  lesson: Lesson;
  index: number;
}

/**
 * The runs of each lesson's scenes, by the lesson's id.
 * @param onPlayed told how many scenes are done, and of how many
 * @param turn until then only one scene is played at a time
 * @throws when a program does not play its part to the end
 */
export async function runLessons(
  lessons: readonly Lesson[],
  onPlayed: (done: number, total: number) => void,
  turn: Promise<unknown>,
): Promise<Map<string, SceneRun[]>> {
  const runs = new Map<string, SceneRun[]>(lessons.map(({ id }) => [id, []]));
  const rank = (job: Job): number => {
    const place = LONG.findIndex((begin) => nameOf(job).startsWith(begin));
    return place === -1 ? LONG.length : place;
  };
  const front = lessons.flatMap((lesson) =>
    lesson.scenes.map((_, index): Job => ({ lesson, index })),
  );
  const longest = front.toSorted((a, b) => rank(a) - rank(b));
  const taken = new Set<Job>();
  let played = 0;
  const worker = async (jobs: readonly Job[], port: number): Promise<void> => {
    for (const job of jobs) {
      if (taken.has(job)) continue;
      taken.add(job);
      const { lesson, index } = job;
      runs.get(lesson.id)![index] = await runScene(lesson, index, port);
      played += 1;
      onPlayed(played, front.length);
    }
  };
  const ports = [await freePort()];
  while (ports.length <= OTHERS) ports.push(await freePort());
  const working = ports.map(async (port, at) => {
    if (at !== 1) await turn;
    await worker(at === 0 ? front : longest, port);
  });
  await Promise.all(working);
  return runs;
}

function nameOf({ lesson, index }: Job): string {
  return `${lesson.id}-${index + 1}`;
}

async function runScene(lesson: Lesson, index: number, port: number): Promise<SceneRun> {
  const { roles } = lesson.scenes[index]!;
  const files = roles.map(({ file }) => sourceOf(file));
  const madeOf = [
    ...roles.map(({ args }) => args.join(' ')),
    ...digestsBehind(['book/runs.ts', ...files]),
  ];
  const name = nameOf({ lesson, index });
  return kept(
    name,
    madeOf,
    () => play(lesson, index, port),
    ({ slowness }) => {
      if (slowness <= SLOW_START) return true;
      const seconds = (slowness / 1000).toFixed(1);
      const why = `a program took ${seconds} s to start on this busy machine`;
      console.error(`${name}: ${why}; the next build plays it again`);
      return false;
    },
  );
}

/** Again, where a program was slow to start. */
async function play(lesson: Lesson, index: number, port: number): Promise<SceneRun> {
  const scene = lesson.scenes[index]!;
  let [played, slowness] = [undefined as Played | undefined, Infinity];
  for (let tries = 0; tries < TRIES && slowness > SLOW_START; tries += 1) {
    const next = await record(lesson, scene, port);
    const slow = slownessOf(next.trace);
    if (slow < slowness) [played, slowness] = [next, slow];
  }
  const { events, trace } = played!;
  if (!trace) return { events, slowness };
  const title = `${lesson.title}: ${scene.roles.map(({ name }) => name).join(', ')}`;
  const common = { title, advice: adviceFor(lesson) };
  const image = { ...common, format: 'svg', limit: LIMIT } as const;
  const wide = await drawDiagram(trace, { ...image, width: WIDE });
  const narrow = await drawDiagram(trace, { ...image, width: NARROW });
  const page = await drawDiagram(trace, { ...common, format: 'html' });
  const { summary } = wide;
  const texts = { wide: wide.text, narrow: narrow.text, page: page.text };
  return { events, slowness, picture: { ...texts, summary } };
}

/** A reader cannot draw the book's run in another way, but can record one of their own. */
function adviceFor({ id }: Lesson): string[] {
  const socketlab = 'npm run -s socketlab --';
  return [
    `to see it, record a run of your own: ${socketlab} run ${id.slice(0, 2)} --trace run.jsonl`,
    `and choose what to draw of it: ${socketlab} diagram --help`,
  ];
}

interface Played {
  events: SceneRun['events'];
  trace: JoinedTrace | undefined;
}

async function record(lesson: Lesson, scene: Scene, port: number): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-book-'));
  const file = join(folder, 'trace.jsonl');
  const recording = beginRecording(file);
  const events: SceneRun['events'] = [];
  try {
    const played = await playScene(scene, {
      port,
      env: recording.env,
      onEvent: (lane, event) => events.push({ lane, event }),
    });
    const problem = played.find((part) => part.problem !== undefined);
    if (problem) throw new Error(`${lesson.id}: ${problem.role.name} ${problem.problem}`);
    recording.save(['socketlab', 'run', lesson.id]);
    if (!existsSync(file)) return { events, trace: undefined };
    writeFileSync(file, inSources(readFileSync(file, 'utf8')));
    return { events, trace: joinTrace(fromZero(await loadTrace(file))) };
  } finally {
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The longest time between the start of one program and of the next, in ms; 0 for one alone. */
export function slownessOf(trace: JoinedTrace | undefined): number {
  const starts = (trace?.processes ?? []).flatMap(({ started }) => started ?? []);
  const gaps = starts.slice(1).map((start, index) => (start - starts[index]!) / 1000);
  return Math.max(0, ...gaps);
}
