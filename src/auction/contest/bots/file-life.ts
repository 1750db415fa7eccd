/**
 * The life of a bot that is a file: a process of its own, in which file-host.ts loads it.
 *
 *   this process                       the bot's process
 *   start ─────────────────────────►   import(file)
 *         ◄───── ready, or why not ─
 *   ask   ───────────── view ──────►   determineBid(view)
 *         ◄───────────── answer ────   (or what it threw)
 *   end: killed, which also ends a loop that never ends
 *
 * A worker thread could do most of that. But a thread that fills its heap can take the whole
 * process with it, in spite of its `resourceLimits`: V8 gives up before Node can end the thread
 * (https://github.com/nodejs/node/issues/47224). Node 24 does so for a plain loop that makes
 * arrays. A process has its memory to itself.
 *
 * Simplification: this contains accidents, not malice. A bot may read files, open sockets,
 * or fill the machine's memory with buffers, which are not on its heap.
 *
 * Sources: https://nodejs.org/api/child_process.html
 */
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeValue, misuse, type MisuseError } from '../../../common/index.ts';
import {
  Child,
  hostCommand,
  howItEnded,
  isScript,
} from '../../../common/process/index.ts';
import type { BidderView } from '../../game/ledger.ts';
import type { Life, LifeEvents, StartLife } from './contained-bot.ts';
import type { FromHost } from './file-host.ts';
import { ViewFeed } from './view-feed.ts';

export interface FileOptions {
  /** The most heap that a bot may have, in MiB; 128 unless told otherwise. */
  memoryLimit?: number | undefined;
  /** Receives what a bot prints. Without it that is thrown away. */
  onPrint?: ((text: string) => void) | undefined;
}

const DEFAULT_MEMORY = 128;
/** With less, the code that loads the file may not fit in. */
const LEAST_MEMORY = 32;

/** Whether this names a file that can be a bot, whether or not it exists. */
export function isBotFile(spec: string): boolean {
  return isScript(spec);
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such file, or no way to read it */
export function fileLife(file: string, options: FileOptions = {}): StartLife {
  const path = resolve(file);
  const { memoryLimit = DEFAULT_MEMORY } = options;
  if (!Number.isInteger(memoryLimit) || memoryLimit < LEAST_MEMORY) {
    throw bad(`the memory limit is ${LEAST_MEMORY} MiB or more, not ${memoryLimit}`);
  }
  if (!existsSync(path)) throw bad(`there is no file ${file}`);
  if (!statSync(path).isFile()) throw bad(`${file} is not a file`);
  const command = hostCommand(hostFile(), path, memoryLimit);
  return (events) => new FileLife(command, events, { ...options, memoryLimit });
}

class FileLife implements Life {
  readonly #child: Child;
  readonly #feed = new ViewFeed();

  constructor(
    command: readonly [string, ...string[]],
    events: LifeEvents,
    options: FileOptions,
  ) {
    this.#child = new Child(command, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      onOutput: options.onPrint,
      onError: (error) => events.died('gone', `cannot be reached: ${error.message}`),
    });
    this.#child.process.on('message', (message) =>
      hear(message as Partial<FromHost> | null, events),
    );
    void this.#child.ended.then((end) => {
      const full = this.#child.complaint.includes('heap out of memory');
      const limit = `${options.memoryLimit} MiB of memory`;
      events.died(
        'gone',
        full ? `used more than ${limit}` : `ended itself ${howItEnded(end)}`,
      );
    });
  }

  ask(view: BidderView): void {
    this.#child.process.send(this.#feed.next(view));
  }

  async end(): Promise<void> {
    await this.#child.kill();
  }
}

/** A bot may take hold of the channel itself, and say anything: nothing is taken on trust. */
function hear(message: Partial<FromHost> | null, events: LifeEvents): void {
  switch (message?.type) {
    case 'ready':
      events.ready();
      break;
    case 'answer': {
      const { answer } = message;
      events.answered(typeof answer === 'string' ? Number(answer) : answer);
      break;
    }
    case 'failed': {
      const kind = message.kind === 'threw' ? 'threw' : 'nonsense';
      events.failed(kind, textOf(message.words));
      break;
    }
    case 'unfit':
      events.died('gone', textOf(message.words));
      break;
    case 'crashed':
      events.died('threw', textOf(message.words));
      break;
  }
}

function textOf(words: unknown): string {
  return typeof words === 'string' ? words : `said ${describeValue(words)}`;
}

function hostFile(): string {
  const self = import.meta.url;
  return fileURLToPath(new URL(`./file-host${extname(self)}`, self));
}

function bad(why: string): MisuseError {
  return misuse(`bot: ${why}`);
}
