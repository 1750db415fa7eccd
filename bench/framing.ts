/**
 * How fast is the framing, compared with other decoders and bare sockets?
 *
 *   npm run bench:framing               everything, about five minutes
 *   npm run bench:framing -- --short    fewer rounds and sizes, a few seconds
 *   npm run bench:framing -- --only decode|loopback|memory|connections --sizes 16,65536
 *
 * Prints the tables of docs/framing.md. Medians of rounds in which the contenders take
 * turns; ratios are taken within each round, so that a busy machine slows both sides. Beside
 * each table stands how busy it was before and after.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchConnections } from './framing-connections.ts';
import { benchDecoders } from './framing-decode.ts';
import { benchLoopback } from './framing-loopback.ts';
import { benchMemory } from './framing-memory.ts';

const MIB = 2 ** 20;
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    sizes: { type: 'string' },
  },
});
const { short, only } = values;
const usual = short ? [16, 1024, 65_536] : [16, 100, 1024, 65_536, MIB];
const sizes = values.sizes?.split(',').map(Number) ?? usual;

console.log(
  `Node ${process.version}, ${process.platform}, ${cpus().length} × ${cpus()[0]?.model}`,
);
const tables: [name: string, title: string, bench: () => Promise<void>][] = [
  ['decode', 'Decoding', () => benchDecoders(sizes, short ? 9 : 61)],
  [
    'loopback',
    'End to end over loopback TCP',
    () => benchLoopback(sizes, short ? 5 : 41, (short ? 32 : 64) * MIB),
  ],
  ['memory', 'Memory', () => benchMemory(short ? 100 : 1000)],
  [
    'connections',
    'Memory of a connection',
    () => benchConnections(short ? 1000 : 10_000),
  ],
];
const load = (): string => loadavg()[0]!.toFixed(1);
for (const [name, title, bench] of tables) {
  if (only !== undefined && only !== name) continue;
  const before = load();
  console.log(`\n${title}\n`);
  await bench();
  console.log(`\nLoad average: ${before} before, ${load()} after`);
}
