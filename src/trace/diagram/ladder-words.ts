/**
 * A packet of the ladder by the name that `ladder` gives it: `data1` is the first attempt of the
 * packet with number 1, `data1.1` the second. Pure.
 *
 *   "RL\x01\0\0\0\0\x01\0\0\0\x01…    ►     data1
 *   "RL\x02\0\0\0\0\x01\0\0\0\x01…    ►     ack1: expects 2
 *
 * Where a trace holds the bytes as text, they are known up to the first that is not UTF-8. A packet
 * with such a byte before its attempt has no name here, and is shown as it is.
 *
 * Source: docs/ladder.md, "The packet".
 */
import type { Line } from '../joined/index.ts';
import { bytesOf } from './zmtp-words.ts';

const KINDS = ['data', 'ack', 'probe', 'update'];
const MAGIC = 0x524c;
/** Bytes of the shortest packet, and of what is read of it. */
const HEADER = 33;
const READ = 20;

/** Undefined for what is none, or cannot be read. */
export function ladderWords(sent: Line<'send'> | Line<'receive'>): string | undefined {
  const head = bytesOf(sent);
  if (sent.bytes < HEADER || head.length < READ) return undefined;
  const kind = KINDS[head.readUInt8(2) - 1];
  if (head.readUInt16BE(0) !== MAGIC || kind === undefined) return undefined;
  const attempt = head.readUInt16BE(18);
  const name = `${kind}${head.readUInt32BE(8)}${attempt > 0 ? `.${attempt}` : ''}`;
  return kind === 'ack' ? `${name}: expects ${head.readUInt32BE(12)}` : name;
}
