/**
 * The ZeroMQ lessons on libzmq: each program as it is, with `--engine native`, prints what its
 * See block says. So a program that is written here runs there. All scenes of a lesson are played
 * at once: they wait more than they work.
 */
import { describe, expect, it } from 'vitest';
import { findLessons, onEngine } from '../../src/lessons/index.ts';
import { differences } from '../support/scenes.ts';

const ZEROMQ = ['10', '11', '12', '13', '14', '16'];
/** Whose threads are quicker, the publisher's or the subscriber's, is libzmq's affair and chance. */
const CHANCE = 'slow-joiner';
const lessons = findLessons().filter(({ id }) => ZEROMQ.includes(id.slice(0, 2)));

describe('the native engine', () => {
  it('has all lessons on ZeroMQ', () => {
    expect(lessons).toHaveLength(ZEROMQ.length);
  });

  it.each(lessons)('shows the same in lesson $id', async (lesson) => {
    const { scenes } = onEngine(lesson, 'native');
    const asked = scenes.filter(({ roles }) =>
      roles.every(({ name }) => name !== CHANCE),
    );
    const found = await Promise.all(asked.map((scene) => differences(scene)));
    expect(found.flat()).toEqual([]);
  });
});
