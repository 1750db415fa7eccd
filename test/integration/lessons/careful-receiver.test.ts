/** Lesson 15's careful receiver: it has what it acknowledges, whoever the sender is. */
import { afterEach, expect, it } from 'vitest';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';
import { askOverUdp, ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

async function careful(): Promise<{ port: number; receiver: Program }> {
  const port = await ownPort();
  const args = ['--port', String(port)];
  const receiver = programs.lesson('15-bad-luck/careful-receiver', ...args);
  await receiver.printed('The receiver is ready');
  return { port, receiver };
}

it('shows what a second sender sends, which begins at 1 again', async () => {
  const { port, receiver } = await careful();
  const numbers = Array.from({ length: 10 }, (_, index) => String(index + 1));
  for (let run = 1; run <= 2; run += 1) {
    const args = ['--port', String(port)];
    const sender = programs.lesson('15-bad-luck/careful-sender', ...args);
    expect(await sender.ended()).toEqual(IN_PEACE);
    expect(sender.stdout).toContain('all 10 have arrived');
    const shown = [...receiver.stdout.matchAll(/^session (\d+), message (\d+): new$/gm)];
    expect(shown.map(([, , number]) => number)).toEqual(Array(run).fill(numbers).flat());
    expect(new Set(shown.map(([, session]) => session)).size).toBe(run);
  }
});

it('acknowledges only what it has', async () => {
  const { port, receiver } = await careful();
  const ask = async (text: string): Promise<string> =>
    (await askOverUdp(port, text)).text;
  expect(await ask('session 7, message 5')).toBe('session 7, has 0');
  expect(await ask('session 7, message 1')).toBe('session 7, has 1');
  expect(await ask('session 7, message 3')).toBe('session 7, has 1');
  expect(await ask('session 8, message 1')).toBe('session 8, has 1');
  expect(await ask('session 7, message 1')).toBe('session 7, has 1');
  await receiver.printed('session 7, message 1: again');
  expect(receiver.stdout).toBe(
    'The receiver is ready\nsession 7, message 1: new\nsession 8, message 1: new\n' +
      'session 7, message 1: again\n',
  );
});
