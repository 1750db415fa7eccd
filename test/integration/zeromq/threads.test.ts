/**
 * inproc:// from one thread of a program to another. The native engine has it too, but it crashes
 * when a thread ends with open sockets, so these tests do not run with it.
 */
import { afterEach, expect, it } from 'vitest';
import { Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

it.for<[how: string, story: string, outcome: unknown]>([
  ['carries all, though the sender waits at the high-water mark', 'full', 1000],
  ['may be connected before it is bound', 'later', ['answer to question']],
  ['knows subscriptions and routing ids', 'names', [['\u0001b'], ['me', 'b2']]],
  ['parts from a thread that has ended, and keeps what it sent', 'ended', ['last words']],
  [
    'prefers a socket of its own thread, and reaches no other Context',
    'apart',
    [['after here', 'first'], 'EAGAIN'],
  ],
])('%s', async ([, story, outcome]) => {
  const program = programs.compiled('test/support/zeromq-threads.ts', [story]);
  expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(program.stdout)).toEqual(outcome);
});
