/**
 * An echo client of one kind for trace-overhead.ts, in its own process so that it can be traced
 * or not.
 *
 *   fork(…, [kind, port]);   send({ size, length })   →   message { rate, p50, p99 }
 */
import { percentile } from '../src/common/index.ts';
import { clients } from './support/echo-clients.ts';

/** What to do: echoes of `size` bytes for `length` milliseconds. */
export interface Task {
  size: number;
  length: number;
}

/** Round trips a second, and how long they took in µs. */
export interface Done {
  rate: number;
  p50: number;
  p99: number;
}

const [kind = '', port] = process.argv.slice(2);
const client = await clients[kind]!(Number(port));

process.on('message', ({ size, length }: Task) => {
  const took: number[] = [];
  const start = performance.now();
  const run = client.run(Buffer.alloc(size, 'x'), (microseconds) => {
    took.push(microseconds);
    return performance.now() - start < length;
  });
  void run.then(() => {
    const seconds = (performance.now() - start) / 1000;
    const done: Done = {
      rate: took.length / seconds,
      p50: percentile(took, 50),
      p99: percentile(took, 99),
    };
    process.send!(done);
  });
});
process.on('disconnect', () => process.exit());
process.send!('ready');
