/**
 * Finds the lessons: every folder `examples/NN-name` that holds a `lesson.json`.
 *
 *   { "title": "UDP uppercase",
 *     "scenes": [ { "question": "what it answers", "look": "what to look at",
 *                   "roles": ["server", "client"] } ] }
 *
 * The question is optional; the book prints it above the scene.
 *
 * A scene's roles start in the order given. A role is a program of the folder; if one program
 * plays two roles, write each as `{ "name", "program", "args" }`. In `args`, `{port}` and
 * `{port+1}` stand for the ports of the run; without args a program gets `--host` and
 * `--port`. Write a program of another lesson as `../NN-name/program`.
 *
 * A crowd is a group of similar roles, three of them by default:
 *
 *   { "crowd": ["ann", "bob", "cid", "dan"], "programs": ["bidder", "udp-bidder"],
 *     "args": ["--port", "{port}", "--name", "{name}"] }
 *
 * Its members run the programs in turn. In their args `{name}` is the member's name; in the
 * args of any role of the scene `{crowd}` is the size of the crowd.
 *
 * Read next: header.ts for what a program's header says, play.ts for how a scene is played.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { didYouMean, MisuseError, nearest } from '../common/index.ts';
import { parseHeader, type ProgramHeader } from './header.ts';
import { workspaceLessons } from './workspace.ts';

export interface Role {
  /** Unique in its lesson. */
  name: string;
  /** The file to run. */
  file: string;
  args: string[];
  header: ProgramHeader;
  /** Whether the program takes `--engine`: see engines.ts. */
  hasEngines: boolean;
}

export interface Scene {
  /** The question that the scene answers. */
  question?: string | undefined;
  look: string;
  roles: Role[];
}

export interface Lesson {
  /** The folder's name: `01-udp-uppercase`. */
  id: string;
  title: string;
  scenes: Scene[];
  /** Where its sources are. */
  folder: string;
  /** The size of its largest crowd; 0 without a crowd. */
  largestCrowd: number;
}

const USUAL_CROWD = 3;

const LessonFile = v.strictObject({
  title: v.pipe(v.string(), v.minLength(1)),
  scenes: v.pipe(
    v.array(
      v.strictObject({
        question: v.optional(v.pipe(v.string(), v.minLength(1))),
        look: v.pipe(v.string(), v.minLength(1)),
        roles: v.pipe(
          v.array(
            v.union([
              v.string(),
              v.strictObject({
                name: v.string(),
                program: v.optional(v.string()),
                args: v.array(v.string()),
              }),
              v.strictObject({
                crowd: v.pipe(v.array(v.string()), v.minLength(3)),
                programs: v.pipe(v.array(v.string()), v.minLength(1)),
                args: v.array(v.string()),
              }),
            ]),
          ),
          v.minLength(1),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

const FOLDER = /^\d\d-[a-z0-9-]+$/;

/** Our programs have this file's extension: `.ts` in the sources, `.js` when compiled. */
const EXTENSION = extname(import.meta.url);
const PROGRAMS = fileURLToPath(new URL('../../examples/', import.meta.url));
const LESSONS = EXTENSION === '.ts' ? PROGRAMS : join(PROGRAMS, '../../examples');

/**
 * Every lesson, in order. Without `folder`: those of the workspace (`socketlab init`) that
 * this process runs in, or else the project's own.
 * @param crowd the size of each crowd; a smaller crowd plays whole
 * @throws {MisuseError} ERR_BAD_LESSON
 */
export function findLessons(folder?: string, crowd = USUAL_CROWD): Lesson[] {
  const chosen = folder ?? workspaceLessons();
  const lessons = chosen ?? LESSONS;
  const programs = chosen ?? PROGRAMS;
  const extension = chosen === undefined ? EXTENSION : '.ts';
  return readdirSync(lessons)
    .filter((id) => FOLDER.test(id) && existsSync(join(lessons, id, 'lesson.json')))
    .sort()
    .map((id) => {
      const file = join(lessons, id, 'lesson.json');
      return readLesson(file, join(programs, id), extension, crowd);
    });
}

/**
 * Finds a lesson by its number (`1`, `01`), its name (`udp-uppercase`) or both.
 * @throws {MisuseError} ERR_UNKNOWN_LESSON with a list of all lessons
 */
export function chooseLesson(lessons: readonly Lesson[], wanted: string): Lesson {
  const found = lessons.find(({ id }) => {
    const [number, name] = [id.slice(0, 2), id.slice(3)];
    return id === wanted || name === wanted || number === wanted.padStart(2, '0');
  });
  if (found) return found;
  const ids = lessons.map(({ id }) => id);
  const why = wanted === '' ? 'name a lesson.' : `there is no lesson '${wanted}'.`;
  throw new MisuseError(
    'ERR_UNKNOWN_LESSON',
    `${why}${meantLesson(ids, wanted)} The lessons are: ${ids.join(', ')}`,
  );
}

/** The beginning of a lesson's name is not accepted, but suggests which lesson was meant. */
function meantLesson(ids: readonly string[], wanted: string): string {
  if (wanted === '') return '';
  const [, number = ''] = /^(\d{1,2})-/.exec(wanted) ?? [];
  const begun = ids.find((id) =>
    number === ''
      ? id.slice(3).startsWith(wanted)
      : id.startsWith(`${number.padStart(2, '0')}-`),
  );
  if (begun !== undefined) return ` Did you mean ${begun}?`;
  const names = ids.map((id) => id.slice(3));
  const meant = nearest(wanted, names);
  return meant === undefined ? '' : ` Did you mean ${ids[names.indexOf(meant)]}?`;
}

/** @throws {MisuseError} ERR_UNKNOWN_ROLE with a list of the lesson's roles */
export function chooseRole(lesson: Lesson, wanted: string): Role {
  const roles = lesson.scenes.flatMap((scene) => scene.roles);
  const found = roles.find(({ name }) => name === wanted);
  if (found) return found;
  const names = [...new Set(roles.map(({ name }) => name))];
  throw new MisuseError(
    'ERR_UNKNOWN_ROLE',
    `lesson ${lesson.id} has no role '${wanted}'.${didYouMean(wanted, names)} ` +
      `It has: ${names.join(', ')}`,
  );
}

function readLesson(
  file: string,
  programs: string,
  extension: string,
  wanted: number,
): Lesson {
  let parsed;
  try {
    parsed = v.parse(LessonFile, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new MisuseError('ERR_BAD_LESSON', `${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const scenes = parsed.scenes.map(({ question, look, roles }) => {
    const size = Math.min(wanted, crowdIn(roles));
    const all = roles.flatMap((role) => expand(role, size));
    return {
      question,
      look,
      roles: all.map(({ name, program = name, args = DEFAULT_ARGS }) => {
        const path = join(programs, program + extension);
        const own = args.map((arg) =>
          arg.replaceAll('{name}', name).replaceAll('{crowd}', String(size)),
        );
        const { header, hasEngines } = readProgram(path);
        return { name, file: path, args: own, header, hasEngines };
      }),
    };
  });
  const largestCrowd = Math.max(...parsed.scenes.map(({ roles }) => crowdIn(roles)));
  const { title } = parsed;
  return { id: basename(programs), title, scenes, folder: dirname(file), largestCrowd };
}

type RoleEntry = v.InferOutput<typeof LessonFile>['scenes'][number]['roles'][number];

/** The size of a scene's crowd; 0 without a crowd. */
function crowdIn(roles: readonly RoleEntry[]): number {
  const sizes = roles.map((role) =>
    typeof role === 'object' && 'crowd' in role ? role.crowd.length : 0,
  );
  return Math.max(...sizes);
}

/** A crowd becomes one role for each member; any other role stays as it is. */
function expand(
  role: RoleEntry,
  size: number,
): { name: string; program?: string | undefined; args?: string[] }[] {
  if (typeof role === 'string') return [{ name: role }];
  if (!('crowd' in role)) return [role];
  const { crowd, programs, args } = role;
  return crowd.slice(0, size).map((name, index) => {
    return { name, program: programs[index % programs.length]!, args };
  });
}

const DEFAULT_ARGS = ['--host', '127.0.0.1', '--port', '{port}'];

/** The compiler may change the quotes. */
const TAKES_ENGINE = /from (['"])\.\.\/engine\.[jt]s\1/;

function readProgram(file: string): Pick<Role, 'header' | 'hasEngines'> {
  if (!existsSync(file)) {
    throw new MisuseError('ERR_BAD_LESSON', `${file}: there is no such program`);
  }
  const source = readFileSync(file, 'utf8');
  return { header: parseHeader(source, file), hasEngines: TAKES_ENGINE.test(source) };
}
