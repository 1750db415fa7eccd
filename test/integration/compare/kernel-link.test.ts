/** `socketlab compare --link kernel`: what is refused and, where it can run, real loss. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type {
  BulkJson,
  ComparisonJson,
  LaneResult,
} from '../../../src/network/compare/index.ts';
import { inProcess } from '../../support/command-line.ts';
import { failure, IN_PEACE, Programs } from '../../support/programs.ts';
import { PATIENCE } from '../../support/eventually.ts';

const programs = new Programs();
const KERNEL = ['compare', '--link', 'kernel'];
const root = process.platform === 'linux' && process.getuid?.() === 0;
const can =
  root && spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset']).status === 0;
const WHY = 'needs Linux, root, unshare and nft';

const EXACT = ['--loss', '20%', '--dup', '5%', '--seed', '3'].concat([
  '--messages',
  '200',
  '--every',
  '1ms',
]);

/** The messages that were lost when they were first sent. */
function firstLosses({ fates }: LaneResult): number[] {
  const first = fates!.filter(({ attempt }) => attempt === 0);
  return first.filter(({ outcome }) => outcome === 'lost').map(({ k }) => k);
}

/** Processes in another network namespace than ours. */
function strangers(): string[] {
  const ours = readlinkSync('/proc/self/ns/net');
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/net`) !== ours;
    } catch {
      return false; // it has ended
    }
  });
}

const ours = (): string[] =>
  strangers().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('4999');
    } catch {
      return false;
    }
  });

afterAll(() => programs.stopAll());

describe('socketlab compare --link kernel', () => {
  it.each<[string, string[], string]>([
    ['recorded fates', ['--replay', 'a-file'], 'but not --replay'],
    ['a delay and a seed', ['--seed', '7', '--delay', '5ms'], 'no delay'],
    ['losses on the way back', ['--drop-back', '3'], 'no dropBack'],
    [
      'messages that TCP would join',
      ['--drop', '3', '--size', '35'],
      'size is 36 or more',
    ],
    ['bytes without numbers', ['--drop', '3', '--bytes', '1mb'], 'leave out --seed and'],
    ['what no kernel link does', ['--corrupt', '1%'], 'no corrupt'],
    ['overtaking without delay', ['--reorder', '5%'], 'there is no --delay'],
  ])('is one line and exit status 2 with %s', async (_, args, help) => {
    expect(await inProcess(...KERNEL, ...args)).toMatchObject(failure(2, help));
  });

  it('is one line and exit status 2 on another system', async (context) => {
    if (process.platform === 'linux') context.skip('this is Linux');
    expect(await inProcess(...KERNEL)).toMatchObject(failure(2, 'needs Linux'));
  });

  it('is one line and exit status 2 with a delay, where there is no netem', async (context) => {
    if (!can) context.skip(WHY);
    const netem = ['--net', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem'];
    if (spawnSync('unshare', netem).status === 0) context.skip('this kernel has netem');
    const program = programs.cli(...KERNEL, '--delay', '20ms');
    expect(await program.ended()).toEqual(failure(2, 'anything but loss needs netem'));
    expect(program.stdout).toBe('');
  });

  it('loses datagrams, and nothing of a stream', async (context) => {
    if (!can) context.skip(WHY);
    // The kernel throws its own dice. At 5 % a stream is silent for as long as we wait (eight
    // losses of one segment in a row) not once in a million runs; at 20 % once in a thousand.
    const few = ['--loss', '5%', '--messages', '400', '--every', '1ms', '--json'];
    const program = programs.cli(...KERNEL, ...few);
    expect(await program.ended()).toEqual(IN_PEACE);
    const { lanes, options } = JSON.parse(program.stdout) as ComparisonJson;
    const kernel = { asked: 'loss=5%', exact: false };
    expect(options).toMatchObject({ link: 'kernel', kernel });
    const [udp, ...streams] = lanes;
    // 20 are expected, with a deviation of 4.4: beyond these not once in a million runs.
    expect(udp!.lost).toBeGreaterThan(2);
    expect(udp!.lost).toBeLessThan(60);
    for (const stream of streams) {
      expect(stream).toMatchObject({ delivered: 400, outOfOrder: 0, modelled: false });
    }
  });

  // All of this is decided by the seed. Times are not, nor how often TCP repeats in vain.
  it('loses and copies what the seed says, as in the model', async (context) => {
    if (!can) context.skip(WHY);
    const program = programs.cli(...KERNEL, ...EXACT, '--json');
    expect(await program.ended()).toEqual(IN_PEACE);
    const { lanes, model, options } = JSON.parse(program.stdout) as ComparisonJson;
    const kernel = { means: 'nft', exact: true };
    expect(options).toMatchObject({ kernel });
    expect(lanes.map(({ lane }) => lane)).toEqual(model!.map(({ lane }) => lane));
    for (const [index, lane] of lanes.entries()) {
      const beside = model![index]!;
      expect(firstLosses(lane)).toEqual(firstLosses(beside));
      expect(firstLosses(lane).length).toBeGreaterThan(10);
      const { delivered, duplicated, lost } = beside;
      expect(lane).toMatchObject({ delivered, duplicated, lost, kernelDrops: 0 });
      expect(lane).toMatchObject({ modelled: false, outOfOrder: 0, finished: true });
    }
    expect(lanes[0]!.duplicated).toBeGreaterThan(0);
    for (const [index, { wire }] of lanes.entries()) {
      if (index === 0) continue;
      // Each lost sending took another one; the model sends no fewer, and no more than it must.
      const lost = model![index]!.fates!.filter(
        ({ outcome }) => outcome === 'lost',
      ).length;
      const { acknowledgements, packets, retransmitted } = wire!;
      expect(retransmitted).toBeGreaterThanOrEqual(lost);
      // And a handshake of three.
      expect(packets).toBeGreaterThanOrEqual(200 + retransmitted + acknowledgements + 3);
    }
  });

  it('loses the messages of a list, and prints the model beside it', async (context) => {
    if (!can) context.skip(WHY);
    const few = ['--drop', '3+7', '--messages', '10'];
    const program = programs.cli(...KERNEL, ...few, '--assert', 'udp.lost==2');
    expect(await program.ended()).toMatchObject({ code: 0 });
    expect(program.stdout).toContain('The kernel loses them (nft)');
    expect(program.stdout).toMatch(
      /^ lost +2 +0 +0$[^]*in virtual time:[^]*^ lost +2 +0 +0$/m,
    );
  });

  it('carries much at once, and knows only what was read', async (context) => {
    if (!can) context.skip(WHY);
    const much = ['--bytes', '200kb', '--streams', '2', '--loss', '0%', '--json'];
    const program = programs.cli(...KERNEL, ...much);
    expect(await program.ended()).toEqual(IN_PEACE);
    const { lanes, options } = JSON.parse(program.stdout) as BulkJson;
    expect(options).toMatchObject({ link: 'kernel', bytes: 200_000, streams: 2 });
    const [udp, tcp] = lanes;
    expect(tcp).toMatchObject({ bytes: 400_000, finished: true, modelled: false });
    expect(tcp).toMatchObject({ packets: null, sendings: null, largestWindow: null });
    expect(udp).toMatchObject({ sentBytes: 400_000, packets: null, finished: true });
  });

  it.for(['SIGINT', 'SIGKILL'] as const)(
    'leaves nothing behind: %s',
    async (signal, context) => {
      if (!can) context.skip(WHY);
      const program = programs.cli(...KERNEL, '--loss', '1%', '--messages', '4999');
      await program.printed('4999 messages');
      expect(ours()).not.toEqual([]);
      program.signal(signal);
      const { code } = await program.ended();
      expect(code).toBe(signal === 'SIGINT' ? 130 : null);
      await expect.poll(ours, { timeout: PATIENCE }).toEqual([]);
      expect(existsSync(`/proc/${program.pid}`)).toBe(false);
    },
  );
});
