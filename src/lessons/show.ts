/** Shows a lesson on a terminal: for each scene what to look at, then its roles in lanes. */
import { basename, dirname, extname } from 'node:path';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { fromHere } from '../common/index.ts';
import { type Terminal, WIDTH } from '../common/terminal/index.ts';
import type { Lesson, Role, Scene } from './catalogue.ts';
import { Lanes } from './lanes.ts';
import { playScene, type PlayOptions, type RolePlayed } from './play.ts';

export interface ShowOptions extends Omit<PlayOptions, 'onEvent'> {
  /** Shows the exercise of each program after the first scene in which it appears. */
  exercises?: boolean | undefined;
  /** Awaited before every scene except the first. */
  betweenScenes?: (() => Promise<void>) | undefined;
}

/** Plays every scene until one goes wrong. @returns whether all went well */
export async function showLesson(
  lesson: Lesson,
  terminal: Terminal,
  { exercises = false, betweenScenes, ...options }: ShowOptions,
): Promise<boolean> {
  const { colours } = terminal;
  const asked = new Set<string>();
  terminal.write(`${colours.bold(`${lesson.id}: ${lesson.title}`)}\n`);
  for (const [index, scene] of lesson.scenes.entries()) {
    if (index > 0) await betweenScenes?.();
    if (options.signal?.aborted) return false;
    terminal.write(`\n${prose(scene.look, terminal)}\n\n`);

    const lanes = lanesFor(scene, terminal);
    const show = (rows: string[]): void => {
      for (const row of rows) terminal.write(`${row}\n`);
    };
    show(lanes.head());
    const played = await playScene(scene, {
      ...options,
      onEvent: (lane, event) => {
        show(
          event.kind === 'ended'
            ? lanes.flush(lane)
            : lanes.add(lane, event.text, event.kind),
        );
      },
    });
    // After Ctrl-C there is nothing to report: the user knows why the roles were stopped.
    if (options.signal?.aborted) return false;
    if (!report(played, terminal)) return false;
    const files = new Set(scene.roles.map((role) => sourceOf(role, lesson)));
    const source = `Source: ${fromHere(lesson.folder)}: ${[...files].join(', ')}`;
    terminal.write(`\n${colours.dim(prose(source, terminal))}\n`);
    if (!exercises) continue;
    for (const role of scene.roles) {
      const name = sourceOf(role, lesson);
      if (asked.has(name)) continue;
      asked.add(name);
      const exercise = `Exercise, ${name}: ${role.header.fields['Exercise']}`;
      terminal.write(`\n${prose(exercise, terminal)}\n`);
    }
  }
  return true;
}

/** A program's source file; for a program of another lesson, with that lesson's folder. */
function sourceOf({ file }: Role, { id }: Lesson): string {
  const folder = basename(dirname(file));
  // The program that runs may be compiled; the reader wants the source.
  const name = `${basename(file, extname(file))}.ts`;
  return folder === id ? name : `${folder}/${name}`;
}

/** Columns for a scene's roles, or prefixes if the terminal is too narrow for columns. */
export function lanesFor(scene: Scene, { colours, width }: Terminal): Lanes {
  const palette = [colours.cyan, colours.yellow, colours.magenta, colours.green];
  return new Lanes({
    names: scene.roles.map((role) => role.name),
    width,
    wishes: scene.roles.map(widest),
    paint: (text, lane) => palette[lane % palette.length]!(text),
    mark: (text, kind) => (kind === 'typed' ? colours.bold : colours.red)(text),
  });
}

/** The width of the longest line in a role's See block. */
function widest({ name, header }: Role): number {
  const lines = header.see.map(({ printed, typed = '' }) => stringWidth(printed + typed));
  return Math.max(stringWidth(name), ...lines);
}

export function prose(text: string, { width = WIDTH.prose }: Terminal): string {
  return wrapAnsi(text, Math.min(width, WIDTH.prose));
}

function report(played: readonly RolePlayed[], terminal: Terminal): boolean {
  const problems = played.filter(({ problem }) => problem !== undefined);
  for (const { role, problem } of problems) {
    terminal.write(`${terminal.colours.red(`${role.name} ${problem}`)}\n`);
  }
  return problems.length === 0;
}
