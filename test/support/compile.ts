/**
 * Compiles the programs that tests start as processes, like the published package: such a
 * process starts in half the time of one that reads TypeScript. Vitest calls this once for each
 * project, and the book before it plays the lessons. A file that is newer than its source is
 * kept. The command line, which is started most often, is bundled besides: to load its hundred
 * modules one by one takes as long again as all the rest of its start.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';
import { COMPILED, compiledFrom, ROOT } from './places.ts';

const FOLDERS = ['src', 'examples', 'scripts', 'test/support'];
/** What a browser reads is read where it stands. */
const PAGES = /[\\/](?:board|diagram)[\\/]page[\\/]/;
/** Of another source, as esbuild writes it; it leaves the name as it is. */
const IMPORT = /\b(from |import |import\()"(\.[^"\n]*)\.ts"/g;
/** A file's first comment. */
const HEADER = /^\/\*\*[^]*?\*\//;
const SETTINGS = join(ROOT, 'tsconfig.json');
const COMMAND_LINE = join(ROOT, 'src/cli/main.ts');
/** What `socketlab` loads beside its first file: among the toolkit's, as traces tell them. */
const CHUNKS = 'src/cli/chunks';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether what a test starts has been compiled. */
    compiled?: true;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('compiled', true);
  // What every Node that starts would read first, which takes it longer than all else that it does
  // then. Nobody else's certificates are met here, but by whoever asks the package registry.
  if (project.name !== 'package') delete process.env['NODE_EXTRA_CA_CERTS'];
  await compile();
}

export async function compile(): Promise<void> {
  mkdirSync(COMPILED, { recursive: true });
  const sources = FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder))).filter(
    (file) => !PAGES.test(file),
  );
  const targets = new Set(sources.map(targetOf));
  const chunks = join(COMPILED, CHUNKS);
  for (const file of filesIn(COMPILED)) {
    if (!targets.has(file) && !file.startsWith(chunks)) rmSync(file);
  }
  const settled = timeOf(SETTINGS);
  const stale = sources.filter(
    (source) => timeOf(targetOf(source)) < Math.max(timeOf(source), settled),
  );
  if (stale.length > 0) {
    await translate(
      stale.filter((source) => source !== COMMAND_LINE),
      targetOf,
    );
    await bundle();
  }
}

/**
 * Each file by itself, by esbuild, in a tenth of the time that tsc takes: whether types fit is
 * asked by `npm run types`.
 * @param target where what becomes of a source is to stand
 */
export async function translate(
  files: readonly string[],
  target: (source: string) => string,
): Promise<void> {
  const { transform } = await import('esbuild');
  const tsconfigRaw = readFileSync(SETTINGS, 'utf8');
  await Promise.all(
    files.map(async (file) => {
      const source = readFileSync(file, 'utf8');
      if (!file.endsWith('.ts')) return place(target(file), source);
      const { code } = await transform(source, {
        loader: 'ts',
        format: 'esm',
        target: 'node20',
        tsconfigRaw,
        // Whoever traces a program is told the lines of its source.
        sourcemap: 'inline',
        sourcesContent: false,
        sourcefile: file,
        // esbuild leaves comments out, and lessons are known by theirs.
        banner: HEADER.exec(source)?.[0] ?? '',
      });
      place(target(file), code.replaceAll(IMPORT, '$1"$2.js"'));
    }),
  );
}

/** The command line in a few files, of which a command loads those that it needs. */
async function bundle(): Promise<void> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [COMMAND_LINE],
    outbase: ROOT,
    outdir: COMPILED,
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    bundle: true,
    splitting: true,
    // Its names would be lost: it is in CommonJS, and imported late.
    external: ['cli-progress'],
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    // Packages in CommonJS ask for Node's modules with it.
    banner: {
      js:
        "import { createRequire as requireFrom } from 'node:module';" +
        'const require = requireFrom(import.meta.url);',
    },
    plugins: [
      { name: 'own-places', setup: (build) => build.onLoad(SCRIPTS, inItsPlace) },
    ],
  });
  // The first file last: it names the others.
  const files = outputFiles.toSorted(({ path }) =>
    path === targetOf(COMMAND_LINE) ? 1 : -1,
  );
  for (const { path, text } of files) place(path, text);
  const current = new Set(files.map(({ path }) => path));
  for (const file of filesIn(join(COMPILED, CHUNKS)))
    if (!current.has(file)) rmSync(file);
}

const SCRIPTS = { filter: /\.[cm]?[jt]s$/ };

/** A module that knows where it is when it stands by itself: what it looks for is there. */
function inItsPlace({ path }: { path: string }): {
  loader: 'ts' | 'js';
  contents: string;
} {
  const typed = extname(path) === '.ts';
  const url = JSON.stringify(pathToFileURL(typed ? targetOf(path) : path).href);
  const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', url);
  return { loader: typed ? 'ts' : 'js', contents };
}

/** In one step: another run of the tests may be reading it. */
export function place(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function targetOf(source: string): string {
  return compiledFrom(source.slice(ROOT.length));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:[cm]?js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

/** When it was last changed, in ms; long ago where there is none. */
function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
