/**
 * What must not be lost, and what may: experiments of any length, for the suite (short) and
 * for `npm run soak:zeromq` (long). Each returns what it has seen.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Subscriber,
} from '../../src/zeromq/index.ts';
import { eventually, PATIENCE } from './eventually.ts';
import type { Program, Programs } from './programs.ts';
import { addressToKeep } from './zeromq-addresses.ts';

const WORKER = 'test/support/zeromq-worker.ts';
const quick = { reconnectInterval: 10, linger: 0 };

export interface Account {
  sent: number;
  received: number;
  /** Numbers that never came. */
  lost: number;
  /** How many runs of numbers are missing. */
  gaps: number;
  /** Numbers that came again, or behind one that is larger. */
  disordered: number;
}

/** Looks at numbered messages as they come. */
class Ledger {
  received = 0;
  lost = 0;
  gaps = 0;
  disordered = 0;
  next = 0;

  note(number: number): void {
    this.received += 1;
    if (number < this.next) {
      this.disordered += 1;
      return;
    }
    if (number > this.next) {
      this.lost += number - this.next;
      this.gaps += 1;
    }
    this.next = number + 1;
  }

  account(sent: number): Account {
    const { received, gaps, disordered } = this;
    const tail = sent - this.next;
    return {
      sent,
      received,
      lost: this.lost + tail,
      gaps: gaps + (tail > 0 ? 1 : 0),
      disordered,
    };
  }
}

/** A sender that closes with messages in its queue and ends, and a receiver that dawdles. */
export async function slowReceiver(
  programs: Programs,
  address: string,
  count: number,
  way: 'connects' | 'binds' = 'connects',
): Promise<Account & { senderEnded: boolean }> {
  const pull = new Pull({ ...quick, receiveTimeout: PATIENCE });
  if (way === 'connects') await pull.bind(address);
  else pull.connect(address);
  const role = way === 'connects' ? 'send' : 'serve';
  // 1000 of the larger ones, which wait at the end, are more than a kernel keeps for ipc.
  const size = way === 'connects' ? '64' : '8192';
  const args = [role, pull.lastEndpoint!, String(count), size];
  const sender = programs.compiled(WORKER, args);
  const ledger = new Ledger();
  try {
    for (let i = 0; i < count; i += 1) {
      const [message] = await pull.receive();
      ledger.note(message!.readUInt32BE());
      if (i % Math.ceil(count / 20) === 0) await pause(10);
    }
    const { code, stderr } = await sender.ended();
    return { ...ledger.account(count), senderEnded: code === 0 && stderr === '' };
  } finally {
    pull.close();
  }
}

/** A server that goes away in the middle, and one that takes its place. */
export async function restart(count: number): Promise<Account & { atOnce: number }> {
  const push = new Push({ ...quick, sendTimeout: PATIENCE });
  const ledger = new Ledger();
  let pull = new Pull({ ...quick, receiveTimeout: PATIENCE });
  const address = await addressToKeep('tcp');
  await pull.bind(address);
  let sent = 0;
  let atOnce = 0;
  // Until the sender notices, it sends to nobody. One more, for a send is counted when it is
  // over, and one may be going on.
  push.events.on('disconnect', () => (atOnce = sent - ledger.next + 1));
  push.connect(address);
  const sending = (async () => {
    for (; sent < count; sent += 1) {
      const message = Buffer.alloc(1024);
      message.writeUInt32BE(sent);
      await push.send(message);
    }
  })();
  try {
    while (ledger.next < count / 2) {
      const [message] = await pull.receive();
      ledger.note(message!.readUInt32BE());
    }
    pull.close();
    await pause(50); // so that some attempts find nobody
    pull = new Pull({ ...quick, receiveTimeout: PATIENCE });
    await pull.bind(address);
    while (ledger.next < count) {
      const [message] = await pull.receive();
      ledger.note(message!.readUInt32BE());
    }
    await sending;
    return { ...ledger.account(count), atOnce };
  } finally {
    push.close();
    pull.close();
  }
}

/** Requests through a queue that is killed again and again: each is asked until answered. */
export async function killedQueue(
  programs: Programs,
  [front, back]: [string, string],
  kills: number,
): Promise<{ asked: number; answered: number; wrong: number; repeats: number }> {
  const rep = new Reply(quick);
  const req = new Request({ ...quick, correlate: true, relaxed: true });
  req.receiveTimeout = 300;
  rep.connect(back);
  req.connect(front);
  const serving = (async () => {
    for await (const [question] of rep) await rep.send(`answer to ${String(question)}`);
  })();
  const tally = { asked: 0, answered: 0, wrong: 0, repeats: 0 };
  const state = { done: false };
  const killing = again(
    programs,
    ['queue', front, back],
    kills,
    () => tally.answered,
  ).finally(() => (state.done = true));
  try {
    while (!state.done) {
      const question = `question ${tally.asked}`;
      tally.asked += 1;
      for (;;) {
        await req.send(question);
        try {
          const [answer] = await req.receive();
          tally.answered += 1;
          if (String(answer) !== `answer to ${question}`) tally.wrong += 1;
          break;
        } catch (error) {
          if ((error as { code?: string }).code !== 'EAGAIN') throw error;
          tally.repeats += 1;
        }
      }
    }
    await killing;
    return tally;
  } finally {
    req.close();
    rep.close();
    await serving.catch(() => {});
  }
}

/** A pipeline through a streamer that is killed again and again. */
export async function killedStreamer(
  programs: Programs,
  [front, back]: [string, string],
  kills: number,
): Promise<Account> {
  const push = new Push({ ...quick, sendTimeout: PATIENCE });
  const pull = new Pull({ ...quick, receiveTimeout: PATIENCE });
  push.connect(front);
  pull.connect(back);
  let sent = 0;
  const state = { done: false };
  const ledger = new Ledger();
  const killing = again(
    programs,
    ['stream', front, back],
    kills,
    () => ledger.received,
  ).finally(() => (state.done = true));
  const sending = (async () => {
    for (; !state.done; sent += 1) {
      const message = Buffer.alloc(64);
      message.writeUInt32BE(sent);
      await push.send(message);
      if (sent % 50 === 0) await pause(1);
    }
    const end = Buffer.alloc(64);
    end.writeUInt32BE(2 ** 32 - 1);
    await push.send(end);
  })();
  try {
    for (;;) {
      const [message] = await pull.receive();
      const number = message!.readUInt32BE();
      if (number === 2 ** 32 - 1) break;
      ledger.note(number);
    }
    await Promise.all([sending, killing]);
    return ledger.account(sent);
  } finally {
    push.close();
    pull.close();
  }
}

/**
 * Starts the worker and kills it, this many times, each time when some more has passed through it;
 * the last one lives.
 */
async function again(
  programs: Programs,
  args: string[],
  kills: number,
  passed: () => number,
): Promise<void> {
  const start = (): Promise<Program> => programs.compiled(WORKER, args).printed('ready');
  for (let i = 0; i < kills; i += 1) {
    const worker = await start();
    await more(passed);
    await worker.kill();
  }
  await start();
  await more(passed);
}

/** Waits until some more has passed, and for a moment that has nothing to do with it. */
async function more(passed: () => number): Promise<void> {
  const enough = passed() + 100;
  await eventually(() => {
    if (passed() < enough) throw new Error(`only ${passed()} of ${enough} have passed`);
  });
  await pause(Math.random() * 100);
}

/** A publisher that does not wait for a subscriber that does not read. */
export async function slowSubscriber(
  count: number,
): Promise<{ sent: number; received: number; dropped: number }> {
  const pub = new Publisher({ linger: 0 });
  const sub = new Subscriber({ receiveTimeout: PATIENCE });
  try {
    await pub.bind('tcp://127.0.0.1:*');
    sub.subscribe();
    sub.connect(pub.lastEndpoint!);
    const hello = sub.receive().then(() => true);
    do await pub.send('hello');
    while (!(await Promise.race([hello, pause(5, false)])));
    const body = Buffer.alloc(10_000, 'x');
    for (let i = 0; i < count; i += 1) await pub.send(['n', body]);
    const { dropped } = pub;
    // Then it reads all that was kept, and an end that comes when there is room again.
    let received = 0;
    const reading = (async () => {
      for (;;) {
        const [first] = await sub.receive();
        if (String(first) === 'end') return true;
        if (String(first) === 'n') received += 1;
      }
    })();
    do await pub.send('end');
    while (!(await Promise.race([reading, pause(20, false)])));
    return { sent: count, received, dropped };
  } finally {
    pub.close();
    sub.close();
  }
}
