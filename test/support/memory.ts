/** How much memory a process has used, in bytes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * The most that it ever had in RAM: VmHWM of proc(5), which cannot miss a peak. Without /proc,
 * what it has now, as ps(1) reports it.
 */
export function peakMemory(pid: number): number {
  const file = `/proc/${pid}/status`;
  const kib = existsSync(file)
    ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]
    : spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  const bytes = Number(kib) * 1024;
  if (!(bytes > 0)) throw new Error(`the memory of process ${pid} is not to be known`);
  return bytes;
}

let collect: (() => void) | undefined;

/** What this process holds on its heap and in buffers, in bytes: garbage is collected first. */
export function heldMemory(): number {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // Buffers are freed beside the collector, and the next collection waits for that.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
