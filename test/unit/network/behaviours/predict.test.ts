/** Predictions, with typed lines and outcomes that the test hands in. */
import { describe, expect, it } from 'vitest';
import {
  type Outcome,
  predict,
  type Score,
} from '../../../../src/network/behaviours/index.ts';
import { failed, named, notHere, PLAIN, ran, strange } from './outcomes.ts';

interface Played {
  score: Score;
  /** Everything that was shown, questions for input included. */
  text: string;
  /** Which were run. */
  runs: string[];
}

/** The number under which an answer is offered; the expected one unless told otherwise. */
function numberOf(name: string, answer = named(name).expected): string {
  return String(Object.keys(named(name).answers).indexOf(answer) + 1);
}

async function play(
  outcomes: readonly Outcome[],
  typed: readonly string[],
): Promise<Played> {
  const lines = [...typed];
  const shown: string[] = [];
  const runs: string[] = [];
  const score = await predict(
    outcomes.map(({ experiment }) => experiment),
    {
      width: 80,
      paint: PLAIN,
      placeOf: (reading) => reading,
      show: (more) => void shown.push(...more),
      ask: (prompt) => {
        shown.push(prompt);
        return Promise.resolve(lines.shift());
      },
      run: ({ name }) => {
        runs.push(name);
        return Promise.resolve(
          outcomes.find(({ experiment }) => experiment.name === name)!,
        );
      },
    },
  );
  return { score, text: shown.join('\n'), runs };
}

describe('a prediction', () => {
  it('is asked for before anything runs, and judged by what happened', async () => {
    const { score, text, runs } = await play(
      [ran('nagle'), ran('loss')],
      [numberOf('nagle'), numberOf('loss', 'all')],
    );
    expect(text).toContain(
      '2  UDP: far less than 5 ms; TCP: about 40 ms, with or without TCP_NODELAY',
    );
    const order = ['Your prediction, 1 to 3?', 'Right.', 'UDP told of nagle', 'loss\n'];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain(`No, it is ${numberOf('loss')}.`);
    expect(runs).toEqual(['nagle', 'loss']);
    expect(score).toMatchObject({ right: 1, guessed: 2 });
    expect(text).toMatch(/\n\nYou were right 1 time out of 2\.$/);
  });

  it('is right when this machine agrees, whatever is usual', async () => {
    expect(named('nagle').expected).not.toBe('fast');
    const { score, text } = await play(
      [ran('nagle', 'fast')],
      [numberOf('nagle', 'fast')],
    );
    expect(score).toMatchObject({ right: 1, guessed: 1 });
    expect(text).toContain('Not the usual answer.');
    expect(text).toMatch(/You were right 1 time out of 1\.$/);
  });

  it.each(['0', '4', '1.5', 'two', '-1', '1 2'])(
    'is asked for again after %s',
    async (junk) => {
      const { score, text } = await play(
        [ran('nagle')],
        [junk, ` ${numberOf('nagle')} `],
      );
      expect(text).toContain('Type a number from 1 to 3, or press Enter to see');
      expect(score).toMatchObject({ right: 1, guessed: 1 });
    },
  );

  it('may be left out: then nothing is counted', async () => {
    const { score, text, runs } = await play([ran('nagle')], ['']);
    expect(runs).toEqual(['nagle']);
    expect(score).toMatchObject({ right: 0, guessed: 0 });
    expect(text).toContain('UDP told of nagle');
    expect(text).toMatch(/You made no predictions\.$/);
  });

  it('ends the game when no more lines come, with the score so far', async () => {
    const { score, text, runs } = await play(
      [ran('nagle'), ran('loss')],
      [numberOf('nagle')],
    );
    expect(runs).toEqual(['nagle']);
    expect(score).toMatchObject({ right: 1, guessed: 1 });
    expect(text).toMatch(/You were right 1 time out of 1\.$/);
  });

  it('does not count where nothing could be right', async () => {
    const outcomes = [
      notHere('multicast', 'no way'),
      failed('order', 'no memory'),
      strange('loss'),
    ];
    const { score, text } = await play(outcomes, ['1', '1', '1']);
    expect(score).toMatchObject({ right: 0, guessed: 0 });
    expect(score.outcomes).toEqual(outcomes);
    expect(text).toContain('Not here: no way.');
    expect(text).toContain('None of the answers.');
  });
});
