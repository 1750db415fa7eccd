/** Plays a scene of a lesson with real processes, and compares it with its See blocks. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needIPv6 } from './peers.ts';
import { findLessons, type Scene, seenPattern } from '../../src/lessons/index.ts';
import { compiledFrom, compiledModule, ROOT } from './places.ts';
import { ownPort } from './sockets.ts';

const EXAMPLES = join(ROOT, 'examples/');
const { playScene } =
  await compiledModule<typeof import('../../src/lessons/index.ts')>(
    'src/lessons/index.ts',
  );

/** The same scene of compiled programs, if they are ours. */
export function compiledScene(scene: Scene): Scene {
  const roles = scene.roles.map((role) =>
    role.file.startsWith(EXAMPLES)
      ? { ...role, file: compiledFrom(role.file.slice(ROOT.length)) }
      : role,
  );
  return { ...scene, roles };
}

/** Plays a scene, compiled; those of its roles that had a problem, or printed something else. */
export async function differences(scene: Scene): Promise<string[]> {
  const played = await playScene(compiledScene(scene), { port: await ownPort() });
  expect(played.map(({ role }) => role.name)).toEqual(
    scene.roles.map(({ name }) => name),
  );
  return played.flatMap(({ role, output, problem }) => {
    const same = seenPattern(role.header.see).test(output);
    if (same && problem === undefined) return [];
    return [`${role.name} ${problem ?? 'printed something else'}:\n${output}`];
  });
}

const NEEDS_IPV6 = '07-families-and-paths';

/** A test for every scene of the lessons with these numbers: what its programs print. */
export function seeBlocks(which: (number: number) => boolean): void {
  for (const { id, scenes } of findLessons()) {
    if (!which(parseInt(id, 10))) continue;
    describe(`lesson ${id}`, () => {
      for (const scene of scenes) {
        const roles = scene.roles.map(({ name }) => name).join(' and ');
        it(`shows what its See blocks say: ${roles}`, async (context) => {
          if (id === NEEDS_IPV6) needIPv6(context);
          expect(await differences(scene)).toEqual([]);
        });
      }
    });
  }
}
