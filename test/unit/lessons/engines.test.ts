import { describe, expect, it } from 'vitest';
import { chooseLesson, findLessons, onEngine } from '../../../src/lessons/index.ts';

const lessons = findLessons();
const argsOf = (lesson: ReturnType<typeof onEngine>): string[][] =>
  lesson.scenes.flatMap(({ roles }) => roles.map(({ args }) => args));

describe('a lesson on another engine', () => {
  it.each(['10', '12', '13', '14', '16'])('%s has the choice', (number) => {
    const lesson = chooseLesson(lessons, number);
    const before = argsOf(lesson);
    for (const engine of ['native', 'socketlab']) {
      expect(argsOf(onEngine(lesson, engine))).toEqual(
        before.map((args) => [...args, '--engine', engine]),
      );
    }
    expect(argsOf(lesson)).toEqual(before);
  });

  it('11 has it, too, and its program on multicast has not: only ours has that', () => {
    const lesson = chooseLesson(lessons, '11');
    const native = onEngine(lesson, 'native').scenes.flatMap(({ roles }) => roles);
    const without = native.filter(({ args }) => !args.includes('native'));
    expect(without.map(({ name }) => name)).toEqual(['multicast']);
    expect(native).toHaveLength(4);
  });

  it.each(['01', '02', '08', '15'])('%s has not, and says so', (number) => {
    expect(() => onEngine(chooseLesson(lessons, number), 'native')).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
    );
  });

  it('needs an engine that there is, and that is installed', () => {
    const lesson = chooseLesson(lessons, '10');
    expect(() => onEngine(lesson, 'steam')).toThrow('socketlab or native, not steam');
    expect(() => onEngine(lesson, 'native', () => false)).toThrow('npm install zeromq');
    expect(() => onEngine(lesson, 'socketlab', () => false)).not.toThrow();
  });
});
