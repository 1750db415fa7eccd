/** Holds the imports to docs/architecture.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Modules that reach the world outside, or time, or chance. */
const IMPURE =
  /^(?:node:)?(?:net|dgram|tls|http|fs|dns|child_process|timers|crypto|worker_threads)\b/;
const IMPURE_GLOBALS =
  /\b(?:setTimeout|setInterval|setImmediate|Date\.now|new Date|Math\.random|performance\.now|process\.(?:on|once|std))\b/;

/** The cells of each row of the table whose head begins with `first`. */
function table(first: string): string[][] {
  const lines = PAGE.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first}`));
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** In the comment at the top. */
function saysPure(source: string): boolean {
  const header = /^\/\*\*([^]*?)\*\//.exec(source)?.[1] ?? '';
  return /\bPure\.(?:\s|$)/.test(header);
}

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...found].map((match) => match[1]!);
}

/** Each as the way around it. */
function circlesOf(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file];
      circles.push(circle.join(' → ').replaceAll(ROOT + sep, ''));
    }
    if (done.has(file)) return;
    done.add(file);
    for (const other of needs.get(file) ?? []) visit(other, [...way, file]);
  };
  for (const file of needs.keys()) visit(file, []);
  return circles;
}

/** `udp` for a file of src/udp; the path inside the room as well. */
function place(file: string): { room: string; inside: string } {
  const [room = '', ...inside] = relative(join(ROOT, 'src'), file).split(sep);
  return { room, inside: inside.join('/') };
}

const allowed = new Map(
  table('room').map(([room = '', mayImport = '']) => [
    room,
    mayImport.split(/, */).filter(Boolean),
  ]),
);
/** Whatever says so at its top, and what the map names. */
const pure = new Set([
  ...table('pure file').map(([file = '']) => file.replaceAll('`', '')),
  ...sourceFiles(join(ROOT, 'src'))
    .filter((file) => saysPure(readFileSync(file, 'utf8')))
    .map((file) => relative(ROOT, file).split(sep).join('/')),
]);

describe('the house', () => {
  it('has a row in the table for every room, and a room for every row', () => {
    const rooms = readdirSync(join(ROOT, 'src'));
    expect([...allowed.keys()].sort()).toEqual(rooms.sort());
  });

  const files = sourceFiles(join(ROOT, 'src'));

  it('imports only what a room may, and only through doors', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = place(file);
      for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
        const to = place(resolve(dirname(file), specifier));
        if (to.room === from.room) continue;
        const line = `${relative(ROOT, file)} imports ${specifier}`;
        if (!allowed.get(from.room)?.includes(to.room))
          wrong.push(`${line}: not allowed`);
        if (to.inside !== 'index.ts') wrong.push(`${line}: not a door`);
      }
    }
    expect(files.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it('has no import that points up', () => {
    const rooms = [...allowed.keys()];
    for (const [room, below] of allowed) {
      for (const other of below) {
        expect(rooms.indexOf(other), `${room} stands below ${other}`).toBeLessThan(
          rooms.indexOf(room),
        );
      }
    }
  });

  it('has no two files that need each other, in one step or in many', () => {
    const needs = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((name) => name.startsWith('.') && name.endsWith('.ts'))
          .map((name) => resolve(dirname(file), name)),
      ]),
    );
    expect(circlesOf(needs)).toEqual([]);
  });

  it('would see a circle', () => {
    const needs = { a: ['b'], b: ['c'], c: ['a'], d: ['a'] };
    expect(circlesOf(new Map(Object.entries(needs)))).toEqual(['a → b → c → a']);
  });

  it('keeps every file pure that says so', () => {
    const wrong = [...pure].flatMap((file) => {
      const path = join(ROOT, file);
      const code = readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
      const reached = [
        ...importsOf(path).filter((name) => IMPURE.test(name)),
        ...(IMPURE_GLOBALS.exec(code) ?? []),
      ];
      return reached.map((name) => `${file} reaches ${name}`);
    });
    expect(pure.size).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  });
});

describe('the map', () => {
  it('names no file and no folder that there is not', () => {
    const all = ['src', 'examples'].flatMap((folder) =>
      sourceFiles(join(ROOT, folder)).map((file) =>
        relative(ROOT, file).split(sep).join('/'),
      ),
    );
    const named = [...PAGE.matchAll(/`([\w/.-]+\.ts|(?:src|examples)\/[\w/.-]+)`/g)];
    const missing = named
      .map(([, name]) => name!)
      .filter((name) => !name.includes('NN-name') && !existsSync(join(ROOT, name)))
      .filter((name) => !all.some((file) => file.endsWith(`/${name}`)));
    expect(named.length).toBeGreaterThan(60);
    expect(missing).toEqual([]);
  });

  it('has a row for every folder of sources outside src, and no other', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() &&
          !/^(?:\.|dist|node_modules|coverage|src$)/.test(entry.name),
      )
      .map(({ name }) => `\`${name}/\``);
    expect(
      table('folder')
        .map(([folder = '']) => folder)
        .sort(),
    ).toEqual(folders.sort());
  });
});

describe('the raw lessons', () => {
  const raw = ['01-udp-uppercase', '02-tcp-uppercase'].flatMap((lesson) =>
    sourceFiles(join(ROOT, 'examples', lesson)),
  );
  it('import Node and the shared helper only', () => {
    expect(raw.length).toBeGreaterThan(0);
    const wrong = raw.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('node:') && name !== '../program.ts')
        .map((name) => `${relative(ROOT, file)} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});
