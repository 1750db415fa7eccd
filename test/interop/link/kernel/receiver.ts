/**
 * Notes when each message of so many bytes was written and could be read, and prints both as
 * JSON, in milliseconds. A message begins with the time of its writing.
 */
import { createServer } from 'node:net';
import { ByteQueue } from '../../../../src/common/index.ts';

const SIZE = Number(process.argv[2]);
const times: [written: number, read: number][] = [];
/** When the first was written. */
let start: bigint | undefined;
const queue = new ByteQueue();
createServer((socket) => {
  socket.on('data', (chunk) => {
    const now = process.hrtime.bigint();
    queue.push(chunk);
    while (queue.length >= SIZE) {
      const written = queue.take(SIZE).readBigInt64BE(0);
      start ??= written;
      times.push([Number(written - start) / 1e6, Number(now - start) / 1e6]);
    }
  });
  socket.on('end', () => {
    process.stdout.write(`${JSON.stringify(times)}\n`, () => process.exit());
  });
}).listen(5000, '10.9.0.2');
