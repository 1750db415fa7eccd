/**
 * Plays lessons, in a process of its own, and sends what they did to the book that started it
 * (played.ts). Whatever the book sends is the word to begin with all of them.
 *
 *   node dist-programs/book/play.js LESSON …
 */
import { once } from 'node:events';
import { findLessons } from '../src/lessons/index.ts';
import type { Told } from './played.ts';
import { runLessons } from './runs.ts';

// The book has gone.
process.once('disconnect', () => process.exit());

const tell = (told: Told): void => void process.send!(told);
const wanted = findLessons().filter(({ id }) => process.argv.includes(id));
const turn = once(process, 'message');
const runs = await runLessons(wanted, (done, total) => tell({ done, total }), turn);
process.send!({ runs } satisfies Told, () => process.disconnect());
