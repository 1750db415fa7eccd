/**
 * How fast is the framing, compared with other decoders and bare sockets?
 *
 *   npm run bench:framing               everything, about five minutes
 *   npm run bench:framing -- --short    fewer rounds and sizes, a few seconds
 *   npm run bench:framing -- --only decode|loopback|memory|connections --sizes 16,65536
 *
 * Prints the tables of docs/framing.md. Medians of rounds in which the contenders take
 * turns; ratios are taken within each round, so that a busy machine slows both sides.
 */
import { cpus } from 'node:os';
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
if (only === undefined || only === 'decode') {
  console.log('\nDecoding\n');
  await benchDecoders(sizes, short ? 9 : 61);
}
if (only === undefined || only === 'loopback') {
  console.log('\nEnd to end over loopback TCP\n');
  await benchLoopback(sizes, short ? 3 : 21, (short ? 32 : 256) * MIB);
}
if (only === undefined || only === 'memory') {
  console.log('\nMemory\n');
  await benchMemory(short ? 100 : 1000);
}
if (only === undefined || only === 'connections') {
  console.log('\nMemory of a connection\n');
  await benchConnections(short ? 1000 : 9500);
}
