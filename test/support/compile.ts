/**
 * Compiles the programs that tests start as processes, like the published package: such a
 * process starts in half the time of one that reads TypeScript. Vitest calls this once for each
 * project, and the book before it plays the lessons. A file that is newer than its source is
 * kept.
 */
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { COMPILED, compiledFrom, ROOT } from './places.ts';

const FOLDERS = ['src', 'examples', 'scripts', 'test/support'];
/** What a browser reads is read where it stands. */
const PAGES = /[\\/](?:board|diagram)[\\/]page[\\/]/;
const SETTINGS = join(ROOT, 'tsconfig.json');

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether what a test starts has been compiled. */
    compiled?: true;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('compiled', true);
  await compile();
}

export async function compile(): Promise<void> {
  mkdirSync(COMPILED, { recursive: true });
  const sources = FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder))).filter(
    (file) => !PAGES.test(file),
  );
  const targetOf = (source: string): string => compiledFrom(source.slice(ROOT.length));
  const targets = new Set(sources.map((source) => targetOf(source)));
  for (const file of filesIn(COMPILED)) if (!targets.has(file)) rmSync(file);
  const settled = timeOf(SETTINGS);
  const stale = sources.filter(
    (source) => timeOf(targetOf(source)) < Math.max(timeOf(source), settled),
  );
  if (stale.length > 0) await translate(stale);
}

/** Each file by itself: whether their types fit is asked by `npm run types`. */
async function translate(files: string[]): Promise<void> {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(SETTINGS, (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const settings = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram(files, {
    ...settings.options,
    noEmit: false,
    noCheck: true,
    noLib: true,
    noResolve: true,
    types: [],
    rootDir: ROOT,
    outDir: COMPILED,
    // Whoever traces a program is told the lines of its source.
    inlineSourceMap: true,
  });
  program.emit(undefined, (target, text) => {
    // In one step: another run of the tests may be reading it.
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.${process.pid}`, text);
    renameSync(`${target}.${process.pid}`, target);
  });
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
