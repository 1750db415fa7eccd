/** What programs read, and what the page shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  EXPERIMENTS,
  markdownLines,
  outcomesJson,
  questionsJson,
} from '../../../../src/network/behaviours/index.ts';
import { failed, named, notHere, ran } from './outcomes.ts';

const MACHINE = { platform: 'linux', node: 'v20.20.2' } as const;
const PAGE = readFileSync(
  join(import.meta.dirname, '../../../../docs/behaviours.md'),
  'utf8',
);

describe('outcomes as JSON', () => {
  it('have everything that there is to know, in version 1', () => {
    const silences = [{ milliseconds: 200, because: 'a packet takes less' }];
    const json = outcomesJson(
      [ran('reset', undefined, { silences })],
      (reading) => reading.length.toString(),
      MACHINE,
    );
    const { answers, because, question, read, sources } = named('reset');
    expect(JSON.parse(JSON.stringify(json))).toEqual({
      version: 1,
      platform: 'linux',
      node: 'v20.20.2',
      behaviours: [
        {
          name: 'reset',
          chapter: 'Goodbyes',
          question,
          answers: Object.entries(answers).map(([id, text]) => ({ id, text })),
          expected: 'tcp',
          state: 'ran',
          outcome: 'tcp',
          asExpected: true,
          udp: { told: 'UDP told of reset', measured: { count: 1 } },
          tcp: { told: 'TCP told of reset', measured: { codes: ['EPIPE'] } },
          silences,
          reason: null,
          differs: null,
          because,
          sources,
          read: read.map((reading) => reading.length.toString()),
          milliseconds: 12,
        },
      ],
    });
  });

  it('have null where there is nothing', () => {
    const outcomes = [notHere('multicast', 'no way'), failed('order', 'no memory')];
    const json = outcomesJson(outcomes, (reading) => reading, MACHINE);
    expect(json.behaviours.map(({ state, reason }) => [state, reason])).toEqual([
      ['not-here', 'no way'],
      ['failed', 'no memory'],
    ]);
    for (const behaviour of json.behaviours) {
      expect(behaviour).toMatchObject({ outcome: null, asExpected: null, udp: null });
    }
  });

  it('say whether the answer is the expected one', () => {
    const json = outcomesJson([ran('reset', 'no')], (reading) => reading, MACHINE);
    expect(json.behaviours[0]).toMatchObject({ outcome: 'no', asExpected: false });
  });

  it('leave out what happens when only the questions are wanted', () => {
    const [first] = questionsJson([named('reset')], MACHINE).behaviours;
    expect(Object.keys(first!)).toEqual(['name', 'chapter', 'question', 'answers']);
  });

  it('are described field by field on the page', () => {
    const json = outcomesJson([ran('reset')], (reading) => reading, MACHINE);
    const fields = [...Object.keys(json), ...Object.keys(json.behaviours[0]!)];
    const part = PAGE.slice(PAGE.indexOf('## For programs'));
    const listed = [...part.matchAll(/^\| `(\w+)` +\|/gm)].map(([, field]) => field);
    expect(listed).toEqual(fields);
  });
});

describe('the page', () => {
  /** Name, question and answers of each row, without what was measured. */
  const asked = (text: string): string[] =>
    [
      ...text.matchAll(/^\| (`[a-z-]+`) +\| ((?:(?! \| ).)*<br>(?:(?! \| ).)*) \| /gm),
    ].map(([, name, cell = '']) => `${name} ${cell.trim().replaceAll('*', '')}`);

  it('has a row for each experiment, with its question and its answers', () => {
    const wanted = asked(
      markdownLines(EXPERIMENTS.map(({ name }) => ran(name))).join('\n'),
    );
    expect(wanted).toHaveLength(EXPERIMENTS.length);
    expect(asked(PAGE)).toEqual(wanted);
  });

  it('shows in bold what happened on Linux', () => {
    const bold = [...PAGE.matchAll(/\*\*(\d)\. /g)].map(([, number]) => Number(number));
    const wanted = EXPERIMENTS.map(
      ({ answers, expected }) => Object.keys(answers).indexOf(expected) + 1,
    );
    expect(bold).toEqual(wanted);
  });

  it('keeps what would end a cell from ending it', () => {
    const outcome = ran('boundaries');
    if (outcome.state === 'ran') outcome.finding.udp.told = 'no | where';
    expect(markdownLines([outcome]).at(-2)).toContain('| no \\| where | TCP told');
  });
});
