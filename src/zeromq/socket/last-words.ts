/**
 * What was sent still leaves when a program ends. A program with nothing else to do waits, for as
 * long as `linger` says, for peers that are not there yet, and says that it waits.
 *
 * A process may also end at once, by `process.exit()` or by an error that nobody catches. The event
 * loop no longer turns then, so this blocks, as libzmq does:
 *
 *     a peer that is connected        is written to here, as often as the kernel takes some
 *     one that is not, or not yet     is called by a thread: messenger.ts
 *
 * It lasts as long as `linger` says. With −1, libzmq's "for ever", it gives up when nobody has
 * taken anything for five seconds: a program that is told to exit must end.
 *
 * Not here: a signal that nobody handles ends a process without a word, and Windows shows no
 * descriptors, so that there the kernel is offered what waits only once.
 */
import { existsSync, readSync, writevSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Options } from '../base/options.ts';
import type { Rest } from '../pipes/wire-pipe.ts';
import { OWNERS, type WireOwner } from '../transports/wire-owner.ts';
import type { TypeName } from '../zmtp/index.ts';
import { context } from './context.ts';

/** With a linger of −1: how long nobody may take anything, in milliseconds. */
const PATIENCE = 5000;
/** Between two tries to write, in milliseconds. */
const NAP = 2;
/** More buffers than this are not written in one call: Linux allows 1,024. */
const MOST_BUFFERS = 512;

/** For a peer that is not connected. */
export interface Letter {
  type: TypeName;
  options: Options;
  address: string;
  /** Messages as they will be on the wire. */
  bytes: Uint8Array[];
}

/** What the messenger gets. */
export interface Bag {
  letters: Letter[];
  /** One number: it changes when something has left; `DELIVERED` when all has. */
  progress: Int32Array;
}
export const DELIVERED = -1;

interface Task {
  until: number;
  /** Whether something was taken; undefined when there is no more to do. */
  step(): boolean | undefined;
}

/** After this many milliseconds it says that it waits, as the native engine does. */
const SOON = 500;
/** How often it looks whether all has left, in milliseconds. */
const LOOK = 10;

/** Those whose time is up. */
const late = new WeakSet<WireOwner>();

function waiting(): WireOwner[] {
  return [...OWNERS].filter((owner) => {
    if (owner.options.linger === 0 || late.has(owner)) return false;
    return [...owner.pipes()].some(({ out }) => out.messages > 0);
  });
}

process.on('beforeExit', () => {
  if (waiting().length === 0) return;
  const start = performance.now();
  let told = false;
  const timer = setInterval(() => {
    const spent = performance.now() - start;
    const all = waiting();
    for (const owner of all) {
      const { linger } = owner.options;
      if (linger > 0 && spent >= linger) late.add(owner);
    }
    const left = all.filter((owner) => !late.has(owner));
    if (left.length === 0) clearInterval(timer);
    else if (!told && spent >= SOON) {
      told = true;
      process.emitWarning(waitingText(), 'WARNING');
    }
  }, LOOK);
});

/** In the words of the native engine. */
function waitingText(): string {
  const text = 'Waiting for queued ZeroMQ messages to be delivered.';
  return context.blocky
    ? `${text} Set 'context.blocky = false' to change this behaviour.`
    : text;
}

process.on('exit', () => {
  const tasks: Task[] = [];
  const letters: Letter[] = [];
  for (const { options, type, address, pipes } of owners()) {
    const until = endOf(options.linger);
    for (const { wire, out } of pipes) {
      if (wire) {
        const rest = wire.rest();
        if (rest === undefined) wire.flush();
        else if (rest.bytes.length > 0) tasks.push(writing(rest, until));
      } else if (out.messages > 0) {
        letters.push({ type, options, address, bytes: out.unsent().waiting });
      }
    }
  }
  for (const owner of OWNERS) owner.leave();
  if (letters.length > 0) tasks.push(...calling(letters));
  if (tasks.length > 0) work(tasks);
});

function* owners() {
  for (const owner of OWNERS) {
    const { options, type, address } = owner;
    if (options.linger !== 0 && !late.has(owner))
      yield { options, type, address, pipes: owner.pipes() };
  }
}

function endOf(linger: number): number {
  return linger < 0 ? Infinity : performance.now() + linger;
}

function work(tasks: Task[]): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let moved = performance.now();
  let left = tasks;
  for (;;) {
    const now = performance.now();
    left = left.filter((task) => {
      const taken = task.step();
      if (taken === true) moved = now;
      const until = task.until === Infinity ? moved + PATIENCE : task.until;
      return taken !== undefined && now < until;
    });
    if (left.length === 0) return;
    Atomics.wait(never, 0, 0, NAP);
  }
}

function writing({ fd, bytes }: Rest, until: number): Task {
  return {
    until,
    step() {
      let taken = false;
      try {
        for (; bytes.length > 0; taken = true) {
          let count = writevSync(fd, bytes.slice(0, MOST_BUFFERS));
          while (bytes.length > 0 && count >= bytes[0]!.length) {
            count -= bytes.shift()!.length;
          }
          if (bytes.length > 0) bytes[0] = bytes[0]!.subarray(count);
        }
        // To close with unread bytes would be a reset, which may destroy what was sent.
        const heap = Buffer.alloc(65_536);
        while (readSync(fd, heap) > 0);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN' && bytes.length > 0) {
          return taken;
        }
      }
      return undefined;
    },
  };
}

function calling(letters: Letter[]): Task[] {
  // Not in a bundle, which may not even know where it is; nor under tsx, whose loader needs the
  // thread that blocks here.
  const here = import.meta.url as string | undefined;
  const file = here === undefined ? undefined : new URL('./messenger.js', here);
  if (!file || !existsSync(file)) return [];
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const workerData: Bag = { letters, progress };
  try {
    // What the program preloads is its own.
    const thread = new Worker(file, { workerData, execArgv: [] });
    thread.unref();
  } catch {
    return []; // not permitted, or no memory
  }
  let last = 0;
  const until = Math.max(...letters.map(({ options }) => endOf(options.linger)));
  return [
    {
      until,
      step() {
        const now = Atomics.load(progress, 0);
        const moved = now !== last;
        last = now;
        return now === DELIVERED ? undefined : moved;
      },
    },
  ];
}
