/**
 * A disk without room for one more block: 32 KiB of memory, mounted where only the program sees
 * it. Linux, and root. Source: tmpfs(5), mount_namespaces(7).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledFrom } from '../support/places.ts';
import { Programs } from '../support/programs.ts';
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

/** Runs the command line where `folder` is full, then prints what stands in `old.txt` there. */
async function onFullDisk(args: string[], env = {}, look = 'cat "$0/old.txt"') {
  const fill = 'printf old >"$0/old.txt"; head -c 99k /dev/zero >"$0/fill" 2>/dev/null';
  const script = `${SMALL}; ${fill}; "$@" >/dev/null; s=$?; ${look}; exit $s`;
  const command = [process.execPath, compiledFrom('src/cli/main.ts'), ...args];
  const all = ['-m', 'sh', '-c', script, folder, ...command];
  const program = programs.start('unshare', all, { env });
  const { code, stderr } = await program.ended();
  return { code, stderr, old: program.stdout };
}

/** The file that a message says something is kept in. */
function keptIn(stderr: string): string {
  return /is kept: (\S+)/.exec(stderr)![1]!;
}

describe.runIf(isPossible)('on a full disk', () => {
  it.each([
    ['run', '01', '--trace'],
    ['run', '01', '--diagram'],
  ])(
    '%s %s %s names the file, leaves the old one, and says where the trace is',
    async (...args) => {
      const old = join(folder, 'old.txt');
      const end = await onFullDisk([...args, old]);
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

  it.each([
    ['auction', 'new-bot', 'bot.ts'],
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
  ])('%s leaves the old file', async (...args) => {
    const old = join(folder, 'old.txt');
    const end = await onFullDisk([...args, old]);
    expect(end).toMatchObject({ code: 1, old: 'old' });
    expect(end.stderr).toContain(`${old} cannot be written: the disk is full`);
  });
});
