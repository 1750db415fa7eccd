/**
 * What the book starts as processes, compiled. A program of a lesson begins with the toolkit's
 * modules: bundled, they are up in a third of the time.
 *
 *   dist-programs/examples/…   each program by itself, so that its calls are its own
 *   dist-programs/src/…        what they import of a room, in one file; what is shared, in others
 *   dist-programs/book/…       what plays the lessons, compares and experiments; the book itself
 */
import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { place, translate } from '../test/support/compile.ts';
import { importsOf } from './kept.ts';
import { COMPILED, compiledFrom, fromRoot } from './places.ts';
import { readSource, ROOT, sourcesUnder } from './sources.ts';

const RECORDER = 'src/trace/recorder';
const PRELOAD = `${RECORDER}/preload.cjs`;
/** What nobody imports: it starts as a process or as a thread. */
const STARTED = [
  'book/play.ts',
  'book/comparison.ts',
  'book/experiments.ts',
  'book/fan-out.ts',
  'src/common/process/tether.ts',
  'src/network/behaviours/child.ts',
  'src/zeromq/socket/messenger.ts',
];

/** @returns when what makes the book is there, and when all that it starts is */
export function compile(): { book: Promise<void>; programs: Promise<unknown> } {
  const made = book();
  return {
    book: made,
    programs: made.then(() => Promise.all([programs(), rooms(), recorder()])),
  };
}

async function programs(): Promise<void> {
  const recorder = sourcesUnder(RECORDER, '.cjs').filter((file) => file !== PRELOAD);
  const files = [...sourcesUnder('examples'), ...recorder];
  await translate(
    files.map((file) => join(ROOT, file)),
    (file) => compiledFrom(relative(ROOT, file)),
  );
}

const BUNDLE = {
  absWorkingDir: ROOT,
  outdir: COMPILED,
  outbase: ROOT,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  logLevel: 'silent',
} as const;

async function book(): Promise<void> {
  await bundle({
    entryPoints: ['book/write.ts'],
    format: 'esm',
    sourcemap: 'linked',
    plugins: [whereItStands, requireTypescript],
  });
}

async function rooms(): Promise<void> {
  const doors = sourcesUnder('examples')
    .flatMap((file) => importsOf(file, readSource(file)))
    .filter((file) => file.startsWith('src/'));
  const experiments = sourcesUnder('src/network/behaviours/experiments');
  const made = await bundle({
    entryPoints: [...new Set([...doors, ...STARTED, ...experiments])],
    format: 'esm',
    splitting: true,
    // Where a recorder looks for the toolkit's own calls.
    chunkNames: 'src/[name]-[hash]',
    // Whoever starts need not read over them.
    sourcemap: 'external',
    sourcesContent: false,
    plugins: [whereItStands],
  });
  // What is shared has a name of its own for each content.
  const folder = join(COMPILED, 'src');
  const shared = readdirSync(folder).filter((name) => name.startsWith('chunk-'));
  const files = shared.map((name) => join(folder, name));
  for (const file of files) if (!made.has(file)) rmSync(file, { force: true });
}

/** Loaded before every program: one file in place of fourteen. */
async function recorder(): Promise<void> {
  await bundle({
    entryPoints: [PRELOAD],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
}

/** @returns the paths of its files */
async function bundle(options: BuildOptions): Promise<Set<string>> {
  const { outputFiles } = await build({ ...BUNDLE, ...options, write: false });
  for (const { path, contents } of outputFiles) place(path, contents);
  return new Set(outputFiles.map(({ path }) => path));
}

/** Node reads all of a CommonJS module before it is imported: it takes as long as to run it. */
const requireTypescript: Plugin = {
  name: 'require-typescript',
  setup(building) {
    const namespace = 'required';
    building.onResolve({ filter: /^typescript$/ }, ({ path }) => ({ path, namespace }));
    building.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `import { createRequire } from 'node:module';
        const from = createRequire(${JSON.stringify(join(ROOT, 'package.json'))});
        export default from(${JSON.stringify(path)});`,
    }));
  },
};

/** A bundled module still finds what stands beside it. */
const whereItStands: Plugin = {
  name: 'where-it-stands',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const file = fromRoot(path);
      const place = file.startsWith('src/') ? compiledFrom(file) : path;
      const url = JSON.stringify(pathToFileURL(place).href);
      const source = await readFile(path, 'utf8');
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
    });
    building.onResolve({ filter: /\.cjs$/ }, ({ path, resolveDir }) => {
      const file = relative(ROOT, join(resolveDir, path));
      return { path: pathToFileURL(compiledFrom(file)).href, external: true };
    });
  },
};
