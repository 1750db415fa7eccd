/**
 * A disk without room for one more block: 32 KiB of memory, mounted where only the program sees
 * it. Linux, and root. Source: tmpfs(5), mount_namespaces(7).
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { compiledFrom } from '../support/places.ts';
import { PATIENCE, type Program, Programs } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
const SMALL = 'mount -t tmpfs -o size=32k tmpfs "$0"';
const isPossible =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'sh', '-c', SMALL, tmpdir()]).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
});
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true });
});

/** Starts the command line where there is room for so much more in `folder`, after `old.txt`. */
function startOnDisk(fill: string, args: string[], run = 'exec "$@"', env = {}): Program {
  const fills = `printf old >"$0/old.txt"; head -c ${fill} /dev/zero >"$0/fill" 2>/dev/null`;
  const script = `${SMALL}; ${fills}; ${run}`;
  const command = [process.execPath, compiledFrom('src/cli/main.ts'), ...args];
  return programs.start('unshare', ['-m', 'sh', '-c', script, folder, ...command], {
    env,
  });
}

/** Runs the command line where `folder` is full, then prints what stands in `old.txt` there. */
async function onFullDisk(args: string[], env = {}, look = 'cat "$0/old.txt"') {
  const run = `"$@" >/dev/null; s=$?; ${look}; exit $s`;
  const program = startOnDisk('99k', args, run, env);
  const { code, stderr } = await program.ended();
  return { code, stderr, old: program.stdout };
}

/** Of 32 KiB, after the page of `old.txt`: two pages are left. */
const SOME = '20k';

/** A program that uses a socket. */
const ONE_SOCKET =
  "require('node:dgram').createSocket('udp4').bind(0, function () { this.close(); })";

/** The file that a message says something is kept in. */
function keptIn(stderr: string): string {
  return /is kept: (\S+)/.exec(stderr)![1]!;
}

describe.runIf(isPossible)('on a full disk', () => {
  it.each([
    ['run', '01', '--trace'],
    ['run', '01', '--diagram'],
    ['trace', '--out'],
  ])(
    '%s %s … names the file, leaves the old one, and says where the trace is',
    async (...args) => {
      const old = join(folder, 'old.txt');
      const traced = ['--', process.execPath, '-e', ONE_SOCKET];
      const end = await onFullDisk([
        ...args,
        old,
        ...(args[0] === 'trace' ? traced : []),
      ]);
      expect(end).toMatchObject({ code: 1, old: 'old' });
      expect(end.stderr).toContain(`${old} cannot be written: the disk is full`);
      const kept = keptIn(end.stderr);
      expect(existsSync(kept)).toBe(true);
      expect(readFileSync(kept, 'utf8')).toContain('{"type":"trace"');
      rmSync(dirname(kept), { recursive: true });
    },
  );

  it('run --trace says that nothing could be recorded where TMPDIR is full', async () => {
    const trace = join(folder, '..', `${process.pid}.jsonl`);
    const { stderr } = await onFullDisk(['run', '01', '--trace', trace], {
      TMPDIR: folder,
    });
    expect(stderr).toContain(`nothing was recorded; ${folder} could not be written to`);
    expect(existsSync(trace)).toBe(false);
  });

  it('auction serve answers nobody whose game cannot be written down', async () => {
    const game = ['--port', String(await ownPort()), '--journal', join(folder, 'game')];
    const end = await onFullDisk(['auction', 'serve', ...game]);
    expect(end).toMatchObject({ code: 1, old: 'old' });
    expect(end.stderr).toContain('the disk is full');
  });

  it('auction serve answers nobody any more when the journal fills up during the game', async () => {
    const port = String(await ownPort());
    const rules = ['--bidders', '1', '--items', '90', '--win', 'highest-value'];
    const journal = ['--journal', join(folder, 'game')];
    const game = ['auction', 'serve', '--port', port, ...rules, ...journal];
    const server = startOnDisk(SOME, game);
    await server.printed('The auction is open');
    const bidder = programs.cli(
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    );
    expect(await server.ended()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]*the disk is full[^\n]*\n$/) as string,
    });
    // The bidder comes back when the auctioneer does.
    await bidder.printed('item 1 of 90');
    expect(bidder.stdout).not.toContain('has won');
  });

  it.each(['record', 'trace'])(
    'relay --%s ends it, says so, and carries on',
    async (what) => {
      const server = createSocket('udp4').bind(0, '127.0.0.1');
      await once(server, 'listening');
      const client = createSocket('udp4');
      try {
        const port = await ownPort();
        const ends = ['--listen', `udp:${port}`, '--to', String(server.address().port)];
        const record = [`--${what}`, join(folder, 'record.jsonl')];
        const relay = startOnDisk(SOME, ['relay', ...ends, '--wait', ...record]);
        await relay.printed('ready');
        await eventually(() => {
          for (let k = 0; k < 20; k += 1) client.send('a line of it', port, '127.0.0.1');
          expect(relay.stderr).toMatch(
            /the (?:record|trace) stops here: .*the disk is full/,
          );
        });
        const signal = AbortSignal.timeout(PATIENCE);
        const next = once(server, 'message', { signal });
        client.send('still here', port, '127.0.0.1');
        await next;
        relay.signal('SIGTERM');
        expect(await relay.ended()).toMatchObject({
          code: 143,
          stderr: expect.stringMatching(/^[^\n]*\n$/) as string,
        });
      } finally {
        server.close();
        client.close();
      }
    },
  );

  it.each([
    ['auction', 'new-bot', 'bot.ts'],
    ['ladder', 'new', 'core.ts'],
    ['init', 'lab'],
  ])('%s leaves nothing half-made', async (...args) => {
    const what = join(folder, args.pop()!);
    const end = await onFullDisk([...args, what], {}, `ls -A "$0" | grep -v fill`);
    expect(end).toMatchObject({ code: 1, old: 'old.txt\n' });
    expect(end.stderr).toContain('the disk is full');
  });

  it.each(['json', 'csv'])('a tournament leaves the old .%s', async (ending) => {
    const file = join(folder, `old.${ending}`);
    const bots = ['random', 'patient', '--games', '2', `--${ending}=${file}`];
    const end = await onFullDisk(['auction', 'tournament', ...bots]);
    expect(end.code).toBe(1);
    expect(end.stderr).toContain(`${file} cannot be written: the disk is full`);
  });

  it.each([
    ['diagram', 'test/fixtures/trace/udp-uppercase.jsonl', '--out'],
    ['compare', '--messages', '3', '--every', '1ms', '--report'],
    ['ladder', '--messages', '3', '--report'],
  ])('%s leaves the old file', async (...args) => {
    const old = join(folder, 'old.txt');
    const end = await onFullDisk([...args, old]);
    expect(end).toMatchObject({ code: 1, old: 'old' });
    expect(end.stderr).toContain(`${old} cannot be written: the disk is full`);
  });
});
