/**
 * The ZeroMQ lessons on libzmq: each program as it is, with `--engine native`, prints what its
 * See block says. So a program that is written here runs there. Of a lesson all scenes at
 * once: they wait more than they work.
 */
import { describe, expect, it } from 'vitest';
import { findLessons, type Scene } from '../../src/lessons/index.ts';
import { differences } from '../support/scenes.ts';

function onNative({ look, roles }: Scene): Scene {
  return {
    look,
    roles: roles.map((role) => {
      return { ...role, args: [...role.args, '--engine', 'native'] };
    }),
  };
}

const ZEROMQ = ['10', '11', '12', '13', '14', '16'];
const lessons = findLessons().filter(({ id }) => ZEROMQ.includes(id.slice(0, 2)));

describe('the native engine', () => {
  it('has all lessons on ZeroMQ', () => {
    expect(lessons).toHaveLength(ZEROMQ.length);
  });

  it.each(lessons)('shows the same in lesson $id', async ({ scenes }) => {
    const found = await Promise.all(scenes.map((scene) => differences(onNative(scene))));
    expect(found.flat()).toEqual([]);
  });
});
