/**
 * Makes a folder with all lessons, to change and to run: `socketlab init`.
 *
 *   my-lab/
 *     package.json     depends on tsx, and on socketlab from where it was installed
 *     tsconfig.json    for editors, and for `npm run types`
 *     README.md
 *     examples/        the package's, importing 'socketlab/udp', not '../../src/udp/index.ts'
 *
 * The folder is built next to its place and moved there when it is complete, so that a
 * failure leaves nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { explainFile, misuse, PACKAGE } from '../common/index.ts';

interface Manifest {
  name?: string;
  version: string;
  /** Its public names, each with its file. */
  /** A file, or one for each kind of importer. */
  exports: Record<string, string | { default: string }>;
  dependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Makes the workspace.
 *
 * @param folder a path that does not exist yet, or an empty folder
 * @param prepare slow work that may fail or be interrupted; runs before anything is written
 * @returns the names of the lessons' folders
 * @throws {MisuseError} ERR_BAD_ARGUMENT when the path is taken or has no parent folder
 */
export function createWorkspace(
  folder: string,
  prepare: () => void = () => {},
): string[] {
  const target = resolve(folder);
  checkPlace(folder, target);
  prepare();
  const existed = existsSync(target);
  // On the same file system as its place, so that it can be renamed.
  const beside = existed ? target : dirname(target);
  const made = join(beside, `.socketlab-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(made);
  } catch (cause) {
    throw new Error(explainFile(cause, target), { cause });
  }
  try {
    const lessons = writeExamples(join(made, 'examples'));
    writeTexts(made, target);
    if (existed) moveInto(made, target);
    else renameSync(made, target);
    return lessons;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/**
 * Compiles this clone, for a workspace that depends on it: npm only makes a link to the
 * clone, and the command that it links to would be missing or out of date.
 */
export function compileClone(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: PACKAGE,
    // The compiler complains on stdout.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

/** The lessons of the workspace that this process was started in; undefined elsewhere. */
export function workspaceLessons(folder = process.cwd()): string | undefined {
  const lessons = join(folder, 'examples');
  if (!existsSync(lessons)) return undefined;
  try {
    const manifest = readManifest(folder);
    const needsUs = manifest.dependencies?.['socketlab'] !== undefined;
    return needsUs && existsSync(join(lessons, 'program.ts')) ? lessons : undefined;
  } catch {
    return undefined; // there is no package.json, or it cannot be read
  }
}

function checkPlace(folder: string, target: string): void {
  const parent = dirname(target);
  if (!existsSync(parent)) throw misuse(`there is no folder ${parent} to put it in`);
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory())
    throw misuse(`${folder} is a file: choose a new name`);
  if (readdirSync(target).length > 0) {
    throw misuse(`${folder} already exists and is not empty: choose a new name`);
  }
}

function writeExamples(to: string): string[] {
  const from = join(PACKAGE, 'examples');
  const names = new Map(
    Object.entries(readManifest(PACKAGE).exports).map(([name, file]) => [
      typeof file === 'string' ? file : file.default,
      name.slice('./'.length),
    ]),
  );
  const lessons = new Set<string>();
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = relative(from, join(entry.parentPath, entry.name));
    const text = readFileSync(join(from, path), 'utf8');
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), path.endsWith('.ts') ? fromPackage(text, names) : text);
    if (path.includes(sep)) lessons.add(dirname(path));
  }
  return [...lessons].sort();
}

/**
 * Makes a program import from the package (`'socketlab/udp'`), and point to the pages in it.
 */
function fromPackage(source: string, names: ReadonlyMap<string, string>): string {
  return source
    .replaceAll(/'(?:\.\.\/)+(src\/[a-z/]+\/index)\.ts'/g, (path, door) => {
      const name = names.get(`./dist/${door}.js`);
      return name === undefined ? path : `'socketlab/${name}'`;
    })
    .replaceAll(/\bdocs\/[a-z-]+\.md/g, 'node_modules/socketlab/$&');
}

function writeTexts(made: string, target: string): void {
  const own = readManifest(PACKAGE);
  const versions = own.devDependencies;
  const pick = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, versions[name]!]));
  const name = basename(target)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  const manifest = {
    name: name.replaceAll(/^-+|-+$/g, '') || 'my-lab',
    private: true,
    type: 'module',
    scripts: { start: 'socketlab', socketlab: 'socketlab', types: 'tsc' },
    dependencies: { socketlab: whereFrom(own, target), ...pick('tsx') },
    devDependencies: pick('@types/node', 'typescript'),
    // tsx's compiler: npm 11 warns of an install script that is neither allowed nor forbidden.
    allowScripts: { esbuild: true },
  };
  const settings = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['examples', '*.ts'],
  };
  writeFileSync(join(made, 'package.json'), json(manifest));
  writeFileSync(join(made, 'tsconfig.json'), json(settings));
  writeFileSync(join(made, '.gitignore'), 'node_modules/\n');
  writeFileSync(join(made, 'README.md'), README);
  writeFileSync(join(made, 'examples', 'native-engine.d.ts'), NATIVE_ENGINE);
}

/**
 * The dependency that the workspace's package.json has on this package. npm records where an
 * installed package came from: from a registry, this is the version; otherwise it is the
 * tarball, if it is still there, or this folder.
 */
function whereFrom({ version }: Manifest, target: string): string {
  const root = resolve(PACKAGE, '../..');
  const lock = join(root, 'node_modules/.package-lock.json');
  if (basename(dirname(resolve(PACKAGE))) === 'node_modules' && existsSync(lock)) {
    const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const resolved = packages['node_modules/socketlab']?.resolved ?? '';
    if (resolved.startsWith('http')) return version;
    const tarball = resolve(root, resolved.replace(/^file:/, ''));
    if (resolved.startsWith('file:') && existsSync(tarball)) {
      return `file:${slashes(relative(target, tarball))}`;
    }
  }
  return `file:${slashes(relative(target, resolve(PACKAGE)))}`;
}

/** npm writes paths with forward slashes on every system. */
function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Moves everything into an existing folder, which is empty except for `made`. */
function moveInto(made: string, target: string): void {
  const moved: string[] = [];
  try {
    for (const name of readdirSync(made)) {
      renameSync(join(made, name), join(target, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) rmSync(join(target, name), { recursive: true });
    throw error;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

const NATIVE_ENGINE = `// --engine native: run \`npm install zeromq\`, then delete this file (zeromq has its own types).
declare module 'zeromq';
`;

const README = `# Your socketlab

All lessons, to read, run and change. First, once:

    npm install

Then:

    npm start                                      the tour
    npx socketlab list                             all lessons
    npx socketlab run 02                           one lesson, its programs side by side

Or start each program in its own terminal:

    npx tsx examples/02-tcp-uppercase/server.ts
    npx tsx examples/02-tcp-uppercase/client.ts

\`npx socketlab run\` starts the programs in this folder, including your changes.
Each program's header says what it shows, what you will see, and what to try.

In a program of your own, import the toolkit's sockets from the package:

    import { DatagramSocket } from 'socketlab/udp';
    import { ConnectionSocket, WelcomingSocket } from 'socketlab/tcp';

The package also has \`socketlab/framing\`, \`zeromq\`, \`link\`, \`ladder\`, \`trace\`, \`auction\` and \`common\`.
\`npm run types\` checks your types; \`npx socketlab --help\` lists all commands.
`;
