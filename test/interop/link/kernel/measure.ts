/** How late messages are over a bad link: with a kernel's TCP, and in the model. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { percentile } from '../../../../src/common/index.ts';
import { fatesOf, linkOf, parseLink } from '../../../../src/network/link/index.ts';
import { StreamModel } from '../../../../src/network/link/model/stream-model.ts';
import { python } from '../../../support/peers.ts';

export interface Scenario {
  /** In the form of `--through`: `delay=50ms,loss=10%,seed=7`. */
  link: string;
  messages: number;
  /** Milliseconds from one message to the next; 0 for all at once. */
  every: number;
  /** Bytes of a message. */
  size: number;
}

/** What a run may last: a megabyte at a loss of 20 % takes minutes. Milliseconds. */
export const LONGEST = 400_000;

const KERNEL_LINK = fileURLToPath(new URL('./kernel_link.py', import.meta.url));
const FORWARDER = fileURLToPath(new URL('./forwarder.ts', import.meta.url));
const RECEIVER = fileURLToPath(new URL('./receiver.py', import.meta.url));
const SENDER = fileURLToPath(new URL('./sender.py', import.meta.url));

/** Why this machine cannot have a kernel's TCP over a link of ours; undefined when it can. */
export function whyNoKernelLink(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (python === undefined) return 'it needs python3';
  const { status, stderr } = spawnSync(python, [KERNEL_LINK, '--check'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : stderr.trim();
}

/** When a message was written and could be read: milliseconds since the first was written. */
export type Times = [written: number, read: number];

/** How late the messages were, milliseconds. */
export function latencies(times: readonly Times[]): number[] {
  return times.map(([written, read]) => read - written);
}

/**
 * How often nothing could be read for this many milliseconds: longer than any repetition that
 * something else than the time-out brought about, on a link of up to 50 ms one way. A machine
 * that is late by some milliseconds does not change that.
 */
export function stalls(times: readonly Times[], longerThan = 150): number {
  return times.filter(
    ([, read], index) => index > 0 && read - times[index - 1]![1] > longerThan,
  ).length;
}

export interface KernelRun {
  times: Times[];
  /** As late were 99 of 100 packets and messages by no fault of TCP, milliseconds. */
  late: number;
}

/**
 * One run with a kernel's TCP. How late the machine was decides what it is worth. One that takes
 * too long counts as one that took so long: it must not be left out because it was slow.
 */
export async function kernelRun(scenario: Scenario): Promise<KernelRun> {
  const { times, late } = await rawRun(scenario).catch((error: { killed?: boolean }) => {
    if (error.killed) return { times: [[0, LONGEST] as Times], late: 0 };
    throw error;
  });
  return { times, late: Math.max(late, senderLate(times, scenario)) };
}

/** How late the sender wrote what was due, other than when TCP itself made it wait. */
function senderLate(times: readonly Times[], { every }: Scenario): number {
  if (every === 0) return 0;
  return percentile(
    times.map(([written], index) => written - index * every),
    99,
  );
}

async function rawRun(scenario: Scenario): Promise<KernelRun> {
  const { link, messages, every, size } = scenario;
  const node = (file: string, ...args: (string | number)[]): string =>
    JSON.stringify([process.execPath, '--import', 'tsx', file, ...args.map(String)]);
  const py = python ?? 'python3';
  const { stdout } = await promisify(execFile)(
    py,
    [
      KERNEL_LINK,
      node(FORWARDER, link),
      JSON.stringify([py, RECEIVER, String(size)]),
      JSON.stringify([py, SENDER, ...[messages, every, size].map(String)]),
    ],
    { timeout: LONGEST, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
  );
  const [times = '', howLate = ''] = stdout.split('\n');
  const { late } = JSON.parse(howLate) as { late: number };
  return { times: JSON.parse(times) as Times[], late };
}

/**
 * The same of the model, which needs no time for it. As in the kernel's runs, what happens to a
 * packet depends on how many went before it, whatever is in it: the two meet the same luck in the
 * same order.
 */
export function modelledTimes(scenario: Scenario, join: boolean): Times[] {
  const { messages, every, size } = scenario;
  const link = linkOf(parseLink(scenario.link));
  const fates = fatesOf(link);
  // The first of the way there is the one that ends the handshake.
  let packets = 1;
  const model = new StreamModel<undefined>({
    ...link.there,
    ackDelay: link.back.delay,
    join,
    fate: () => fates('there', (packets += 1)),
    ackIsLost: (n) => fates('back', n).lost,
  });
  const times: Times[] = [];
  const until = (now: number): void => {
    while (model.nextTime <= now) {
      for (const { time, offeredAt } of model.advance(model.nextTime)) {
        times.push([offeredAt, time]);
      }
    }
  };
  for (let k = 1; k <= messages; k += 1) {
    until((k - 1) * every);
    model.offer((k - 1) * every, k, size, undefined);
  }
  until(Number.MAX_SAFE_INTEGER);
  return times;
}
