/**
 * The link between two TUN devices: reads IP packets from one, gives each its fate, and
 * writes them to the other. Arguments: a link's description, the two files' numbers.
 *
 * It prints `ready` when it begins. On SIGTERM it prints how late it was itself, as JSON: milliseconds between the time at which
 * a packet was due and its delivery, which 99 of 100 did not exceed. If that is a lot, the machine
 * was busy, and the run says nothing about TCP.
 */
import { read, writeSync } from 'node:fs';
import { percentile } from '../../../../src/common/index.ts';
import {
  type Direction,
  fatesOf,
  linkOf,
  parseLink,
} from '../../../../src/network/link/index.ts';
import { Wire } from '../../../../src/network/link/model/wire.ts';

const [text = '', near, far] = process.argv.slice(2);
const link = linkOf(parseLink(text));
const fates = fatesOf(link);
interface Road {
  direction: Direction;
  /** Files: where packets come from, and where they go. */
  from: number;
  to: number;
  wire: Wire<Buffer>;
  /** How many packets there were. */
  k: number;
}

const [one, other] = [Number(near), Number(far)];
const roads: readonly Road[] = [
  { direction: 'there', from: one, to: other, wire: new Wire(link.there), k: 0 },
  { direction: 'back', from: other, to: one, wire: new Wire(link.back), k: 0 },
];
const lateness: number[] = [];
let timer: NodeJS.Timeout | undefined;

function deliver(): void {
  const now = performance.now();
  for (const { wire, to } of roads) {
    for (const { item, time } of wire.take(now)) {
      lateness.push(now - time);
      passOn(to, item);
    }
  }
  clearTimeout(timer);
  const next = Math.min(...roads.map(({ wire }) => wire.nextTime));
  if (next < Infinity) timer = setTimeout(deliver, Math.ceil(next - now));
}

/** The last packets are nobody's: an end that is done takes its device with it. */
function passOn(to: number, packet: Buffer): void {
  try {
    writeSync(to, packet);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno !== -EBADFD) throw error;
  }
}

/** errno(3): no device is behind this file any more. Node has no name for it. */
const EBADFD = 77;
const SYN = 0x02;

/** Segments of an established connection: the model has no lost handshakes either. */
function isCounted(packet: Buffer): boolean {
  const [first = 0] = packet;
  const flags = packet[(first & 0x0f) * 4 + 13] ?? 0;
  return first >>> 4 === 4 && (flags & SYN) === 0;
}

function readFrom(road: Road): void {
  const packet = Buffer.alloc(65_536);
  read(road.from, packet, 0, packet.length, null, (error, length) => {
    if (error) return; // the device is gone, and so are we in a moment
    const bytes = packet.subarray(0, length);
    const counted = isCounted(bytes);
    if (counted) road.k += 1;
    const fate = fates(road.direction, road.k);
    const offered = counted ? fate : { ...fate, lost: false };
    road.wire.offer(performance.now(), bytes, length, offered);
    deliver();
    readFrom(road);
  });
}

process.on('SIGTERM', () => {
  writeSync(1, `${JSON.stringify({ late: percentile(lateness, 99) })}\n`);
  // Not exit(): that would wait for the two reads, which end with the devices only.
  process.kill(process.pid, 'SIGKILL');
});
for (const road of roads) readFrom(road);
writeSync(1, 'ready\n');
