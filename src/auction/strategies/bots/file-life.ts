/**
 * The life of a bot that is a file: a worker thread, in which file-bot-worker.ts loads it.
 *
 *   this thread                        worker
 *   start ─────────────────────────►   import(file)
 *         ◄───── ready, or why not ─
 *   ask   ───────────── view ──────►   determineBid(view)
 *         ◄───────────── answer ────   (or what it threw)
 *   end: terminate(), which also ends a loop that never ends
 *
 * A worker has a heap of its own, with a limit, and globals of its own; process.exit() ends
 * only the worker; what it prints comes here. It gets a copy of the view.
 *
 * Simplification: this contains accidents, not malice. A bot may read files, open sockets,
 * kill this process, or fill the memory outside of the heap with buffers.
 *
 * TypeScript: Node reads it by itself from 22.18 on. Before that tsx does, if it is
 * installed, be it here or beside the bot.
 *
 * Sources: https://nodejs.org/api/worker_threads.html
 */
import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MisuseError } from '../../../common/index.ts';
import type { BidderView } from '../../ledger.ts';
import { describe } from './bot.ts';
import type { Life, LifeEvents, StartLife } from './contained-bot.ts';
import { errorWords } from './error-words.ts';
import type { FromWorker } from './file-bot-worker.ts';
import { findTsx, nodeReadsTypeScript } from './typescript.ts';

export interface FileOptions {
  /** The most heap that a bot may have, in MiB; 128 unless told otherwise. */
  memoryLimit?: number | undefined;
  /** Gets what a bot prints. Without it that is thrown away. */
  onPrint?: ((text: string) => void) | undefined;
}

const DEFAULT_MEMORY = 128;
/** With less, what loads the file may not fit in. */
const LEAST_MEMORY = 32;
const TYPESCRIPT = ['.ts', '.mts', '.cts'];
const JAVASCRIPT = ['.js', '.mjs', '.cjs'];

/** Whether this names a file that can be a bot, be it there or not. */
export function isBotFile(spec: string): boolean {
  return [...TYPESCRIPT, ...JAVASCRIPT].includes(extname(spec).toLowerCase());
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such file, or no way to read it */
export function fileLife(file: string, options: FileOptions = {}): StartLife {
  const path = resolve(file);
  const { memoryLimit = DEFAULT_MEMORY } = options;
  if (!(memoryLimit >= LEAST_MEMORY)) {
    throw bad(`the memory limit is ${LEAST_MEMORY} MiB or more, not ${memoryLimit}`);
  }
  if (!existsSync(path)) throw bad(`there is no file ${file}`);
  if (!statSync(path).isFile()) throw bad(`${file} is no file`);
  const boot = bootProgram(path);
  return (events) => {
    const worker = new Worker(boot, {
      execArgv: [],
      workerData: { bot: pathToFileURL(path).href },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimit },
    });
    return new FileLife(worker, events, options);
  };
}

class FileLife implements Life {
  readonly #worker: Worker;

  constructor(worker: Worker, events: LifeEvents, options: FileOptions) {
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => hear(message, events));
    worker.on('error', (error: unknown) => {
      if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        const limit = options.memoryLimit ?? DEFAULT_MEMORY;
        events.died('gone', `used more than ${limit} MiB of memory`);
      } else {
        events.died('threw', `threw outside of a decision: ${errorWords(error)}`);
      }
    });
    worker.on('exit', (code) => {
      events.died('gone', `ended itself with process.exit(${code})`);
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => options.onPrint?.(text));
    }
  }

  ask(view: BidderView): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is windows'
    this.#worker.postMessage(view);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A bot may take hold of the port itself and say anything: nothing is taken on trust. */
function hear(message: Partial<FromWorker> | null | undefined, events: LifeEvents): void {
  switch (message?.type) {
    case 'ready':
      events.ready();
      break;
    case 'answer':
      events.answered(message.answer);
      break;
    case 'failed':
      events.failed(
        message.kind === 'threw' ? 'threw' : 'nonsense',
        textOf(message.words),
      );
      break;
    case 'unfit':
      events.died('gone', textOf(message.words));
      break;
  }
}

function textOf(words: unknown): string {
  return typeof words === 'string' ? words : `said ${describe(words)}`;
}

/**
 * Where a worker begins: with whatever reads TypeScript, then with its program. It is a
 * module in a URL, as a worker inherits none of the loaders that this thread may have.
 */
function bootProgram(path: string): URL {
  const self = import.meta.url;
  const program = new URL(`./file-bot-worker${extname(self)}`, self).href;
  const lines = [`await import(${JSON.stringify(program)});`];
  if (extname(self) === '.ts' || TYPESCRIPT.includes(extname(path).toLowerCase())) {
    const tsx = findTsx([self, path, join(process.cwd(), 'here')]);
    if (tsx) {
      lines.unshift(
        `import * as esm from ${JSON.stringify(tsx.esm)};`,
        `import * as cjs from ${JSON.stringify(tsx.cjs)};`,
        'cjs.register();',
        'esm.register();',
      );
    } else if (!nodeReadsTypeScript) {
      throw bad(
        `${path} is TypeScript, which Node ${process.version} does not read by itself: ` +
          'npm install tsx beside it, take Node 22.18 or later, or make it a .mjs file',
      );
    }
  }
  return new URL(`data:text/javascript,${encodeURIComponent(lines.join('\n'))}`);
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', `bot: ${why}`);
}
