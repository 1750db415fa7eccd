/**
 * Answer: It does not have to find out everything anew. Acknowledgements still come in,
 * so the link still carries something: half of the window is a better guess than one
 * packet. That is fast recovery (TCP Reno, 1990; RFC 5681 §3.2).
 *
 * With window w at a loss, Tahoe begins with 1 and doubles in each round trip until
 * w / 2, and Reno begins there. Here is what both send in the eight round trips after a
 * loss at 32 packets.
 * See:
 *   Tahoe: 1 2 4 8 16 17 18 19: 85 packets
 *   Reno: 16 17 18 19 20 21 22 23: 156 packets
 */
function after(loss: number, first: number): number[] {
  const windows = [first];
  while (windows.length < 8) {
    const window = windows.at(-1)!;
    const isSlowStart = window < loss / 2;
    windows.push(isSlowStart ? Math.min(2 * window, loss / 2) : window + 1);
  }
  return windows;
}

for (const [name, first] of [
  ['Tahoe', 1],
  ['Reno', 16],
] as const) {
  const windows = after(32, first);
  const sum = windows.reduce((packets, window) => packets + window, 0);
  console.log(`${name}: ${windows.join(' ')}: ${sum} packets`);
}
