/**
 * Runs of the lessons for their chapters: each scene is played with real processes that are
 * traced, and its picture drawn from the trace. What has not changed since the last build is
 * not played again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { drawDiagram } from '../src/trace/diagram/index.ts';
import {
  type Lesson,
  playScene,
  type RoleEvent,
  type Scene,
} from '../src/lessons/index.ts';
import { beginRecording, joinTrace, loadTrace } from '../src/trace/index.ts';
import { keptRun, textsBehind } from './kept.ts';
import { ROOT } from './sources.ts';

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

/** As many events as one looks at beside a program. */
const LIMIT = 60;
const NARROW = 380;

/** @throws when a program does not play its part to the end */
export async function runLesson(
  lesson: Lesson,
  freePort: () => number,
): Promise<SceneRun[]> {
  const runs: SceneRun[] = [];
  for (const scene of lesson.scenes) {
    const roles = scene.roles.map(({ args }) => args.join(' '));
    const files = scene.roles.map(({ file }) =>
      relative(ROOT, file).split(sep).join('/'),
    );
    const behind = textsBehind(['book/runs.ts', ...files]);
    const run = await keptRun(lesson.id, [...roles, ...behind], () =>
      play(lesson, scene, freePort()),
    );
    runs.push(run);
  }
  return runs;
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
