/** A lot of data at once over real sockets, and as the command prints it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBulk } from '../../../src/network/compare/bulk/run.ts';
import type { BulkJson } from '../../../src/network/compare/index.ts';
import { inProcess } from '../../support/command-line.ts';
import { IN_PEACE } from '../../support/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
const BAD = ['--bytes', '200kb', '--loss', '5%', '--delay', '5ms', '--streams', '2'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function jsonOf(...args: string[]): Promise<BulkJson> {
  const { stdout, ...end } = await inProcess('compare', ...BAD, '--json', ...args);
  expect(end).toEqual(IN_PEACE);
  return JSON.parse(stdout) as BulkJson;
}

/** Where packets were lost when they were first sent, stream by stream. */
function lost({ lanes }: BulkJson, lane: 'udp' | 'tcp'): string[] {
  const { sendings } = lanes.find((one) => one.lane === lane)!;
  return sendings!
    .filter(({ attempt, outcome }) => attempt === 0 && outcome === 'lost')
    .map(({ offset, stream }) => `${stream}: ${offset}`)
    .sort();
}

describe('socketlab compare --bytes', () => {
  it('carries two streams through a relay, with the fates of virtual time', async () => {
    const [real, virtual] = [await jsonOf(), await jsonOf('--virtual')];
    expect(real.options).toMatchObject({ bytes: 200_000, streams: 2, everyMs: 0 });
    expect(virtual.options).toEqual({ ...real.options, virtual: true });
    for (const { lanes } of [real, virtual]) {
      const [udp, tcp] = lanes;
      expect(udp!.bytes).toBeLessThan(400_000);
      expect(tcp).toMatchObject({ bytes: 400_000, finished: true, modelled: true });
      expect(tcp!.streams.map(({ bytes }) => bytes)).toEqual([200_000, 200_000]);
      expect(tcp!.packets!.sentAgain).toBeGreaterThanOrEqual(tcp!.packets!.lost);
      expect(tcp!.jain).toBeLessThanOrEqual(1);
    }
    expect(lost(virtual, 'udp').length).toBeGreaterThan(0);
    expect(lost(real, 'udp')).toEqual(lost(virtual, 'udp'));
  });

  it('replays fates from a file, and says so', async () => {
    const file = join(folder, 'fates.jsonl');
    const header = '{"socketlab":"fates","version":1}';
    const fates = [
      { direction: 'there', k: 3, lost: true },
      { direction: 'there', k: 3, attempt: 1, lost: true },
      { direction: 'there', k: 5, lost: true },
    ].map((fate) => JSON.stringify(fate));
    writeFileSync(file, [header, ...fates].join('\n'));
    const args = ['compare', '--bytes', '20kb', '--replay', file];
    for (const time of [[], ['--virtual']]) {
      const { stdout, ...end } = await inProcess(...args, ...time, '--json');
      expect(end).toEqual(IN_PEACE);
      const { lanes, options } = JSON.parse(stdout) as BulkJson;
      expect(options).toMatchObject({ link: '', replayed: true });
      const [udp, tcp] = lanes;
      expect(udp).toMatchObject({ bytes: 20_000 - 2 * 1448 });
      expect(udp!.packets).toMatchObject({ sent: 14, lost: 2 });
      expect(tcp).toMatchObject({ bytes: 20_000, finished: true });
      expect(tcp!.packets!.lost).toBe(3);
    }
    const { stdout } = await inProcess(...args, '--virtual');
    expect(stdout).toContain('What happens to packets: recorded fates\n');
    expect(stdout).not.toContain('perfect');
  });

  it('says how far it came when it takes too long', async () => {
    const slow = { bytes: 1_000_000, lanes: ['tcp'], link: { rate: 100_000 } };
    const { results } = await compareBulk(slow, { longest: 500 });
    expect(results[0]).toMatchObject({ finished: false, sentBytes: 1_000_000 });
    expect(results[0]!.bytes).toBeLessThan(1_000_000);
  });

  it('prints a table, and writes a page with the curves', async () => {
    const file = join(folder, 'report.html');
    const args = [...BAD, '--rate', '5mbit', '--virtual', '--report', file];
    const { stdout, ...end } = await inProcess('compare', ...args);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('2 streams of 200,000 bytes in each lane');
    expect(stdout).toMatch(/^ Jain's index +[01]/m);
    expect(stdout).toMatch(/^ {3}window, stream 2 +[▁▂▃▄▅▆▇█]/m);
    const page = readFileSync(file, 'utf8');
    for (const curve of [
      'sequence numbers',
      'congestion window',
      'packets in the queue',
    ]) {
      expect(page).toContain(`aria-label="TCP: ${curve} over time`);
    }
    expect(page).not.toMatch(/NaN|Infinity|undefined|<script/);
  });

  it.each([
    [['--streams', '2'], '--streams says how many streams carry --bytes'],
    [['--bytes', '1mb', '--messages', '3'], 'with --bytes there are no messages'],
    [['--bytes', '1000'], '"1000" is not an amount: write it as 500kb or 1mb'],
    [['--bytes', '1mb', '--lanes', 'framed'], 'bytes takes only the lanes udp and tcp'],
    [['--bytes', '1mb', '--assert', 'tcp.lost==0'], "there is no 'lost'"],
  ])('is one line and exit status 2: %j', async (args, why) => {
    const { code, stderr } = await inProcess('compare', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });
});
