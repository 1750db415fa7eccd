/** What is said about paths, files, folders and programs, from this machine's own errors. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explain, LONGEST_PATH } from '../../../src/common/index.ts';
import { type Found, sentenceFor, type Thing } from '../../../src/common/explanations.ts';
import { shortFolder } from '../../support/folders.ts';

const folder = shortFolder();
const file = join(folder, 'file');
fs.writeFileSync(file, '');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const onWindows = process.platform === 'win32';

function told(work: () => void): string {
  try {
    work();
  } catch (error) {
    return explain(error);
  }
  throw new Error('it worked');
}

describe('an error of a file or folder', () => {
  const nowhere = join(folder, 'no', 'such');

  it('names the file that is not there', () => {
    const missing = join(folder, 'missing');
    expect(told(() => fs.readFileSync(missing))).toBe(
      `there is no file ${missing}. Check the name (ENOENT)`,
    );
  });

  it('names the folder that is not there, and not the file', () => {
    expect(told(() => fs.writeFileSync(join(nowhere, 'a'), ''))).toBe(
      `there is no folder ${nowhere} for ${join(nowhere, 'a')}. ` +
        'Make it first, or check the name (ENOENT)',
    );
    expect(told(() => fs.mkdirSync(join(nowhere, 'a')))).toContain(
      `there is no folder ${nowhere} for`,
    );
    expect(told(() => fs.readdirSync(nowhere))).toContain(
      `there is no folder ${nowhere}.`,
    );
  });

  it.skipIf(onWindows)('names the file that was taken for a folder', () => {
    const words = `${file} is a file, not a folder. Check the name (ENOTDIR)`;
    expect(told(() => fs.readFileSync(join(file, 'a', 'b')))).toBe(words);
    expect(told(() => fs.readdirSync(file))).toBe(words);
  });

  it.skipIf(onWindows)('names the folder that was taken for a file', () => {
    const error = Object.assign(new Error(), { code: 'EISDIR', path: folder });
    expect(explain(error)).toBe(`${folder} is a folder: name a file (EISDIR)`);
  });

  it('says whether a file or a folder may not be written to', () => {
    const refused = (path: string): string =>
      explain(Object.assign(new Error(), { code: 'EACCES', syscall: 'access', path }));
    expect(refused(file)).toContain(`not allowed to write to the file ${file}.`);
    expect(refused(folder)).toContain(`the folder ${folder} is not writable.`);
  });

  it('says what is there already, and what is not empty', () => {
    expect(told(() => fs.writeFileSync(file, '', { flag: 'wx' }))).toBe(
      `${file} already exists: choose another name (EEXIST)`,
    );
    expect(told(() => fs.rmdirSync(folder))).toBe(
      `the folder ${folder} is not empty. Empty it, or choose another name (ENOTEMPTY)`,
    );
  });
});

describe('an error of a program', () => {
  it.skipIf(onWindows).each([
    ['no-such-program', "there is no program 'no-such-program'"],
    [folder, `not allowed to run '${folder}': it is a folder`],
  ])('names it: %s', async (program, words) => {
    // With a PATH that may be read: else a system cannot say that there is none.
    const child = spawn(program, { stdio: 'ignore', env: { PATH: folder } });
    const [error] = await once(child, 'error');
    expect(explain(error)).toContain(words);
  });
});

describe('an error of a datagram socket', () => {
  it.each([
    ['udp4', '::1', 'IPv6', 'IPv4', '127.0.0.1'],
    ['udp6', '127.0.0.1', 'IPv4', 'IPv6', '::1'],
  ] as const)(
    'says of which family it is: %s, %s',
    async (type, host, its, own, other) => {
      const socket = createSocket(type).bind(0, host);
      const [error] = await once(socket, 'error');
      socket.close();
      expect(explain(error)).toBe(
        `${host} is an ${its} address, and this socket is for ${own} only. ` +
          `Give --host one such as ${other} (EINVAL)`,
      );
    },
  );

  it('says that a link-local address needs its interface', () => {
    // As Linux has it when it is left out.
    const error = { code: 'EINVAL', address: 'fe80::1', syscall: 'connect', port: 9 };
    expect(explain(Object.assign(new Error(), error))).toBe(
      '[fe80::1]:9 is a link-local address: add the interface, such as fe80::1%eth0 (EINVAL)',
    );
  });
});

describe.skipIf(onWindows)("an error of a socket's path", () => {
  it('says which folder is not there, and nothing of ports', async () => {
    const path = join(folder, 'no', 'a.sock');
    const [error] = await once(createServer().listen(path), 'error');
    expect(explain(error)).toContain(
      `there is no folder ${join(folder, 'no')} for ${path}`,
    );
    expect(explain(error)).not.toContain('port');
  });

  it('says that nobody listens, or that there is no such file', async () => {
    const path = join(folder, 'b.sock');
    const [missing] = await once(connect(path), 'error');
    expect(explain(missing)).toBe(
      `there is no ${path}. Start the server first, or check --path (ENOENT)`,
    );
    const dead = { code: 'ECONNREFUSED', address: path, syscall: 'connect' };
    expect(explain(Object.assign(new Error(), dead))).toContain(
      `nothing is listening at ${path}: the server that made the file has ended`,
    );
  });

  it('says the limit, and the path that is longer', () => {
    const path = `/tmp/${'x'.repeat(LONGEST_PATH)}`;
    const long = { code: 'EINVAL', address: path, syscall: 'listen', port: -1 };
    expect(explain(Object.assign(new Error(), long))).toBe(
      `a socket's path has at most ${LONGEST_PATH} bytes, ` +
        `not ${LONGEST_PATH + 5}: ${path} (EINVAL)`,
    );
  });
});

describe('where nothing may be written', () => {
  const say = (thing: Thing, code: string, call: string, found: Found): string =>
    sentenceFor(thing, code)!({
      name: 'there/a',
      call,
      options: { host: '--host', port: '--port', path: '--path' },
      host: '',
      port: 0,
      // A folder that may not be looked into says nothing of what is in it.
      look: (path) => (path === 'there' ? 'folder' : found),
      holder: () => 'unknown',
    });

  it.each<[Thing, string, string, Found, string]>([
    ['file', 'EACCES', 'open', 'nothing', 'the folder there is not writable'],
    ['file', 'EACCES', 'open', 'file', 'not allowed to open the file there/a'],
    ['file', 'EPERM', 'open', 'folder', 'not allowed to open the folder there/a'],
    ['file', 'EACCES', 'open', undefined, 'not allowed to look into the folder there'],
    ['folder', 'EACCES', 'mkdir', 'nothing', 'not allowed to make there/a'],
    ['folder', 'EACCES', 'access', 'folder', 'the folder there/a is not writable'],
    ['file', 'EROFS', 'open', 'nothing', 'that disk is read-only'],
    ['file', 'ENOSPC', 'write', 'file', 'there/a cannot be written: the disk is full'],
    ['anything', 'ENOSPC', 'write', 'file', 'the disk is full. Make room first'],
    ['path', 'EACCES', 'listen', 'nothing', 'the folder there is not writable'],
    ['path', 'EACCES', 'connect', 'file', 'not allowed to connect to there/a'],
    ['path', 'EROFS', 'listen', 'nothing', 'that disk is read-only'],
  ])('a %s with %s of %s (%s there): %s', (thing, code, call, found, words) => {
    expect(say(thing, code, call, found)).toContain(words);
    expect(say(thing, code, call, found)).not.toContain('--port');
  });
});
