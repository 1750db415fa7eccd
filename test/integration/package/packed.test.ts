/** The package as those have it who have no clone: packed, installed in an empty folder, run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/programs.ts';

const LONG = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'socketlab-packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    timeout: LONG,
    shell: process.platform === 'win32',
  });

describe('the packed package', () => {
  it(
    'installs in an empty folder, shows the tour, and opens its public doors',
    { timeout: 3 * LONG },
    () => {
      npm(ROOT, 'run', 'build');
      npm(ROOT, 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
      const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
      const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
      npm(folder, 'install', ...quiet, `./${tarball}`);

      const main = join(folder, 'node_modules/socketlab/dist/src/cli/main.js');
      const tour = spawnSync(process.execPath, [main], {
        cwd: folder,
        encoding: 'utf8',
        timeout: LONG,
      });
      expect(tour.stderr).toBe('');
      expect(tour.status).toBe(0);
      expect(tour.stdout).toContain('From Server:');
      expect(tour.stdout).toContain('npx socketlab run 02 --only server');

      const doors = [
        'common',
        'udp',
        'tcp',
        'framing',
        'link',
        'trace',
        'zeromq',
        'auction',
      ];
      const script = `for (const door of ${JSON.stringify(doors)}) {
        const all = await import('socketlab/' + door);
        if (Object.keys(all).length === 0) throw new Error(door);
      }`;
      const opened = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: folder,
        encoding: 'utf8',
        timeout: LONG,
      });
      expect(opened.stderr).toBe('');
      expect(opened.status).toBe(0);
    },
  );
});
