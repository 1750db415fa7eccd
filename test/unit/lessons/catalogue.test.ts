import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  chooseLesson,
  chooseRole,
  findLessons,
  type Lesson,
} from '../../../src/lessons/catalogue.ts';

const PROGRAM = `/**
 * A program.
 *
 * Shows: One thing.
 * Lecture: P1.
 * Run: npx tsx x.ts
 * See:
 *   ready
 * Exercise: Why?
 */
`;

const SCENE = { look: 'Look here.', roles: ['server'] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
  const made = folder;
  onTestFinished(() => {
    rmSync(made, { recursive: true });
  });
});

/** Writes a lesson with one program, `server`; its lesson.json is what the test wants. */
function write(id: string, lesson: unknown, program = PROGRAM): void {
  mkdirSync(join(folder, id));
  writeFileSync(join(folder, id, 'server.ts'), program);
  const text = typeof lesson === 'string' ? lesson : JSON.stringify(lesson);
  writeFileSync(join(folder, id, 'lesson.json'), text);
}

const BAD_LESSON = { name: 'MisuseError', code: 'ERR_BAD_LESSON' };

describe('findLessons', () => {
  it('finds the project’s own, in order, each with scenes and programs', () => {
    const lessons = findLessons();
    const ids = lessons.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(ids.slice(0, 2)).toEqual(['01-udp-uppercase', '02-tcp-uppercase']);
    for (const { scenes } of lessons) expect(scenes.length).toBeGreaterThan(0);
  });

  it('finds nothing in an empty folder', () => {
    expect(findLessons(folder)).toEqual([]);
  });

  it('takes the folders NN-name that hold a lesson.json, and no others', () => {
    write('02-second', { title: 'Second', scenes: [SCENE] });
    write('01-first', { title: 'First', scenes: [SCENE] });
    write('no-number', { title: 'No', scenes: [SCENE] });
    write('1-short', { title: 'No', scenes: [SCENE] });
    mkdirSync(join(folder, '03-empty'));
    writeFileSync(join(folder, '04-file'), '');
    expect(findLessons(folder).map(({ title }) => title)).toEqual(['First', 'Second']);
  });

  it('gives a role by name its own program, with a host and a port', () => {
    write('01-first', { title: 'First', scenes: [SCENE] });
    const [role] = findLessons(folder)[0]!.scenes[0]!.roles;
    expect(role).toMatchObject({
      name: 'server',
      file: join(folder, '01-first', 'server.ts'),
      args: ['--host', '127.0.0.1', '--port', '{port}'],
      header: { title: 'A program.' },
    });
  });

  it('lets one program play two roles, each with its own arguments', () => {
    const roles = [
      { name: 'alice', program: 'server', args: ['--me', '{port}'] },
      { name: 'server', args: [] },
    ];
    write('01-first', { title: 'First', scenes: [{ look: 'Look.', roles }] });
    const found = findLessons(folder)[0]!.scenes[0]!.roles;
    expect(found).toMatchObject([
      {
        name: 'alice',
        file: join(folder, '01-first', 'server.ts'),
        args: ['--me', '{port}'],
      },
      { name: 'server', args: [] },
    ]);
  });

  it('makes a crowd as large as one likes, with its programs in turn', () => {
    const crowd = ['ann', 'bob', 'cid', 'dan'];
    const roles = [
      { name: 'host', program: 'server', args: ['--bidders', '{crowd}'] },
      { crowd, programs: ['server', 'other'], args: ['--name', '{name}'] },
    ];
    write('01-first', { title: 'First', scenes: [{ look: 'Look.', roles }] });
    writeFileSync(join(folder, '01-first', 'other.ts'), PROGRAM);
    const played = (size?: number): string[] =>
      findLessons(folder, size)[0]!.scenes[0]!.roles.map(({ name, file, args }) =>
        [name, file.slice(join(folder, '01-first').length + 1), ...args].join(' '),
      );
    expect(played()).toEqual([
      'host server.ts --bidders 3',
      'ann server.ts --name ann',
      'bob other.ts --name bob',
      'cid server.ts --name cid',
    ]);
    expect(played(1)).toEqual(['host server.ts --bidders 1', 'ann server.ts --name ann']);
    expect(played(9)).toHaveLength(5);
    expect(findLessons(folder)[0]!.largestCrowd).toBe(4);
  });

  it.each([
    ['no JSON', '{ title: '],
    ['no object', '[]'],
    ['no title', { scenes: [SCENE] }],
    ['an empty title', { title: '', scenes: [SCENE] }],
    ['no scenes', { title: 'X' }],
    ['no scene', { title: 'X', scenes: [] }],
    ['a scene without a look', { title: 'X', scenes: [{ roles: ['server'] }] }],
    ['a scene without roles', { title: 'X', scenes: [{ look: 'Look.', roles: [] }] }],
    ['a role that is a number', { title: 'X', scenes: [{ look: 'Look.', roles: [7] }] }],
    ['a word too many', { title: 'X', scenes: [SCENE], extra: true }],
    [
      'a crowd that plays nothing',
      {
        title: 'X',
        scenes: [
          { look: 'Look.', roles: [{ crowd: ['a', 'b', 'c'], programs: [], args: [] }] },
        ],
      },
    ],
  ])('refuses a lesson.json with %s, and names the file', (_, lesson) => {
    write('01-first', lesson);
    expect(() => findLessons(folder)).toThrow(
      expect.objectContaining({
        ...BAD_LESSON,
        message: expect.stringContaining(join(folder, '01-first', 'lesson.json')),
        cause: expect.any(Error),
      }),
    );
  });

  it('refuses a role whose program is not there', () => {
    write('01-first', { title: 'X', scenes: [{ look: 'Look.', roles: ['client'] }] });
    const file = join(folder, '01-first', 'client.ts');
    expect(() => findLessons(folder)).toThrow(
      expect.objectContaining({
        ...BAD_LESSON,
        message: `${file}: there is no such program`,
      }),
    );
  });

  it('refuses a program without its header', () => {
    write('01-first', { title: 'X', scenes: [SCENE] }, "import 'node:net';\n");
    expect(() => findLessons(folder)).toThrow(expect.objectContaining(BAD_LESSON));
  });
});

/** A lesson of which only the names matter here. */
function lesson(id: string, ...names: string[]): Lesson {
  const header = { title: '', fields: {}, see: [], serves: false };
  const roles = names.map((name) => {
    return { name, file: '', args: [], header, hasEngines: false };
  });
  const scenes = roles.map((role) => ({ look: '', roles: [role] }));
  return { id, title: id, scenes, folder: '', largestCrowd: 0 };
}

describe('choosing', () => {
  const lessons = [
    lesson('01-udp-uppercase', 'server', 'client', 'server'),
    lesson('02-tcp-uppercase', 'server'),
    lesson('12-last', 'server'),
  ];

  it.each([
    ['1', '01-udp-uppercase'],
    ['01', '01-udp-uppercase'],
    ['12', '12-last'],
    ['udp-uppercase', '01-udp-uppercase'],
    ['02-tcp-uppercase', '02-tcp-uppercase'],
  ])('finds the lesson that %s means', (wanted, id) => {
    expect(chooseLesson(lessons, wanted).id).toBe(id);
  });

  it.each([
    ['0', ''],
    ['3', ''],
    ['001', ''],
    ['udp', 'Did you mean 01-udp-uppercase? '],
    ['01-tcp-uppercase', 'Did you mean 01-udp-uppercase? '],
    ['UDP-uppercase', 'Did you mean 01-udp-uppercase? '],
    ['tpc-uppercase', 'Did you mean 02-tcp-uppercase? '],
  ])(
    'knows no lesson %j, says which is meant, and lists those that there are',
    (wanted, meant) => {
      expect(() => chooseLesson(lessons, wanted)).toThrow(
        expect.objectContaining({
          name: 'MisuseError',
          code: 'ERR_UNKNOWN_LESSON',
          message:
            `there is no lesson '${wanted}'. ${meant}` +
            'The lessons are: 01-udp-uppercase, 02-tcp-uppercase, 12-last',
        }),
      );
    },
  );

  it('asks which lesson is meant when none is named', () => {
    expect(() => chooseLesson(lessons, '')).toThrow(
      expect.objectContaining({
        code: 'ERR_UNKNOWN_LESSON',
        message:
          'name a lesson. The lessons are: 01-udp-uppercase, 02-tcp-uppercase, 12-last',
      }),
    );
  });

  it('finds a role in whichever scene it is', () => {
    expect(chooseRole(lessons[0]!, 'client').name).toBe('client');
  });

  it('knows no role of another name, and lists each that there is once', () => {
    expect(() => chooseRole(lessons[0]!, 'nobody')).toThrow(
      expect.objectContaining({
        name: 'MisuseError',
        code: 'ERR_UNKNOWN_ROLE',
        message: "lesson 01-udp-uppercase has no role 'nobody'. It has: server, client",
      }),
    );
  });
});
