/**
 * Plays a lesson once with the recorder in all its programs. The pictures in docs/pictures are
 * drawn from that, and a test compares them with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawDiagram } from '../src/trace/diagram/index.ts';
import {
  type Lesson,
  playScene,
  type RolePlayed,
  type Scene,
} from '../src/lessons/index.ts';
import {
  beginRecording,
  fromZero,
  type JoinedTrace,
  joinTrace,
  loadTrace,
} from '../src/trace/index.ts';

export const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

/** Of the text. Wide enough for the lanes of most lessons. */
const COLUMNS = 110;
/** Of the auction, which has thousands of events, this is how it begins. */
const LIMIT = 300;

/**
 * Which scene is drawn of a lesson whose others repeat it, send nothing, or would fill a wall,
 * counted from 0; of the other lessons all are.
 * ZeroMQ tries again as often as it must and shares out as it comes, so these are the scenes in
 * which the same happens each time.
 */
const DRAWN: Readonly<Record<string, number>> = {
  '01-udp-uppercase': 0,
  '02-tcp-uppercase': 0,
  '05-framing': 0,
  '10-request-reply': 0,
  '11-publish-subscribe': 0,
  '12-pipeline': 2,
  '13-exclusive-pair': 0,
  '14-devices': 0,
  '16-zeromq-traps': 0,
  '22-congestion-control': 1,
  '23-check-your-own': 2,
};

export interface TracedLesson {
  trace: JoinedTrace;
  /** Of all scenes that are drawn. */
  played: RolePlayed[];
}

/** @param port for the lesson's servers, and the next one */
export async function traceLesson(lesson: Lesson, port: number): Promise<TracedLesson> {
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-lesson-'));
  const file = join(folder, 'trace.jsonl');
  const recording = beginRecording(file);
  try {
    const played: RolePlayed[] = [];
    for (const scene of drawnScenes(lesson)) {
      played.push(...(await playScene(scene, { port, env: recording.env })));
    }
    recording.save(['socketlab', 'run', lesson.id, ...partOf(lesson)]);
    return { trace: joinTrace(fromZero(await loadTrace(file))), played };
  } finally {
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

function drawnScenes({ id, scenes }: Lesson): readonly Scene[] {
  const place = DRAWN[id];
  return place === undefined ? scenes : [scenes[place]!];
}

/** What a picture is of, when it is not all of the lesson. */
function partOf({ id, scenes }: Lesson): string[] {
  const place = DRAWN[id];
  return place === undefined ? [] : [`(scene ${place + 1} of ${scenes.length})`];
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
