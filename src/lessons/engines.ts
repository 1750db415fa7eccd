/**
 * The lessons on ZeroMQ run on either of two engines, the toolkit's own or the npm package
 * `zeromq`: their programs take `--engine`, because they import examples/engine.ts. Here a
 * whole lesson gets it.
 */
import { createRequire } from 'node:module';
import { MisuseError } from '../common/index.ts';
import type { Lesson } from './catalogue.ts';

export const ENGINES = ['socketlab', 'native'] as const;

/**
 * The lesson with `--engine` for every program that has the choice.
 * @param installed whether the npm package is to be had; looks for it unless told
 * @throws {MisuseError} ERR_BAD_ARGUMENT for an engine that there is not, and for a lesson
 *   without ZeroMQ; ERR_NO_NATIVE_ENGINE
 */
export function onEngine(
  lesson: Lesson,
  engine: string,
  installed: () => boolean = hasNative,
): Lesson {
  if (!(ENGINES as readonly string[]).includes(engine)) {
    const why = `--engine is ${ENGINES.join(' or ')}, not ${engine}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  const roles = lesson.scenes.flatMap((scene) => scene.roles);
  if (!roles.some((role) => role.hasEngines)) {
    const why = `lesson ${lesson.id} has no ZeroMQ, and so no --engine: try 10 to 14, or 16`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  if (engine === 'native' && !installed()) {
    const why = 'there is no native engine here: npm install zeromq';
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
