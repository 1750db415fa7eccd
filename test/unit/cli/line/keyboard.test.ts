/** Waiting for Enter: what ends it, and that it leaves the keyboard as it was. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { enterPressed } from '../../../../src/cli/line/keyboard.ts';

const never = new AbortController().signal;

describe('waiting for Enter', () => {
  it.each<[string, (keyboard: PassThrough, controller: AbortController) => void]>([
    ['a line', (keyboard) => void keyboard.write('\n')],
    ['the end of all input', (keyboard) => void keyboard.end()],
    ['an interrupt', (_, controller) => controller.abort()],
  ])('is over with %s', async (_, end) => {
    const keyboard = new PassThrough();
    const controller = new AbortController();
    let over = false;
    const waiting = enterPressed(keyboard, controller.signal).then(() => {
      over = true;
    });
    await new Promise(setImmediate);
    expect(over).toBe(false);
    end(keyboard, controller);
    await waiting;
    expect(keyboard.isPaused()).toBe(true);
    expect(keyboard.listenerCount('data')).toBe(0);
  });

  it('takes one line a time, and none when there are no more', async () => {
    const keyboard = new PassThrough();
    keyboard.write('\n');
    await enterPressed(keyboard, never);
    keyboard.end('\n');
    await enterPressed(keyboard, never);
    await enterPressed(keyboard, never);
    await enterPressed(keyboard, never);
    expect(keyboard.readableEnded).toBe(true);
  });
});
