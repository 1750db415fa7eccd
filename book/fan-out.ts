/**
 * One message to a million watchers: how long until the last one has it?
 *
 *   npx tsx book/fan-out.ts
 *   npx tsx book/fan-out.ts --watchers 50000 --fan-out 100
 *
 *   auctioneer ─┬─ relay ─┬─ watcher        Each sends to its own, one after the other, and
 *               ├─ relay  ├─ watcher        a relay begins when the message has reached it.
 *               └─ …      └─ …
 *
 * Three things cost time: the program for each send, the network card for each byte, and the
 * way. A sender's k-th message leaves when k sends are done and k messages are through the
 * card. With n watchers and a fan-out of f there are about log n / log f steps, and each
 * costs f sends at most. The simulation plays the tree step by step, with a delay of its own for
 * each arrow (from a seed), so it includes what the arithmetic leaves out: the slowest one.
 *
 * Simplification: nothing is lost, and no relay dies in the middle.
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    watchers: { type: 'string', default: '1000000' },
    'fan-out': { type: 'string', default: '1000000,1000,100,10' },
    bytes: { type: 'string', default: '254' }, // 200, and 54 bytes of headers
    'send-us': { type: 'string', default: '4' }, // what a small write costs a Node program
    gbit: { type: 'string', default: '1' },
    'way-ms': { type: 'string', default: '20' },
  },
});
const watchers = Number(values.watchers);
const sendMs = Math.max(
  Number(values['send-us']) / 1000,
  (Number(values.bytes) * 8) / (Number(values.gbit) * 1e6),
);
const wayMs = Number(values['way-ms']);

/** xorshift32: the same ways in every run. */
function waysFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return wayMs * (0.5 + (state >>> 0) / 2 ** 32);
  };
}

/** Milliseconds until the last of `count` has it, of whom each serves `fanOut` others. */
function play(count: number, fanOut: number): { last: number; relays: number } {
  const way = waysFrom(2026);
  let step = [0]; // when each sender of this step has the message
  let relays = 0;
  for (;;) {
    // Relays, unless this step can serve all watchers.
    const done = step.length * fanOut >= count;
    const here = done ? count : step.length * fanOut;
    const next: number[] = [];
    for (let k = 0; k < here; k += 1) {
      const sender = step[k % step.length]!;
      next.push(sender + (Math.floor(k / step.length) + 1) * sendMs + way());
    }
    if (done) return { last: next.reduce((a, b) => Math.max(a, b), 0), relays };
    relays += next.length;
    step = next;
  }
}

// No wider than a phone.
console.log(`${watchers} watchers`);
console.log(`${(sendMs * 1000).toFixed(1)} µs for each send, ${wayMs} ms for a way`);
console.log('fan-out  relays  arithmetic  simulated');
for (const fanOut of values['fan-out'].split(',').map(Number)) {
  const steps = Math.max(1, Math.ceil(Math.log(watchers) / Math.log(fanOut) - 1e-9));
  const { last, relays } = play(watchers, fanOut);
  const sends = (steps - 1) * fanOut + Math.ceil(watchers / fanOut ** (steps - 1));
  const sum = sends * sendMs + steps * wayMs;
  console.log(
    `${String(fanOut).padStart(7)} ${String(relays).padStart(7)} ${sum.toFixed(0).padStart(8)} ms ${last.toFixed(0).padStart(7)} ms`,
  );
}
