/** Holds the imports to docs/architecture.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Modules that reach the world outside, or time, or chance. */
const IMPURE =
  /^(?:node:)?(?:net|dgram|tls|http|fs|dns|child_process|timers|crypto|worker_threads)\b/;
/** Of `node:net`, no more than a look at an address. */
const ADDRESS_ONLY = /^import \{ isIP(?:v[46])? \} from 'node:net';$/m;
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

function sourceFiles(folder: string, ending = '.ts'): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** In the comment at the top. */
function saysPure(source: string): boolean {
  const header = /^\/\*\*([^]*?)\*\//.exec(source)?.[1] ?? '';
  return /\bPure[.:](?:\s|$)/.test(header);
}

function importsOf(file: string): string[] {
  return importsIn(readFileSync(file, 'utf8'));
}

function importsIn(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...found].map((match) => match[1]!);
}

/** What it imports of Node to open sockets with: not types, and not a look at an address. */
function socketsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(
    /^(?:import|const) (?!type )([^;]+?) (?:from|=) (?:require\()?'node:(net|dgram|http|tls)'/gm,
  );
  return [...found].flatMap(([, names, name]) =>
    names!
      .replaceAll(/[{}\s]/g, ' ')
      .split(',')
      .map((one) => one.trim())
      .some((one) => one !== '' && one !== 'isIP' && !one.startsWith('type '))
      ? [name!]
      : [],
  );
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

interface Room {
  /** The rooms whose doors it may go through. */
  mayImport: readonly string[];
  /** The modules of Node that make sockets, of which it may import more than types. */
  sockets: readonly string[];
}

const listed = (cell = ''): string[] => cell.split(/, */).filter(Boolean);
const rooms = new Map(
  table('room').map(([room = '', mayImport, sockets]): [string, Room] => [
    room,
    { mayImport: listed(mayImport), sockets: listed(sockets) },
  ]),
);

/** The innermost room of a file, and whether the file is that room's door. */
function placeOf(file: string): { room: string; door: boolean } {
  const path = relative(join(ROOT, 'src'), file).split(sep).join('/');
  const inside = [...rooms.keys()].filter((room) => path.startsWith(`${room}/`));
  const room = inside.sort((a, b) => b.length - a.length)[0] ?? '';
  return { room, door: path === `${room}/index.ts` };
}

const part = (room: string): string => room.split('/')[0]!;
const hasDoor = (room: string): boolean =>
  existsSync(join(ROOT, 'src', room, 'index.ts'));

/** A line that says what is wrong with an import; nothing when it may stand. */
function wrongImport(file: string, specifier: string): string[] {
  const from = placeOf(file).room;
  const to = placeOf(resolve(dirname(file), specifier));
  if (to.room === from) return [];
  const line = `${relative(ROOT, file)} imports ${specifier}`;
  if (!rooms.get(from)?.mayImport.includes(to.room)) return [`${line}: not allowed`];
  const open = !hasDoor(to.room) && part(to.room) === part(from);
  return to.door || open ? [] : [`${line}: not a door`];
}

/** Whatever says so at its top. */
const pure = sourceFiles(join(ROOT, 'src')).filter((file) =>
  saysPure(readFileSync(file, 'utf8')),
);

describe('the architecture', () => {
  const files = sourceFiles(join(ROOT, 'src'));

  it('has a row in the table for every room, and a room for every row', () => {
    expect(files.filter((file) => placeOf(file).room === '')).toEqual([]);
    const inhabited = new Set(files.map((file) => placeOf(file).room));
    expect([...rooms.keys()].filter((room) => !inhabited.has(room))).toEqual([]);
  });

  it('has a row for every door', () => {
    const doors = files.filter((file) => file.endsWith(`${sep}index.ts`));
    const others = new Set(['cli/auction', 'cli/ladder', 'cli/zmq']);
    const unlisted = doors
      .map((door) => relative(join(ROOT, 'src'), dirname(door)).split(sep).join('/'))
      .filter((folder) => !rooms.has(folder) && !others.has(folder));
    expect(unlisted).toEqual([]);
  });

  it('imports only what a room may, and only through doors', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .flatMap((name) => wrongImport(file, name)),
    );
    expect(files.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it('would see a side door, and an arrow that there is not', () => {
    const inLink = join(ROOT, 'src/network/link/relays.ts');
    expect(wrongImport(inLink, './model/index.ts')).toEqual([]);
    expect(wrongImport(inLink, './model/fate.ts')).toHaveLength(1);
    expect(wrongImport(inLink, '../compare/index.ts')).toHaveLength(1);
    const inScreens = join(ROOT, 'src/auction/screens/serve.ts');
    expect(wrongImport(inScreens, '../game/rules.ts')).toEqual([]);
    const inCli = join(ROOT, 'src/cli/run.ts');
    expect(wrongImport(inCli, '../auction/index.ts')).toEqual([]);
    expect(wrongImport(inCli, '../auction/game/rules.ts')).toHaveLength(1);
  });

  it('opens sockets only in rooms that have them in their row', () => {
    const all = [...files, ...sourceFiles(join(ROOT, 'src'), '.cjs')];
    const wrong = all.flatMap((file) =>
      socketsOf(file)
        .filter((name) => !rooms.get(placeOf(file).room)?.sockets.includes(name))
        .map((name) => `${relative(ROOT, file)} imports ${name}`),
    );
    const used = new Set(
      all.flatMap((file) =>
        socketsOf(file).map((name) => `${placeOf(file).room}: ${name}`),
      ),
    );
    const unused = [...rooms].flatMap(([room, { sockets }]) =>
      sockets.filter((name) => !used.has(`${room}: ${name}`)),
    );
    expect({ wrong, unused }).toEqual({ wrong: [], unused: [] });
  });

  it('has no arrow that points up, and none that nobody needs', () => {
    const order = [...rooms.keys()];
    const needed = new Set(
      files.flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => {
            const to = placeOf(resolve(dirname(file), name));
            return `${placeOf(file).room} → ${to.room}`;
          }),
      ),
    );
    const arrows = [...rooms].flatMap(([room, { mayImport }]) =>
      mayImport.map((below) => ({ room, below, arrow: `${room} → ${below}` })),
    );
    const up = arrows.filter(
      ({ room, below }) =>
        !order.includes(below) || order.indexOf(below) > order.indexOf(room),
    );
    expect(up.map(({ arrow }) => arrow)).toEqual([]);
    const idle = arrows.filter(({ arrow }) => !needed.has(arrow));
    expect(idle.map(({ arrow }) => arrow)).toEqual([]);
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
    const wrong = pure.flatMap((path) => {
      const code = readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
      const reached = [
        ...importsIn(code.replace(ADDRESS_ONLY, '')).filter((name) => IMPURE.test(name)),
        ...(IMPURE_GLOBALS.exec(code) ?? []),
      ];
      return reached.map((name) => `${relative(ROOT, path)} reaches ${name}`);
    });
    expect(pure.length).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  });
});

describe('the time of day', () => {
  /** A clock that is set does not change how long something takes: performance.now() does that. */
  const ASKED = [
    'auction/bidder/datagram-link.ts', // numbers that no earlier run has used
    'auction/board/page/board.js', // shown to people
    'cli/relay-trace.ts', // when a trace began, as is the next two's
    'trace/recorder/event-log.cjs',
    'trace/recorder/recording.ts',
  ];

  it('is asked for where it is meant, and nowhere else', () => {
    const src = join(ROOT, 'src');
    const asking = ['.ts', '.cjs', '.js']
      .flatMap((ending) => sourceFiles(src, ending))
      .filter((file) =>
        /^[^'*/]*\b(?:Date\.now|new Date)\b/m.test(readFileSync(file, 'utf8')),
      )
      .map((file) => relative(src, file).split(sep).join('/'));
    expect(asking.toSorted()).toEqual(ASKED);
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
    expect(named.length).toBeGreaterThan(30);
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
