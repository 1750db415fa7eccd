/** What went through a relay is joined from end to end, as if it had gone there by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { joinTrace, type JoinedTrace, loadTrace } from '../../../src/trace/index.ts';
import { Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());
const folder = mkdtempSync(join(tmpdir(), 'relayed-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Plays a lesson behind a link. */
async function played(lesson: string, link: string): Promise<JoinedTrace> {
  const file = join(folder, `${lesson}.jsonl`);
  const port = ['--port', String(await ownPort())];
  const args = ['run', lesson, ...port, '--through', link, '--trace', file];
  await programs.cli(...args).ended();
  return joinTrace(await loadTrace(file));
}

describe('a lesson through a bad link', () => {
  it('has no lane but those of its programs, and a cross where the link lost', async () => {
    const { flows, processes, problems, sockets } = await played('03', 'drop=1');
    expect(problems.filter(({ kind }) => kind !== 'relay')).toEqual([]);
    expect(processes.every(({ traced }) => traced)).toBe(true);
    const [flow, ...others] = flows;
    expect(others).toEqual([]);
    const [from, to] = [sockets[flow!.from]!, sockets[flow!.to]!];
    expect(processes[from.process]!.name).toBe('udp-client');
    expect(processes[to.process]!.name).toBe('udp-server');
    expect(flow!.datagrams.map(({ fate }) => fate)).toEqual(['lost']);
  });

  it('has arrows that take as long as the link, there and back, of every byte', async () => {
    const { connections, processes, problems } = await played('02', 'delay=20ms');
    expect(problems.filter(({ kind }) => kind !== 'relay')).toEqual([]);
    expect(processes.every(({ traced }) => traced)).toBe(true);
    const directions = connections.flatMap((connection) => connection.directions);
    const pieces = directions.flatMap(({ pieces: all, reads, writes }) =>
      all.map(({ fate, read, write }) => [fate, reads[read!]!.t - writes[write!]!.t]),
    );
    expect(pieces.length).toBeGreaterThan(3);
    for (const [fate, took] of pieces) {
      expect(fate).toBe('delivered');
      // 20 ms, but for what two processes' clocks may be apart.
      expect(took).toBeGreaterThan(19_000);
    }
  });
});
