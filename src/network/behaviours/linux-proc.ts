/**
 * Reads what Linux says about its network in /proc/net, proc(5), so that an experiment need not
 * wait for what the kernel plans to do.
 */
import { readFileSync } from 'node:fs';
import { NotHere } from './experiment.ts';

/** The column `tr`: the timer that runs for a connection. */
const KINDS = ['none', 'retransmission', 'keep-alive', 'TIME_WAIT', 'probe'] as const;
/** The kernel's unit of time here. */
const HERTZ = 100;

/** As `Socket` has them. */
interface Ports {
  localPort?: number | undefined;
  remotePort?: number | undefined;
}

interface KernelTimer {
  kind: (typeof KINDS)[number];
  /** Until it runs out. */
  seconds: number;
}

/**
 * The timer of an IPv4 connection at its client's end, established or about to be; undefined when
 * it is not in the table: it is over, or the table changed while it was read.
 * @throws {NotHere} on other systems
 */
export function kernelTimer({ localPort, remotePort }: Ports): KernelTimer | undefined {
  const ports = `:${hex(localPort!)} \\w+:${hex(remotePort!)}`;
  const row = new RegExp(`${ports} 0[12] \\S+ (\\w+):(\\w+)`).exec(table());
  if (!row) return undefined;
  const [, number = '', time = ''] = row;
  const kind = KINDS[parseInt(number, 16)];
  if (kind === undefined) throw new Error(`/proc/net/tcp has no such timer: ${row[0]}`);
  return { kind, seconds: parseInt(time, 16) / HERTZ };
}

/** How many packets have passed the loopback interface, where each is received once. */
export function loopbackPackets(): number {
  const row = /^\s*lo:\s*\d+\s+(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'));
  return Number(row?.[1]);
}

function table(): string {
  try {
    return readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    throw new NotHere('only Linux shows its timers (/proc/net/tcp)');
  }
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
