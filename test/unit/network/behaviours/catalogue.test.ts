/** The experiments as they are written down, without running one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MisuseError } from '../../../../src/common/index.ts';
import {
  byChapter,
  chooseExperiments,
  EXPERIMENTS,
  linesWith,
  parts,
  placeOf,
} from '../../../../src/network/behaviours/index.ts';

const FOLDER = join(
  import.meta.dirname,
  '../../../../src/network/behaviours/experiments',
);
const files = readdirSync(FOLDER).sort();

describe('the experiments', () => {
  it('are more than thirty, one in each file, and the file has its name', () => {
    expect(EXPERIMENTS.length).toBeGreaterThan(30);
    const names = EXPERIMENTS.map(({ name }) => name);
    expect(names.map((name) => `${name}.ts`).toSorted()).toEqual(files);
    for (const name of names) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });

  it.each(files)('%s can be read in one go, and exports its experiment alone', (file) => {
    const source = readFileSync(join(FOLDER, file), 'utf8');
    expect(source.split('\n').length).toBeLessThanOrEqual(121);
    // child.ts relies on it.
    expect(source.match(/^export /gm)).toHaveLength(1);
    expect(source).toMatch(/^export const \w+ = experiment\(\{$/m);
  });

  it.each(EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const))(
    '%s asks, offers two to four answers, and explains',
    (_, { answers, because, expected, question, sources, read }) => {
      expect(question).toMatch(/^[A-Z'].*\?$/);
      const offered = Object.entries(answers);
      expect(offered.length).toBeGreaterThanOrEqual(2);
      expect(offered.length).toBeLessThanOrEqual(4);
      expect(new Set(offered.map(([, text]) => text)).size).toBe(offered.length);
      expect(Object.keys(answers)).toContain(expected);
      expect(because.length).toBeGreaterThan(100);
      expect(because).toMatch(/[.)]$/);
      expect(sources.length).toBeGreaterThan(0);
      expect(read.length).toBeGreaterThan(0);
    },
  );

  it('do not always expect the same: who guesses a position learns nothing', () => {
    const positions = EXPERIMENTS.map(({ answers, expected }) =>
      Object.keys(answers).indexOf(expected),
    );
    expect(new Set(positions)).toEqual(new Set([0, 1, 2, 3]));
  });

  const readings = EXPERIMENTS.flatMap(({ name, read }) =>
    read.map((reading) => [name, reading] as const),
  );
  it.each(readings)('%s says what to read, and it is there: %s', (_, reading) => {
    const [file, text] = parts(reading);
    expect(linesWith(file, text).length).toBeGreaterThan(0);
    if (text === '') return expect(placeOf(reading)).toBe(file);
    const [line, ...others] = linesWith(file, text);
    expect(others).toEqual([]);
    expect(placeOf(reading)).toBe(`${file}:${line}`);
  });

  it('stand in chapters, each in one', () => {
    const chapters = byChapter(EXPERIMENTS, (one) => one);
    expect(chapters.flatMap(({ things }) => things)).toEqual(EXPERIMENTS);
    const some = EXPERIMENTS.filter(({ name }) => name.startsWith('n'));
    for (const { things } of byChapter(some, (one) => one)) {
      expect(things).not.toEqual([]);
    }
  });
});

describe('choosing by name', () => {
  it('takes all when none is named, and each once, in the order of the names', () => {
    expect(chooseExperiments([])).toBe(EXPERIMENTS);
    const chosen = chooseExperiments(['nagle', 'backlog', 'nagle']);
    expect(chosen.map(({ name }) => name)).toEqual(['nagle', 'backlog']);
  });

  it.each([
    ['coalesing', 'Did you mean coalescing?'],
    ['Nagle', 'Did you mean nagle?'],
    ['twobinders', 'Did you mean two-binders?'],
    ['killed', 'Did you mean killed-peer?'],
    ['head-of-queue', 'Did you mean head-of-line'],
    ['qqqqqqqq', 'socketlab behaviours --list shows all of them'],
  ])('says what may have been meant by %s', (name, advice) => {
    const attempt = (): unknown => chooseExperiments(['nagle', name]);
    expect(attempt).toThrow(MisuseError);
    expect(attempt).toThrow(`there is no behaviour '${name}'. ${advice}`);
  });
});
