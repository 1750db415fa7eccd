/** An error about an address or a file names the option that gave it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../support/command-line.ts';
import { failure } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

let folder: string;
let taken: Server;
let [port, free] = [0, 0];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
  writeFileSync(join(folder, 'file'), '');
  [port, free] = [await ownPort(), await ownPort()];
  taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

/** With what is known only when the tests run: a port that is taken, one that is free. */
async function end(line: string) {
  const words = line
    .split(' ')
    .map((word) =>
      word
        .replace('TAKEN', String(port))
        .replace('FREE', String(free))
        .replace('FOLDER', folder),
    );
  const { stdout: _, ...rest } = await inProcess(...words);
  return rest;
}

describe('a port that is taken', () => {
  it.each([
    ['auction serve --port TAKEN', '--port'],
    ['auction serve --port FREE --board TAKEN', '--board'],
    ['auction serve --port FREE --publish TAKEN', '--publish'],
    ['auction board --board-port TAKEN', '--board-port'],
    ['relay --listen tcp:TAKEN --to FREE --wait', '--listen'],
    ['zmq rep --bind TAKEN --answer yes', '--bind'],
    ['zmq proxy queue --front TAKEN --back FREE', '--front'],
    ['zmq proxy queue --front FREE --back TAKEN', '--back'],
  ])('%s names %s', async (line, option) => {
    const told = new RegExp(
      `127.0.0.1:${port} is taken: .* choose another ${option} \\(`,
    );
    expect(await end(line)).toEqual(failure(1, told));
  });
});

describe('a host that is not an address of this machine', () => {
  it.each([
    ['auction serve --port FREE --host 192.0.2.1', '--host'],
    ['auction board --board-host 192.0.2.1', '--board-host'],
    ['relay --listen tcp:192.0.2.1:FREE --to FREE --wait', '--listen'],
    ['zmq rep --bind 192.0.2.1:FREE --answer yes', '--bind'],
    ['zmq proxy queue --front 192.0.2.1:FREE --back FREE', '--front'],
  ])('%s names %s', async (line, option) => {
    const told = `is not an address of this machine. Give ${option} one that it has`;
    expect(await end(line)).toEqual(failure(1, told));
  });
});

describe('a file that cannot be there', () => {
  it.each([
    ['compare --report FOLDER', '--report: FOLDER is a folder: name a file'],
    ['ladder --report FOLDER', '--report: FOLDER is a folder: name a file'],
    ['compare --report FOLDER/no/r.html', '--report: there is no folder FOLDER/no'],
    ['compare --report FOLDER/file/r.html', 'FOLDER/file is a file, not a folder'],
    ['compare --replay FOLDER', '--replay: FOLDER is a folder: name a file'],
    ['run 01 --trace FOLDER', 'FOLDER is a folder: name a file'],
    [
      'run 01 --diagram FOLDER/file/a.svg',
      '--diagram: FOLDER/file is a file, not a folder',
    ],
    [
      'auction tournament random patient --csv FOLDER/no/r.csv',
      '--csv: there is no folder',
    ],
    ['auction new-bot FOLDER/file/a.ts', 'FOLDER/file is a file, not a folder'],
    ['auction serve --port FREE --journal FOLDER', 'FOLDER is a folder: name a file'],
    ['auction serve --port FREE --journal FOLDER/no/j', 'there is no folder FOLDER/no'],
  ])('%s says why', async (line, words) => {
    expect(await end(line)).toEqual(failure(2, words.replace('FOLDER', folder)));
  });
});
