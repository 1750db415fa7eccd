/** What is typed, and when it counts: half a bid of one round is not part of the next one's. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  type Answers,
  Keyboard,
  Pipe,
} from '../../../../src/auction/screens/keyboard.ts';

const never = new AbortController().signal;

function open(Kind: typeof Keyboard | typeof Pipe): {
  answers: Answers;
  type(this: void, text: string): Promise<void>;
  print(this: void, text: string): void;
  shown(this: void): string;
} {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answers = new Kind(input, output);
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  return {
    answers,
    type: async (text) => {
      const read = input.isPaused() ? undefined : once(input, 'data');
      input.write(text);
      await read;
      await turn();
    },
    print: (text) => void output.write(text),
    shown: () => shown,
  };
}

it('throws away half a line when the question is over', async () => {
  const { answers, type, shown } = open(Keyboard);
  const round = new AbortController();
  const first = answers.ask('first? ', round.signal);
  await type('8');
  expect(shown()).toContain('8');
  round.abort();
  expect(await first).toBeUndefined();
  const second = answers.ask('second? ', never);
  await type('9\r');
  expect(await second).toBe('9');
  answers.close();
});

it.each([Keyboard, Pipe])(
  'ends its line before what ends the question is shown',
  async (Kind) => {
    const { answers, print, shown } = open(Kind);
    const round = new AbortController();
    const question = answers.ask('how much? ', round.signal);
    round.abort();
    print('bob has bought it\n');
    expect(await question).toBeUndefined();
    await turn();
    expect(shown()).toMatch(/how much\? [^\n]*\nbob has bought it\n$/);
    answers.close();
  },
);

it('throws away, and does not show, what is typed before it is asked for', async () => {
  const { answers, type, shown } = open(Keyboard);
  await type('77\r66');
  const question = answers.ask('how much? ', never);
  await type('5\r');
  expect(await question).toBe('5');
  expect(shown()).not.toMatch(/[67]/);
  answers.close();
});

it('corrects a line as a terminal does', async () => {
  const { answers, type } = open(Keyboard);
  const question = answers.ask('how much? ', never);
  await type('12\u007F3\r');
  expect(await question).toBe('13');
  answers.close();
});

it('takes Ctrl-C for a signal, whether it is asked or not', async () => {
  const { answers, type } = open(Keyboard);
  for (let times = 0; times < 2; times += 1) {
    const signalled = once(process, 'SIGINT');
    await type('\u0003');
    await signalled;
    if (times === 0) void answers.ask('how much? ', never);
  }
  answers.close();
  expect(answers.ended).toBe(true);
});

it('ends with Ctrl-D: then nobody answers', async () => {
  const { answers, type } = open(Keyboard);
  const question = answers.ask('how much? ', never);
  await type('\u0004');
  expect(await question).toBeUndefined();
  expect(answers.ended).toBe(true);
  expect(await answers.ask('and now? ', never)).toBeUndefined();
});

it('keeps what a pipe has brought for the questions to come', async () => {
  const { answers, type } = open(Pipe);
  await type('1\n2\n');
  expect(await answers.ask('first? ', never)).toBe('1');
  expect(await answers.ask('second? ', never)).toBe('2');
  const over = AbortSignal.abort();
  expect(await answers.ask('third? ', over)).toBeUndefined();
  answers.close();
});
