/**
 * The program of a child process: it plays one role of one experiment.
 *
 *     node child.ts EXPERIMENT ROLE GIVEN       started by program.ts, not by people
 */
import { extname } from 'node:path';
import type { Experiment } from './experiment.ts';
import { Lab } from './lab.ts';
import { Parent } from './parent.ts';

// Ctrl-C in a terminal reaches this process too, but the parent decides when it ends.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit());
// The parent may have ended while this process was starting.
if (!process.connected) process.exit();
// The channel must not keep a program alive that has done its work.
process.channel?.unref();

const [name = '', role = '', given = 'null'] = process.argv.slice(2);
const file = new URL(`./experiments/${name}${extname(import.meta.url)}`, import.meta.url);
// A file of experiments/ exports one experiment, and nothing else.
const [experiment] = Object.values(
  (await import(file.href)) as Record<string, Experiment>,
);
await experiment!.programs![role]!(new Lab(), new Parent(JSON.parse(given)));
