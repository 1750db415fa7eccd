/** The package as those have it who have no clone: packed, installed in an empty folder, run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/programs.ts';

const LONG = 120_000;
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
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
      npm(folder, 'install', ...QUIET, `./${tarball}`);

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

  it(
    'makes a workspace of all lessons, which runs on its own, with what is changed in it',
    { timeout: 3 * LONG },
    () => {
      const socketlab = (cwd: string, ...args: string[]) => {
        // As npx finds it: the installed command of that folder.
        const bin = join(cwd, 'node_modules/socketlab/dist/src/cli/main.js');
        const command = [bin, ...args];
        return spawnSync(process.execPath, command, {
          cwd,
          encoding: 'utf8',
          timeout: LONG,
        });
      };
      const made = socketlab(folder, 'init', 'my-lab');
      expect(made.stderr).toBe('');
      expect(made.stdout).toContain('cd my-lab\n  npm install\n');
      const lab = join(folder, 'my-lab');
      expect(readFileSync(join(lab, 'package.json'), 'utf8')).toMatch(
        /"socketlab": "file:\.\.\/socketlab-[\d.]+\.tgz"/,
      );
      npm(lab, 'install', ...QUIET);

      const server = 'examples/01-udp-uppercase/server.ts';
      const source = readFileSync(join(lab, server), 'utf8');
      writeFileSync(join(lab, server), source.replaceAll('ready to receive', 'all ears'));
      const run = socketlab(lab, 'run', '01');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toContain('server | The server is all ears\n');
      expect(run.stdout).toContain('client | MY NAME IS STÅLE\n');

      // A lesson by itself, with the toolkit from the package; and the types that it has.
      const alone = ['--import', 'tsx', 'examples/03-blocking-calls/small-buffer.ts'];
      const program = spawnSync(process.execPath, alone, {
        cwd: lab,
        encoding: 'utf8',
        timeout: LONG,
      });
      expect([program.status, program.stderr]).toEqual([0, '']);
      writeFileSync(
        join(lab, 'slip.ts'),
        "import { DatagramSocket } from 'socketlab/udp';\nawait new DatagramSocket().bind(5);\n",
      );
      const tsc = [join(lab, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'];
      const types = spawnSync(process.execPath, tsc, {
        cwd: lab,
        encoding: 'utf8',
        timeout: LONG,
      });
      expect(types.stdout).toMatch(
        /^slip\.ts\(2,33\): error TS2\d+: [^\n]*\n(?: [^\n]*\n)*$/,
      );
    },
  );
});
