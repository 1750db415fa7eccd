/**
 * A link on which the kernel itself loses packets: the loopback of a network namespace of
 * our own (Linux, network_namespaces(7)), which ends with its last process.
 *
 *   socketlab ──► unshare --net ──► socketlab again: lo with netem (tc-netem(8)), or nft(8)
 *
 * Both directions pass there, acknowledgements and handshakes too. There are two kinds of loss:
 * any packet by chance, and then nobody knows which one it was; or exactly the messages that a
 * seed or a list names, when they carry their numbers (kernel-rules.ts).
 */
import { spawn, spawnSync } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { misuse, type MisuseError } from '../../common/index.ts';
import {
  ARRIVED,
  countsOf,
  type KernelCounts,
  type NumberedLane,
  numberedRules,
} from './kernel-rules.ts';
import { type LinkOptions, TCP_HEADERS } from './model/index.ts';

export type KernelMeans = 'netem' | 'nft';

/**
 * A link that the kernel makes: with which tool, and whether a seed or a list decides what is lost.
 */
export interface KernelLink {
  means: KernelMeans;
  exact: boolean;
}

const BY_CHANCE = ['loss', 'delay', 'dup', 'reorder'] as const;
const BY_NUMBER = ['loss', 'drop', 'dup', 'seed'] as const;

/** The congestion control of its connections: the one of the model. */
export const KERNEL_CONTROL = 'cubic';

/** The least that Linux cuts a stream into (tcp_min_snd_mss), without time stamps. */
export const LEAST_CUT = 36;

/** The name of the namespace that was left. */
const LEFT = 'SOCKETLAB_LEFT_NAMESPACE';
/** The share that is lost is counted in parts of this. */
const FINE = 1_000_000;
const MADE = 'could not make a network namespace';
const RELAY = 'the usual link, --link relay, can do it';

/** The command that gives `lo` these misfortunes, and what it reads. Pure. */
export function kernelCommand(
  { delay = 0, dup = 0, loss = 0, reorder = 0 }: LinkOptions,
  means: KernelMeans,
): { args: string[]; input: string } {
  if (means === 'netem') {
    const args = ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'limit', '100000'];
    if (delay > 0) args.push('delay', `${delay}ms`);
    if (loss > 0) args.push('loss', percent(loss));
    if (dup > 0) args.push('duplicate', percent(dup));
    if (reorder > 0) args.push('reorder', percent(reorder));
    return { args, input: '' };
  }
  // At the input: what is dropped at the output is told to the sender (EPERM).
  // nft refuses a number that is not below the modulus.
  const below = Math.min(Math.round(loss * FINE), FINE - 1);
  const rule = `numgen random mod ${FINE} < ${below} drop`;
  const chain = `chain lossy { type filter hook input priority 0; ${rule}; }`;
  return { args: ['nft', '-f', '-'], input: `table inet socketlab { ${chain}; }\n` };
}

function percent(share: number): string {
  return `${+(share * 100).toFixed(4)}%`;
}

/** Whether this link names what is lost, instead of leaving it to the kernel's chance. */
export function isExact({ drop, seed }: LinkOptions): boolean {
  return seed !== undefined || drop !== undefined;
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for what no kernel link can do */
export function checkKernelLink(link: LinkOptions): void {
  const exact = isExact(link);
  const keys: readonly string[] = exact ? BY_NUMBER : BY_CHANCE;
  const condition = exact ? 'with --seed or --drop it' : 'it';
  for (const [key, value] of Object.entries(link)) {
    if (value === undefined || keys.includes(key)) continue;
    throw cannot(`${condition} has --${keys.join(', --')}, and no ${key}; ${RELAY}`);
  }
  if (link.loss === 1 && !exact) {
    throw cannot(
      '--loss 100% lets nobody connect; with --seed it applies to messages only',
    );
  }
  if (link.reorder && !link.delay) {
    throw cannot('--reorder lets a packet skip the delay, and there is no --delay');
  }
}

/** Whether this process is the one in the namespace. */
export function isInNamespace(): boolean {
  const left = process.env[LEFT];
  return process.connected && left !== undefined && left !== namespaceName();
}

function namespaceName(): string {
  return readlinkSync('/proc/self/ns/net');
}

/**
 * Runs this program again in a namespace of its own, with the same arguments.
 * @returns its exit status
 * @throws {MisuseError} ERR_BAD_ARGUMENT where that cannot be had
 */
export async function runInNamespace(signal: AbortSignal): Promise<number> {
  if (process.platform !== 'linux') throw cannot(`it needs Linux; ${RELAY}`);
  const how = ['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
  const trial = spawnSync('unshare', [...how, 'true'], { encoding: 'utf8' });
  if (trial.status !== 0) {
    const why = trial.error?.message ?? trial.stderr.trim();
    throw cannot(`${MADE} (${why}); ${RELAY}`);
  }
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // The channel tells the inner process when this one is gone, however it went.
  const child = spawn('unshare', [...how, ...again], {
    env: { ...process.env, [LEFT]: namespaceName() },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const onAbort = (): void => void child.kill('SIGINT');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, name) => {
        resolve(code ?? 128 + (name ? constants.signals[name] : 0));
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * In the namespace: makes its loopback lose packets, and ends with the process outside. An exact
 * link loses nothing before `loseByNumber`.
 * @throws {MisuseError} ERR_BAD_ARGUMENT for what this machine's kernel cannot do
 */
export function spoilLoopback(link: LinkOptions): KernelLink {
  if (!isInNamespace()) throw cannot('it is used outside a namespace of its own');
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref();
  // As on Ethernet. A loopback takes 64 KiB at once, and would lose 45 segments together.
  attempt(['ip', 'link', 'set', 'lo', 'mtu', '1500', 'gso_max_segs', '1', 'up'], '');
  // The system's own may be another one, such as bbr, which answers losses differently.
  const route = ['ip', 'route', 'replace', 'local', '127.0.0.1', 'dev', 'lo'];
  attempt([...route, 'table', 'local', 'congctl', KERNEL_CONTROL], '');
  forgetConnections();
  if (isExact(link)) return { means: 'nft', exact: true };
  const { args, input } = kernelCommand(link, 'netem');
  const netem = said(args, input);
  if (netem === undefined) return { means: 'netem', exact: false };
  const { delay = 0, dup = 0, reorder = 0 } = link;
  if (delay > 0 || dup > 0 || reorder > 0) {
    throw cannot(
      `anything but loss needs netem, which this system does not have (${netem}); ${RELAY}`,
    );
  }
  const nft = kernelCommand(link, 'nft');
  attempt(nft.args, nft.input);
  return { means: 'nft', exact: false };
}

/** Otherwise a connection begins with the window and the round trip of the one before it. */
function forgetConnections(): void {
  try {
    writeFileSync('/proc/sys/net/ipv4/tcp_no_metrics_save', '1');
  } catch {
    // It is read-only in some containers: there the second lane knows what the first has learnt.
  }
}

/**
 * On an exact link: loses the messages of a lane that is about to run, and no longer those of
 * the lane before it. A packet carries one message, since the loopback takes no longer ones.
 * @returns reads what the kernel has counted since then
 * @throws {MisuseError} ERR_BAD_ARGUMENT for what this machine's kernel cannot do
 */
export function loseByNumber(link: LinkOptions, lane: NumberedLane): () => KernelCounts {
  const longest = lane.transport === 'udp' ? 65_536 : lane.segment + TCP_HEADERS;
  // Otherwise the kernel hands itself several segments at once, as one packet.
  const whole = ['mtu', String(longest), 'gso_max_segs', '1'];
  attempt(['ip', 'link', 'set', 'lo', ...whole], '');
  attempt(['nft', '-f', '-'], numberedRules(link, lane));
  return () => {
    const arrived = listed('list', 'set', 'ip', 'socketlab', ARRIVED);
    return countsOf(listed('-j', 'list', 'table', 'ip', 'socketlab'), arrived);
  };
}

function listed(...args: string[]): string {
  const options = { encoding: 'utf8', maxBuffer: MOST_LISTED } as const;
  const { status, stdout, stderr } = spawnSync('nft', args, options);
  if (status !== 0) throw cannot(`nft did not say what it has counted (${stderr})`);
  return stdout;
}

/** A hundred thousand numbers take a few megabytes. */
const MOST_LISTED = 64 * 1024 * 1024;

function attempt(args: readonly string[], input: string): void {
  const why = said(args, input);
  if (why !== undefined) throw cannot(`${args[0]!} failed (${why}); ${RELAY}`);
}

/** What a failed command said; undefined if it succeeded. */
function said([program, ...args]: readonly string[], input: string): string | undefined {
  const end = spawnSync(program!, args, { input, encoding: 'utf8', timeout: 10_000 });
  if (end.status === 0) return undefined;
  return end.error?.message ?? end.stderr.trim().split('\n')[0] ?? 'no reason given';
}

function cannot(why: string): MisuseError {
  return misuse(`--link kernel: ${why}`);
}
