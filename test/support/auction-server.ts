/**
 * An auctioneer in its own process, so that a test can kill it.
 *
 *   node --import tsx test/support/auction-server.ts '{"port":0,"journal":"game.jsonl"}'
 *
 * The options are those of `openAuction`; it prints `open PORT` when the doors are open, and
 * `going on` at the first event after that. With `die` it kills itself, as `kill -9` would: at
 * the n-th event from now on, when that has been noted and not been written yet
 * (`at: "event"`), or when it has been written and answered, in the same turn (`at: "turn"`).
 * With `close` it closes normally after this many events; then, as after a failure, nothing is
 * left to do, and the process must end by itself.
 */
import { type AuctioneerOptions, openAuction } from '../../src/auction/index.ts';

export interface ServerOptions extends AuctioneerOptions {
  die?: { events: number; at: 'event' | 'turn' } | undefined;
  close?: number | undefined;
}

const { close, die, ...options } = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const auctioneer = await openAuction(options);
let seen = 0;
const kill = (): void => void process.kill(process.pid, 'SIGKILL');
auctioneer.watch(() => {
  seen += 1;
  if (seen === 1) console.log('going on');
  if (seen === close) void auctioneer.close();
  if (seen !== die?.events) return;
  if (die.at === 'event') kill();
  else setImmediate(kill);
});
auctioneer.onFailure((error) => {
  console.error(`the journal has failed: ${(error as Error).message}`);
  process.exitCode = 1;
});
console.log(`open ${auctioneer.address.port}`);
