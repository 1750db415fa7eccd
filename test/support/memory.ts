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
function heldMemory(): number {
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

/** Growth of what is held that is not yet a leak: V8 goes on compiling. */
const ALLOWED_GROWTH = 20 * 2 ** 20;

/**
 * Lives of a fuzzed decoder, one after the other, until `total` chunks are used up.
 * @param live a life of at most this many chunks; returns how many it used
 * @returns how many lives it took, and how much memory was held, in words
 * @throws {Error} if what is held after a collection grows
 */
export function liveWithoutLeak(
  total: number,
  live: (most: number) => number,
): { done: number; lives: number; memory: string } {
  let [done, lives, settled, peak, tenths] = [0, 0, 0, 0, 1];
  while (done < total) {
    done += live(total - done);
    lives += 1;
    if (done < (total * tenths) / 10) continue;
    // The first tenth is for the compiler.
    const held = heldMemory();
    if (tenths === 1) settled = held;
    peak = Math.max(peak, held);
    if (held - settled > ALLOWED_GROWTH) {
      throw new Error(`memory grew from ${settled} to ${held} bytes`);
    }
    tenths += 1;
  }
  const [first, most] = [settled, peak].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  return { done, lives, memory: `${first} MiB after a tenth, at most ${most} MiB` };
}
