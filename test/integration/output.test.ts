/** Output that fails: a full disk is told, a reader who has gone is not. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { compiledFrom } from '../support/places.ts';
import {
  failure,
  IN_PEACE,
  PATIENCE,
  type Program,
  Programs,
} from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const TOLD = 'the output cannot be written: the disk is full';

/** The command line, with a stdout that is a file on a full disk. */
function onFullDisk(...args: string[]): Program {
  const command = [process.execPath, compiledFrom('src/cli/main.ts'), ...args];
  return programs.start('sh', ['-c', 'exec "$@" >/dev/full', 'sh', ...command]);
}

describe.runIf(existsSync('/dev/full'))('a full disk behind stdout', () => {
  it.each([
    'list',
    'list --json',
    '--help',
    'run --help',
    'completion bash',
    'run 01',
    'behaviours --list',
    'behaviours coalescing',
    'compare --messages 3 --every 1ms',
    'diagram test/fixtures/trace/udp-uppercase.jsonl',
    'auction tournament random patient --games 1',
    'auction tournament random patient --games 1 --json',
  ])('is exit status 1 with one line: %s', async (line) => {
    const program = onFullDisk(...line.split(' '));
    expect(await program.ended()).toEqual(failure(1, TOLD));
  });

  it('is told by a server, which carries on', async () => {
    const port = await ownPort();
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createSocket('udp4');
    try {
      const to = String(server.address().port);
      const relay = onFullDisk('relay', '--listen', `udp:${port}`, '--to', to, '--wait');
      await relay.toldEither(/cannot be written/);
      client.send('hello', port, '127.0.0.1');
      const signal = AbortSignal.timeout(PATIENCE);
      const [bytes] = (await once(server, 'message', { signal })) as [Buffer];
      expect(bytes.toString()).toBe('hello');
      relay.signal('SIGTERM');
      expect(await relay.ended()).toEqual({ ...failure(1, TOLD), code: 143 });
    } finally {
      server.close();
      client.close();
    }
  });
});

describe('a reader who has gone', () => {
  it('ends a command without a word', async () => {
    const program = programs.cli('run', '09');
    await program.printed('09-auction');
    program.readNoMore();
    expect(await program.ended()).toEqual(IN_PEACE);
  });

  it('ends no auction', async () => {
    const port = String(await ownPort());
    const rules = ['--bidders', '1', '--items', '3'];
    const server = programs.cli('auction', 'serve', '--port', port, ...rules);
    await server.printed('The auction is open');
    server.readNoMore();
    const bidder = programs.cli(
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    );
    expect(await bidder.ended()).toEqual(IN_PEACE);
    expect(bidder.stdout).toContain('won');
    expect(await server.ended()).toEqual(IN_PEACE);
  });
});
