/**
 * The package as it is used without a clone: packed, installed in an empty folder, and run. And the
 * folder that a clone makes. It installs twice from the registry, no more.
 */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { ROOT } from '../support/programs.ts';

/** A busy machine takes minutes to install or to compile. Nothing here is to be quick. */
const LONG = 600_000;
const QUIET = [
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--fetch-retries=1',
];
const folder = mkdtempSync(join(tmpdir(), 'socketlab-packed-'));
/** Where no folder above has packages. */
const alone = mkdtempSync(join(tmpdir(), 'socketlab-alone-'));
afterAll(() => {
  for (const made of [folder, alone]) rmSync(made, { recursive: true, force: true });
});

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    timeout: LONG,
    shell: process.platform === 'win32',
  });

/** Without a network there is nothing to try, unless npm has kept all of it from an earlier time. */
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|ETIMEDOUT|ECONNRESET/;

function install(context: TestContext, cwd: string, ...what: string[]): void {
  try {
    npm(cwd, 'install', ...QUIET, ...what);
  } catch (error) {
    const reached = !UNREACHABLE.test(String((error as { stderr?: string }).stderr));
    if (reached || process.env['REQUIRE_PEERS'] === '1') throw error;
    context.skip('the package registry cannot be reached');
  }
}

const run = (program: string, cwd: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(program, args, { cwd, encoding: 'utf8', timeout: LONG });

const node = (cwd: string, ...args: string[]): SpawnSyncReturns<string> =>
  run(process.execPath, cwd, ...args);

/** As npx finds it: the installed command of that folder. */
const socketlab = (cwd: string, ...args: string[]): SpawnSyncReturns<string> =>
  node(cwd, join(cwd, 'node_modules/socketlab/dist/src/cli/main.js'), ...args);

describe('a clone', () => {
  it(
    'makes a folder whose command is compiled, and leaves nothing old to be packed',
    { timeout: LONG },
    () => {
      const stale = join(ROOT, 'dist/src/stale.js');
      mkdirSync(dirname(stale), { recursive: true });
      writeFileSync(stale, '');
      const lab = join(folder, 'lab-of-a-clone');
      const main = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts')];
      const made = node(ROOT, ...main, 'init', lab);
      expect([made.status, made.stderr]).toEqual([0, '']);
      expect(made.stdout).toContain(`cd ${lab}\n  npm install\n`);
      expect(existsSync(stale)).toBe(false);

      // What `npm install` would do there: a link to the clone, and tsx.
      const { dependencies } = JSON.parse(
        readFileSync(join(lab, 'package.json'), 'utf8'),
      ) as { dependencies: Record<string, string> };
      const target = join(lab, dependencies['socketlab']!.replace(/^file:/, ''));
      mkdirSync(join(lab, 'node_modules'));
      symlinkSync(target, join(lab, 'node_modules/socketlab'), 'junction');
      const tsx = join(ROOT, 'node_modules/tsx');
      symlinkSync(tsx, join(lab, 'node_modules/tsx'), 'junction');
      const run = socketlab(lab, 'run', '03');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toContain('Source: examples/03-blocking-calls: ');
    },
  );
});

describe('the packed package', () => {
  it(
    'installs in an empty folder, shows the tour, and opens its public doors',
    { timeout: LONG },
    (context) => {
      // Compiled above.
      npm(ROOT, 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
      const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
      install(context, folder, `./${tarball}`);

      // Its own version, not that of the package that has installed it.
      const version = /-([\d.]+)\.tgz$/.exec(tarball)![1]!;
      const manifest = join(folder, 'package.json');
      const installing = JSON.parse(readFileSync(manifest, 'utf8')) as object;
      writeFileSync(manifest, JSON.stringify({ ...installing, version: '7.8.9' }));
      expect(socketlab(folder, '--version').stdout).toBe(`${version}\n`);

      const tour = socketlab(folder);
      expect(tour.stderr).toBe('');
      expect(tour.status).toBe(0);
      expect(tour.stdout).toContain('From Server:');
      expect(tour.stdout).toContain('npx socketlab run 02 --only server');

      // No file is named that is not there.
      const behaviours = socketlab(folder, 'behaviours', 'two-binders');
      const named = `${tour.stdout}\n${behaviours.stdout}`.matchAll(
        /\S*\b(?:src|examples|docs)\/[\w./-]*\w/g,
      );
      const files = [...named].map(([file]) => file);
      expect(files).toContain(
        'node_modules/socketlab/examples/01-udp-uppercase/server.ts',
      );
      expect(files).toContain('node_modules/socketlab/src/common/explanations.ts');
      expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);

      const doors = [
        'common',
        'udp',
        'tcp',
        'framing',
        'link',
        'ladder',
        'trace',
        'zeromq',
        'auction',
      ];
      const script = `for (const door of ${JSON.stringify(doors)}) {
        const all = await import('socketlab/' + door);
        if (Object.keys(all).length === 0) throw new Error(door);
      }`;
      const opened = node(folder, '--input-type=module', '-e', script);
      expect(opened.stderr).toBe('');
      expect(opened.status).toBe(0);
    },
  );

  it(
    'makes a workspace of all lessons, which runs on its own, with what is changed in it',
    { timeout: LONG },
    (context) => {
      const installed = existsSync(join(folder, 'node_modules/socketlab'));
      if (!installed) context.skip('the packed package is not installed: see above');
      const made = socketlab(folder, 'init', 'my-lab');
      expect(made.stderr).toBe('');
      expect(made.stdout).toContain('cd my-lab\n  npm install\n');
      const lab = join(folder, 'my-lab');
      expect(readFileSync(join(lab, 'package.json'), 'utf8')).toMatch(
        /"socketlab": "file:\.\.\/socketlab-[\d.]+\.tgz"/,
      );
      install(context, lab);

      const server = 'examples/01-udp-uppercase/server.ts';
      const source = readFileSync(join(lab, server), 'utf8');
      writeFileSync(join(lab, server), source.replaceAll('ready to receive', 'all ears'));
      const run = socketlab(lab, 'run', '01');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toContain('server | The server is all ears\n');
      expect(run.stdout).toContain('client | MY NAME IS STÅLE\n');

      // A lesson by itself, with the toolkit from the package; and the types that it has.
      const program = node(
        lab,
        '--import',
        'tsx',
        'examples/03-blocking-calls/small-buffer.ts',
      );
      expect([program.status, program.stderr]).toEqual([0, '']);
      writeFileSync(
        join(lab, 'slip.ts'),
        "import { DatagramSocket } from 'socketlab/udp';\nawait new DatagramSocket().bind(5);\n",
      );
      const tsc = join(lab, 'node_modules/typescript/bin/tsc');
      const types = node(lab, tsc, '--pretty', 'false');
      expect(types.stdout).toMatch(
        /^slip\.ts\(2,33\): error TS2\d+: [^\n]*\n(?: [^\n]*\n)*$/,
      );
    },
  );
});

/** Asks and answers over tcp, publishes over inproc; prints one line. */
const TALK = `
async function talk({ Publisher, Reply, Request, Subscriber }) {
  const [rep, req] = [new Reply(), new Request({ linger: 0 })];
  await rep.bind('tcp://127.0.0.1:*');
  req.connect(rep.lastEndpoint);
  await req.send(['one', 'two']);
  await rep.send(await rep.receive());
  const [pub, sub] = [new Publisher(), new Subscriber()];
  await pub.bind('inproc://talk');
  sub.connect('inproc://talk');
  sub.subscribe('t');
  await pub.send('three');
  const all = [...(await req.receive()), ...(await sub.receive())];
  for (const socket of [rep, req, pub, sub]) socket.close();
  console.log(all.join(' '));
}
`;
/** The same in the style of version 5. */
const V5 = `
const [rep, req] = [zmq.socket('rep'), zmq.socket('req')];
rep.on('message', (...parts) => rep.send(['one', ...parts]));
rep.bind('tcp://127.0.0.1:*', () => req.connect(rep.last_endpoint).send(['two', 'three']));
req.on('message', (...parts) => {
  console.log(parts.join(' '));
  for (const socket of [rep, req]) socket.close();
});
`;
const TALKED = { status: 0, stderr: '', stdout: 'one two three\n' };

/** This Node, and what RUNTIMES names: other versions, Bun, Deno. */
const RUNTIMES = (process.env['RUNTIMES'] ?? '').split(delimiter).filter(Boolean);

function runs(cwd: string, ...files: string[]): void {
  for (const program of [process.execPath, ...RUNTIMES]) {
    const args = program.endsWith('deno') ? ['run', '-A'] : [];
    for (const file of files) {
      const ran = { program, file, ...run(program, cwd, ...args, file) };
      expect(ran).toMatchObject({ program, file, ...TALKED });
    }
  }
}

/** What TypeScript says about a program with one slip, for a way of finding modules. */
function slips(cwd: string, name: string, ...settings: string[]): string {
  const text = `import { Push } from '${name}';\nnew Push({ sendTimeout: 'x', linger: 0 });\n`;
  writeFileSync(join(cwd, 'slip.cts'), text);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const flags = ['--noEmit', '--strict', '--pretty', 'false', '--target', 'es2022'];
  return node(cwd, tsc, ...flags, ...types, ...settings, 'slip.cts').stdout;
}

const OLD = ['--module', 'commonjs', '--moduleResolution', 'node10'];
const KINDS = [
  [...OLD, '--ignoreDeprecations', '6.0'],
  ['--module', 'node16'],
  ['--module', 'nodenext'],
];
const SLIP = /^slip\.cts\(2,12\): error TS2322: [^\n]*'string'[^\n]*'number'[^\n]*\n$/;

describe('ZeroMQ', { timeout: LONG }, () => {
  it('is required and imported from the package, with its types', (context) => {
    const installed = existsSync(join(folder, 'node_modules/socketlab'));
    if (!installed) context.skip('the packed package is not installed: see above');
    const name = 'socketlab/zeromq';
    writeFileSync(join(folder, 'talk.cjs'), `${TALK}talk(require('${name}'));`);
    const drafts = `const { Client, Server } = require('${name}/draft');
      const [server, client] = [new Server(), new Client()];
      server.bind('tcp://127.0.0.1:*').then(async () => {
        client.connect(server.lastEndpoint);
        await client.send('one two three');
        console.log(String((await server.receive())[0]));
        server.close();
        client.close();
      });`;
    writeFileSync(join(folder, 'draft.cjs'), drafts);
    const overWebSocket = TALK.replace('tcp://', 'ws://');
    writeFileSync(
      join(folder, 'talk-ws.cjs'),
      `${overWebSocket}talk(require('${name}'));`,
    );
    writeFileSync(
      join(folder, 'v5.cjs'),
      `const zmq = require('${name}/v5-compat');${V5}`,
    );
    const imports = `import * as zmq from '${name}/v5-compat';${V5}`;
    writeFileSync(join(folder, 'v5.mjs'), imports);
    runs(folder, 'talk.cjs', 'talk-ws.cjs', 'draft.cjs', 'v5.cjs', 'v5.mjs');
    const v5 = `${name}/v5-compat`;
    for (const settings of KINDS) {
      expect(slips(folder, name, ...settings)).toMatch(SLIP);
      expect(slips(folder, v5, ...settings)).toMatch(/has no exported member 'Push'/);
    }
  });

  it('is a package of its own, which needs no other, and fits into one file', () => {
    const made = join(folder, 'made');
    const script = ['--import', 'tsx', join(ROOT, 'scripts/commonjs.ts'), made];
    expect(node(ROOT, ...script)).toMatchObject({ status: 0, stderr: '' });
    npm(made, 'pack', '--silent', '--pack-destination', alone);
    const [tarball] = readdirSync(alone);
    writeFileSync(join(alone, 'package.json'), '{}');
    npm(alone, 'install', ...QUIET, '--offline', `./${tarball}`);
    expect(readdirSync(join(alone, 'node_modules'))).toEqual([
      '.package-lock.json',
      'socketlab-zeromq',
    ]);

    const name = 'socketlab-zeromq';
    writeFileSync(join(alone, 'talk.cjs'), `${TALK}talk(require('${name}'));`);
    const imports = `import * as zmq from '${name}';${TALK}await talk(zmq);`;
    writeFileSync(join(alone, 'talk.mjs'), imports);
    writeFileSync(
      join(alone, 'v5.cjs'),
      `const zmq = require('${name}/v5-compat');${V5}`,
    );
    runs(alone, 'talk.cjs', 'talk.mjs', 'v5.cjs');
    for (const settings of KINDS) {
      expect(slips(alone, name, ...settings)).toMatch(SLIP);
      for (const entry of ['draft', 'v5-compat']) {
        const slip = slips(alone, `${name}/${entry}`, ...settings);
        expect(slip).toMatch(/has no exported member 'Push'/);
      }
    }

    const without = `${imports}\nawait new zmq.Pull().bind('ws://127.0.0.1:*')`;
    const told = `.catch((error) => console.log(error.hint));`;
    writeFileSync(join(alone, 'without.mjs'), without + told);
    const hint = 'ws:// needs the package ws: npm install ws\n';
    expect(node(alone, 'without.mjs').stdout).toBe(`${TALKED.stdout}${hint}`);

    const one = join(folder, 'one-file');
    mkdirSync(one);
    const esbuild = join(ROOT, 'node_modules/esbuild/bin/esbuild');
    const bundle = ['--bundle', '--platform=node', '--log-level=error'];
    for (const [from, format, file] of [
      ['talk.cjs', 'cjs', 'one.cjs'],
      ['talk.mjs', 'esm', 'one.mjs'],
    ]) {
      const out = [`--format=${format}`, `--outfile=${join(one, file!)}`];
      const built = run(esbuild, alone, ...bundle, ...out, from!);
      expect(built).toMatchObject({ status: 0, stderr: '' });
    }
    runs(one, 'one.cjs', 'one.mjs');
  });
});
