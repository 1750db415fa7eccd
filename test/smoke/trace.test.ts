/** Two programs that know nothing about it are traced, each by itself, and drawn in one picture. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { typed } from '../support/command-line.ts';
import { type Program, Programs } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
const folder = mkdtempSync(join(tmpdir(), 'socketlab test '));
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

interface End {
  file: string;
  start: () => Program;
}

describe('socketlab trace', () => {
  it('traces both ends in two terminals, for one picture', async () => {
    const port = String(await ownPort());
    const ends = ['server', 'client'].map((role) => {
      const file = join(folder, `${role}.jsonl`);
      const program = [`examples/01-udp-uppercase/${role}.ts`, '--port', port];
      const command = ['node', '--import', 'tsx', ...program];
      return {
        file,
        start: () => programs.cli('trace', '--out', file, '--', ...command),
      };
    }) as [End, End];
    const server = ends[0].start();
    await server.printed('ready to receive');
    const client = ends[1].start();
    client.endInput('my name is Ståle\n');
    const { code, stderr } = await client.ended();
    expect(code).toBe(0);
    // tsx has a thread of its own, in which nothing is there to be recorded.
    expect(stderr).toMatch(/client\.jsonl: \d+ events of 1 process: client$/m);
    server.signal('SIGINT');
    expect(await server.ended()).toMatchObject({ signal: null });
    const { end, stdout } = await typed(['diagram', ...ends.map(({ file }) => file)]);
    expect(end.code).toBe(0);
    expect(stdout).toMatch(/2 processes, 2 sockets/);
    expect(stdout).toContain('"MY NAME IS STÅLE"');
    expect(stdout).not.toMatch(/lost|not traced|nobody/);
  });
});
