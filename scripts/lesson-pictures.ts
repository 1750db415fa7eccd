/**
 * A lesson, played once with the recorder in all its programs: what the pictures in
 * docs/pictures are made of, and what a test compares them with.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawDiagram } from '../src/diagram/index.ts';
import { type Lesson, playScene, type RolePlayed } from '../src/lessons/index.ts';
import {
  beginRecording,
  type JoinedTrace,
  joinTrace,
  loadTrace,
} from '../src/trace/index.ts';

export const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

/** Of the text. Wide enough for the lanes of most lessons. */
const COLUMNS = 110;
/** Of the auction, which has thousands of events, this is how it begins. */
const LIMIT = 300;

export interface TracedLesson {
  trace: JoinedTrace;
  /** Of all scenes. */
  played: RolePlayed[];
}

/** @param port for the lesson's servers, and the next one */
export async function traceLesson(lesson: Lesson, port: number): Promise<TracedLesson> {
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-lesson-'));
  const file = join(folder, 'trace.jsonl');
  const recording = beginRecording(file);
  try {
    const played: RolePlayed[] = [];
    for (const scene of lesson.scenes) {
      played.push(...(await playScene(scene, { port, env: recording.env })));
    }
    recording.save(['socketlab', 'run', lesson.id]);
    return { trace: joinTrace(await loadTrace(file)), played };
  } finally {
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Pictures {
  text: string;
  /** An SVG. */
  image: string;
  /** What they show. */
  summary: string;
}

export async function drawLesson({ id }: Lesson, trace: JoinedTrace): Promise<Pictures> {
  const common = { title: id, limit: LIMIT };
  const text = await drawDiagram(trace, { ...common, format: 'term', width: COLUMNS });
  const image = await drawDiagram(trace, { ...common, format: 'svg' });
  return { text: text.text, image: image.text, summary: image.summary };
}
