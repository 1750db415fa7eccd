/** How much memory queues and kept messages hold. In bytes of array buffers, after a collection. */
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pull, Push } from '../../src/zeromq/index.ts';
import { PATIENCE } from './eventually.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Buffers are freed beside the collector, a moment later. */
async function held(): Promise<number> {
  for (let i = 0; i < 4; i += 1) {
    collect();
    await pause(20);
  }
  return process.memoryUsage().arrayBuffers;
}

/** What a PUSH accepts, and what it holds, before it says that it is full. */
export async function untilFull(
  size: number,
): Promise<{ accepted: number; bytes: number }> {
  const push = new Push({ linger: 0, sendTimeout: 100 });
  const pull = new Pull({ linger: 0 });
  try {
    await pull.bind('tcp://127.0.0.1:*');
    push.connect(pull.lastEndpoint!);
    const before = await held();
    let accepted = 0;
    try {
      for (; ; accepted += 1) await push.send(Buffer.alloc(size));
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
    }
    return { accepted, bytes: (await held()) - before };
  } finally {
    push.close();
    pull.close();
  }
}

/** Receives `count` messages of `size` bytes, and keeps one of `every`. */
export async function keepSome(
  count: number,
  every: number,
  size = 10,
): Promise<{ kept: number; bytes: number }> {
  const push = new Push({ linger: 0 });
  const pull = new Pull({ linger: 0, receiveTimeout: PATIENCE });
  try {
    await pull.bind('tcp://127.0.0.1:*');
    push.connect(pull.lastEndpoint!);
    const sending = (async () => {
      const message = Buffer.alloc(size, 'x');
      for (let i = 0; i < count; i += 1) await push.send(message);
    })();
    await pull.receive();
    const before = await held();
    const kept: Buffer[] = [];
    for (let i = 1; i < count; i += 1) {
      const [message] = await pull.receive();
      if (i % every === 0) kept.push(message!);
    }
    await sending;
    const bytes = (await held()) - before;
    if (kept.some(({ length }) => length !== size)) throw new Error('not a message');
    return { kept: kept.length, bytes };
  } finally {
    push.close();
    pull.close();
  }
}
