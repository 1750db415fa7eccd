/** What the shell is told: 0 for work done, 1 for failure, 2 for misuse, 130 for Ctrl-C. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { holdingBack } from '../support/held-back.ts';
import { failure, IN_PEACE, Programs } from '../support/programs.ts';
import { checkFree, ownPort } from '../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

describe('the exit status', () => {
  it('is 0 when the work is done', async () => {
    expect(await programs.cli('list').ended()).toEqual(IN_PEACE);
  });

  it('is 1 when it cannot be done, with one line that says why', async (context) => {
    const port = await ownPort();
    const holder = createServer().listen(port, '127.0.0.1');
    context.onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const args = ['--only', 'server', '--port', String(port)];
    const program = programs.cli('run', '02', ...args);
    expect(await program.ended()).toEqual(failure(1, 'is taken'));
  });

  it('is 2 when it was not understood, with one line that says what to type', async () => {
    const program = programs.cli('run', '99');
    expect(await program.ended()).toEqual(failure(2, "'99'"));
    expect(program.stdout).toBe('');
  });

  it('is 130 after Ctrl-C, and nothing is left of what was started', async () => {
    const port = await ownPort();
    const args = ['run', '03', '--port', String(port)];
    const env = holdingBack('udp-client');
    const program = programs.compiled('src/cli/main.ts', args, { env });
    await program.printed('udp-server | The server is ready');
    program.signal('SIGINT');
    expect(await program.ended()).toEqual({ code: 130, signal: null, stderr: '' });
    await Promise.all([checkFree('UDP', port), checkFree('TCP', port)]);
  });
});
