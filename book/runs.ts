/**
 * Runs of the lessons for their chapters: each scene is played with real processes that are
 * traced, and its picture drawn from the trace. What has not changed since the last build is
 * not played again: runs are kept in node_modules/.cache, by what their sources hold.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { drawDiagram } from '../src/diagram/index.ts';
import {
  type Lesson,
  playScene,
  type RoleEvent,
  type Scene,
} from '../src/lessons/index.ts';
import { beginRecording, joinTrace, loadTrace } from '../src/trace/index.ts';
import { ROOT, sourcesUnder } from './sources.ts';

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
  events: { lane: number; event: RoleEvent }[];
  /** Undefined when no socket was used. */
  picture?: Picture;
}

const CACHE = join(ROOT, 'node_modules/.cache/socketlab-book');
/** As many events as one looks at beside a program. */
const LIMIT = 60;
const NARROW = 380;

/** @throws when a program does not play its part to the end */
export async function runLesson(
  lesson: Lesson,
  freePort: () => number,
): Promise<SceneRun[]> {
  const runs: SceneRun[] = [];
  for (const scene of lesson.scenes) runs.push(await kept(lesson, scene, freePort));
  return runs;
}

async function kept(
  lesson: Lesson,
  scene: Scene,
  freePort: () => number,
): Promise<SceneRun> {
  const key = createHash('sha256').update(process.version).update(sourceHash());
  for (const { file, args } of scene.roles) {
    key.update(readFileSync(file)).update(args.join('\0'));
  }
  const file = join(CACHE, `${lesson.id}-${key.digest('hex').slice(0, 24)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SceneRun;
  const run = await play(lesson, scene, freePort());
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(run));
  return run;
}

async function play(lesson: Lesson, scene: Scene, port: number): Promise<SceneRun> {
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-book-'));
  const traceFile = join(folder, 'trace.jsonl');
  const recording = beginRecording(traceFile, { lines: true });
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
    if (!existsSync(traceFile)) return { events };
    const trace = joinTrace(await loadTrace(traceFile));
    const title = `${lesson.title}: ${scene.roles.map(({ name }) => name).join(', ')}`;
    const common = { title, limit: LIMIT };
    const wide = await drawDiagram(trace, { ...common, format: 'svg', width: 760 });
    const narrow = await drawDiagram(trace, { ...common, format: 'svg', width: NARROW });
    const page = await drawDiagram(trace, { ...common, format: 'html' });
    const picture = {
      wide: wide.text,
      narrow: narrow.text,
      page: page.text,
      summary: wide.summary,
    };
    return { events, picture };
  } finally {
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

let hash: string | undefined;

/** Everything below the lessons: a change there may change what they do. */
function sourceHash(): string {
  if (hash !== undefined) return hash;
  const all = createHash('sha256');
  for (const file of [...sourcesUnder('src'), 'examples/program.ts', 'book/runs.ts']) {
    all.update(file).update(readFileSync(join(ROOT, file)));
  }
  hash = all.digest('hex');
  return hash;
}
