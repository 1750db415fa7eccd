/**
 * Chooses the ZeroMQ engine of a whole lesson: the toolkit's own, or the npm package `zeromq`.
 * The programs of these lessons import examples/engine.ts, which reads `--engine`.
 */
import { createRequire } from 'node:module';
import { misuse, MisuseError } from '../common/index.ts';
import type { Lesson } from './catalogue.ts';

export const ENGINES = ['socketlab', 'native'] as const;

/**
 * The lesson with `--engine` passed to every program that takes it.
 * @param installed whether the npm package is installed; by default it is looked up
 * @throws {MisuseError} ERR_BAD_ARGUMENT for an unknown engine, and for a lesson without
 *   ZeroMQ; ERR_NO_NATIVE_ENGINE
 */
export function onEngine(
  lesson: Lesson,
  engine: string,
  installed: () => boolean = hasNative,
): Lesson {
  if (!(ENGINES as readonly string[]).includes(engine)) {
    const why = `--engine is ${ENGINES.join(' or ')}, not ${engine}`;
    throw misuse(why);
  }
  const roles = lesson.scenes.flatMap((scene) => scene.roles);
  if (!roles.some((role) => role.hasEngines)) {
    const why = `lesson ${lesson.id} does not use ZeroMQ or --engine: try 10 to 14, or 16`;
    throw misuse(why);
  }
  if (engine === 'native' && !installed()) {
    const why = 'the native engine is not installed: run npm install zeromq';
    throw new MisuseError('ERR_NO_NATIVE_ENGINE', why);
  }
  const scenes = lesson.scenes.map((scene) => {
    const chosen = scene.roles.map((role) =>
      role.hasEngines ? { ...role, args: [...role.args, '--engine', engine] } : role,
    );
    return { ...scene, roles: chosen };
  });
  return { ...lesson, scenes };
}

function hasNative(): boolean {
  try {
    createRequire(import.meta.url).resolve('zeromq');
    return true;
  } catch {
    return false;
  }
}
