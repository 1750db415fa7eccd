/**
 * A thread that outlives the event loop of its process: it calls the peers to whom something
 * was sent before there was a connection. Started by last-words.ts.
 */
import { workerData } from 'node:worker_threads';
import type { Pipe } from '../pipes/pipe.ts';
import type { WirePipe } from '../pipes/wire-pipe.ts';
import { Context } from './context.ts';
import { Core } from './core.ts';
import { type Bag, DELIVERED, type Letter } from './last-words.ts';

/** How often it looks how far it is, in milliseconds. */
const LOOK = 10;

const { letters, progress } = workerData as Bag;
const pipes: WirePipe[] = [];

/** Sends what another socket of its kind has encoded, and nothing else. */
class Messenger extends Core {
  readonly #bytes: Uint8Array[];

  constructor({ type, options, bytes }: Letter) {
    super(type, new Context());
    Object.assign(this.options, options);
    this.#bytes = bytes;
  }

  override attach(pipe: Pipe): void {
    pipes.push(pipe as WirePipe);
    for (const bytes of this.#bytes) (pipe as WirePipe).writeRaw(bytes);
  }
}

for (const letter of letters) {
  const messenger = new Messenger(letter);
  messenger.connect(letter.address);
  messenger.close();
}

let before = -1;
const timer = setInterval(() => {
  const left = pipes.reduce((sum, { out }) => sum + out.messages + out.waitingBytes, 0);
  if (left !== before) Atomics.add(progress, 0, 1);
  before = left;
  if (left > 0) return;
  clearInterval(timer);
  Atomics.store(progress, 0, DELIVERED);
}, LOOK);
