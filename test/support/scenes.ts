/** A scene of a lesson, played with real processes, and held to its See blocks. */
import { expect } from 'vitest';
import { playScene, type Scene, seenPattern } from '../../src/lessons/index.ts';
import { ownPort } from './sockets.ts';

/** Plays a scene; those of its roles that had a problem, or printed something else. */
export async function differences(scene: Scene): Promise<string[]> {
  const played = await playScene(scene, { port: await ownPort() });
  expect(played.map(({ role }) => role.name)).toEqual(
    scene.roles.map(({ name }) => name),
  );
  return played.flatMap(({ role, output, problem }) => {
    const same = seenPattern(role.header.see).test(output);
    if (same && problem === undefined) return [];
    return [`${role.name} ${problem ?? 'printed something else'}:\n${output}`];
  });
}
