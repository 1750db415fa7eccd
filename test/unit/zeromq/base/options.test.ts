/** The table of options against what is made from it: classes, their types, and the docs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  defaultOptions,
  type Option,
  OPTIONS,
} from '../../../../src/zeromq/base/options.ts';
import * as draft from '../../../../src/zeromq/draft.ts';
import * as zmq from '../../../../src/zeromq/index.ts';
import {
  SocketType,
  TYPE_NAMES,
  type TypeName,
} from '../../../../src/zeromq/zmtp/index.ts';
import { ROOT } from '../../../support/places.ts';

const TABLE = Object.entries<Option>(OPTIONS);
const CLASSES = Object.entries(SocketType).map(
  ([name, type]) => [name as keyof typeof SocketType, TYPE_NAMES[type]] as const,
);
const has = ({ sockets }: Option, type: TypeName): boolean =>
  sockets?.includes(type) ?? true;

/** Their bytes need not be text. */
const CARRIES_BYTES = new Set([
  'plainUsername',
  'plainPassword',
  'zapDomain',
  'routingId',
  'welcomeMessage',
]);

const classes = { ...zmq, ...draft };
function use(name: keyof typeof SocketType): Record<string, unknown> & zmq.Socket {
  return new classes[name]() as unknown as Record<string, unknown> & zmq.Socket;
}

it('lets more connections wait than libzmq, whose own thread accepts them sooner', () => {
  expect(defaultOptions().backlog).toBe(4096);
});

describe.each(CLASSES)('%s', (name, type) => {
  it('has the options of its type, with their defaults, and no others', () => {
    const socket = use(name);
    const linger = type === 'SUB' || type === 'XSUB' ? 0 : -1;
    const expected = { ...defaultOptions(), linger };
    for (const [option, row] of TABLE) {
      expect([option, option in socket]).toEqual([option, has(row, type)]);
      if (has(row, type)) expect(socket[option]).toBe(expected[option as 'linger']);
    }
    socket.close();
  });

  it('checks what its options are set to', () => {
    const socket = use(name);
    for (const [option, row] of TABLE) {
      if (!has(row, type)) {
        expect(() => (socket[option] = row.default)).toThrow(TypeError);
        continue;
      }
      const before = socket[option];
      expect(() => (socket[option] = Symbol('no value'))).toThrow(TypeError);
      if (typeof row.default === 'number') {
        const least = Number.parseInt(row.values, 10);
        for (const wrong of [least - 1, Number.NaN]) {
          expect(() => (socket[option] = wrong)).toThrow('Invalid argument');
        }
        expect(socket[option]).toBe(before);
        socket[option] = least;
        expect(socket[option]).toBe(least);
        const more = (): unknown => (socket[option] = least + 1);
        if (row.effect === 'ENOTSUP') expect(more).toThrow('Operation not supported');
        else expect(more()).toBe(socket[option]);
        const most = /to (\d+)/.exec(row.values)?.[1];
        if (most === undefined) continue;
        expect(() => (socket[option] = Number(most) + 1)).toThrow('Invalid argument');
        socket[option] = Number(most);
      } else if (typeof row.default === 'boolean') {
        socket[option] = !row.default;
        expect(socket[option]).toBe(!row.default);
      } else if (row.effect === 'ENOTSUP') {
        expect(() => (socket[option] = 'lo999')).toThrow('Operation not supported');
        expect(socket[option]).toBe(null);
      } else if (option !== 'verbosity') {
        const most = /to (\d+) bytes/.exec(row.values)?.[1];
        const long = 'x'.repeat(Number(most ?? 999) + 1);
        const setLong = (): unknown => (socket[option] = long);
        if (most === undefined) expect(setLong()).toBe(socket[option]);
        else expect(setLong).toThrow('Invalid argument');
        socket[option] = Buffer.from('bœuf');
        expect(socket[option]).toBe('bœuf');
        const odd = (): unknown => (socket[option] = Buffer.from([0xff]));
        if (CARRIES_BYTES.has(option)) expect(odd).not.toThrow();
        else expect(odd).toThrow('Invalid argument');
        if (row.values.endsWith('null')) socket[option] = null;
        else expect(() => (socket[option] = null)).toThrow('Invalid argument');
      }
    }
    socket.close();
  });
});

it('takes the words of an option that has some, and says which they are', () => {
  const socket = new zmq.XPublisher({ verbosity: 'allSubs' });
  expect(() => (socket.verbosity = 'all' as 'allSubs')).toThrow(
    'Option value must be one of: null, allSubs, allSubsUnsubs',
  );
  expect(socket.verbosity).toBe('allSubs');
  socket.close();
});

describe('an editor', () => {
  const file = join(ROOT, 'src/zeromq/index.ts');
  const drafts = join(ROOT, 'src/zeromq/draft.ts');
  const table = join(ROOT, 'src/zeromq/base/options.ts');
  const program = ts.createProgram([file, drafts, table], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es5.d.ts'],
    types: [],
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const exported = (path: string): ts.Symbol[] =>
    checker.getExportsOfModule(
      checker.getSymbolAtLocation(program.getSourceFile(path)!)!,
    );
  /** What is shown for each property. */
  const shown = (type: ts.Type): Map<string, string> =>
    new Map(
      type
        .getProperties()
        .map((one) => [
          one.name,
          ts
            .displayPartsToString(one.getDocumentationComment(checker))
            .replaceAll('\n', ' '),
        ]),
    );
  const rows = shown(
    checker.getTypeOfSymbol(exported(table).find((one) => one.name === 'OPTIONS')!),
  );

  it.each(CLASSES)('shows the line of each option of a %s', (name, type) => {
    const all = [...exported(file), ...exported(drafts)];
    const symbol = all.find((one) => one.name === name)!;
    const socket = checker.getDeclaredTypeOfSymbol(symbol);
    const [given] = checker
      .getSignaturesOfType(
        checker.getTypeOfSymbol(symbol),
        ts.SignatureKind.Construct,
      )[0]!
      .getParameters();
    const options = checker.getNonNullableType(checker.getTypeOfSymbol(given!));
    for (const place of [shown(socket), shown(options)]) {
      for (const [option, row] of TABLE) {
        const line = has(row, type) ? rows.get(option) : undefined;
        expect([option, place.get(option)]).toEqual([option, line]);
        expect(line).not.toBe('');
      }
    }
  });

  it('and docs/zeromq.md say the same', () => {
    const page = readFileSync(join(ROOT, 'docs/zeromq.md'), 'utf8');
    const section = page.slice(page.indexOf('\n## Options'));
    const table = section
      .slice(0, section.indexOf('\n## ', 1))
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(table).toEqual(
      TABLE.map(([option, row]) => [
        `\`${option}\``,
        String(row.id ?? ''),
        row.values.replace('-', '−'),
        String(row.default).replace('-', '−'),
        WHAT_COMES_OF_IT[row.effect ?? 'next'],
        row.sockets === undefined ? 'all' : listed(row.sockets),
        rows.get(option),
      ]),
    );
  });
});

const WHAT_COMES_OF_IT = {
  next: 'obeyed, next',
  'at once': 'obeyed, at once',
  ENOTSUP: 'refused, ENOTSUP',
  'no threads': 'no meaning: no threads',
  obsolete: 'no meaning: obsolete',
};

/** Those that have it, or if these are fewer those that do not. */
function listed(sockets: readonly TypeName[]): string {
  const others = TYPE_NAMES.filter((type) => !sockets.includes(type));
  return others.length < sockets.length
    ? `all but ${others.join(', ')}`
    : sockets.join(', ');
}
