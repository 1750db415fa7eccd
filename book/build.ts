/**
 * Builds the book: the project's own files as pages that open from disk.
 *
 *   npm run book                     into dist-book/
 *   npm run book -- --out FOLDER     elsewhere
 *   npm run book -- --short          with few runs and few colours, in a quarter of the time
 *
 * Everything is found: a new lesson, room or page of docs/ appears by itself. It fails at once,
 * runs nothing and writes nothing, when a link is dead, a region or an exercise's answer is
 * missing, or a line is too wide.
 */
import { parseArgs } from 'node:util';
import { compile } from './compiled.ts';
import { compiledModule } from './places.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist-book' },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run book [-- --out FOLDER] [--short]     into dist-book/ unless told otherwise',
  );
  process.exit();
}

// Node would read them at each program's start, which takes longer than all else that it does
// then; no program of the book has a use for them.
delete process.env['NODE_EXTRA_CA_CERTS'];

const { book, programs } = compile();
await book;
const { writeBook } = await compiledModule<typeof import('./write.ts')>('book/write.ts');
let problems: readonly string[];
try {
  problems = await writeBook(values, programs);
} finally {
  // If it is left in the middle of its work, esbuild fills the screen with its own state.
  await Promise.allSettled([programs]);
}
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  console.error(`${problems.length} problems: nothing was written`);
  process.exit(1);
}
