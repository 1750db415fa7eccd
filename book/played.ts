/**
 * The runs of lessons, made by another process (play.ts). To start a program, the system copies
 * the tables of its parent's memory; the book keeps every source file in its own, and the
 * lessons are some 270 programs.
 */
import { fork } from 'node:child_process';
import type { Lesson } from '../src/lessons/index.ts';
import { compiledFrom } from './places.ts';
import type { SceneRun } from './runs.ts';
import { ROOT } from './sources.ts';

/** What play.ts says: how many scenes it has played, and at last what they did. */
export type Told =
  { done: number; total: number } | { runs: ReadonlyMap<string, SceneRun[]> };

/**
 * The runs of each lesson's scenes, by the lesson's id.
 * @param turn until then only one scene is played, the longest
 * @throws {Error} when a program fails; stderr says which
 */
export async function playLessons(
  lessons: readonly Lesson[],
  onPlayed: (done: number, total: number) => void,
  turn: Promise<unknown>,
): Promise<ReadonlyMap<string, SceneRun[]>> {
  return new Promise((resolve, reject) => {
    const ids = lessons.map(({ id }) => id);
    const player = fork(compiledFrom('book/play.ts'), ids, {
      cwd: ROOT,
      execArgv: [],
      serialization: 'advanced',
    });
    turn.then(() => player.connected && player.send('all'), reject);
    player.on('message', (told: Told) => {
      if ('runs' in told) resolve(told.runs);
      else onPlayed(told.done, told.total);
    });
    player.on('error', reject);
    player.on('exit', (code) =>
      reject(new Error(`the lessons were not played: exit status ${String(code)}`)),
    );
  });
}
