/**
 * Feeds random bytes to ZMTP sessions: every chunk must end in progress or in an error of ours.
 *
 *   npm run fuzz:zmtp                          5,000,000 chunks, a seed from the clock
 *   npm run fuzz:zmtp -- --inputs 100000 --seed 7
 *
 * Most conversations begin as they should (greeting, handshake, messages, commands) and get a
 * wrong byte here and there, sometimes a wrong order; some are noise. They are cut into random
 * chunks, and now and then the session is told to stop and to continue. A twin gets the same bytes
 * in one piece: both must see the same. Memory must stay where it was.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { PeerError } from '../../src/common/index.ts';
import { encodeFrame, encodeGreeting } from '../../src/zeromq/zmtp/index.ts';
import {
  commandFrame,
  HandshakeError,
} from '../../src/zeromq/zmtp/mechanisms/mechanism.ts';
import { NullMechanism } from '../../src/zeromq/zmtp/mechanisms/null.ts';
import { PlainClient, PlainServer } from '../../src/zeromq/zmtp/mechanisms/plain.ts';
import { Session, type SessionSink } from '../../src/zeromq/zmtp/session.ts';
import { randomNumbers } from '../support/every-split.ts';
import { liveWithoutLeak } from '../support/memory.ts';

const { values: options } = parseArgs({
  options: { inputs: { type: 'string' }, seed: { type: 'string' } },
});
const total = Number(options.inputs ?? 5_000_000);
const seed = Number(options.seed ?? Date.now() % 2 ** 32);
if (!(total > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz:zmtp -- [--inputs NUMBER] [--seed NUMBER]');
  process.exit(2);
}
const random = randomNumbers(seed);
const below = (limit: number): number => Math.floor(random() * limit);
const outcomes: Record<string, number> = {};
const count = (name: string): void => {
  outcomes[name] = (outcomes[name] ?? 0) + 1;
};

const KINDS = ['NULL', 'PLAIN client', 'PLAIN server'] as const;
type Kind = (typeof KINDS)[number];
const metadata = (type: string): Map<string, Buffer> =>
  new Map([['Socket-Type', Buffer.from(type)]]);

class Ear implements SessionSink {
  heard: string[] = [];
  /** After this many messages it wants a pause. */
  readonly every: number;
  readonly session: Session;

  constructor(kind: Kind, limit: number, every: number) {
    this.every = every;
    const mine = metadata('DEALER');
    const mechanism =
      kind === 'NULL'
        ? new NullMechanism(mine, false)
        : kind === 'PLAIN client'
          ? new PlainClient(mine, Buffer.from('u'), Buffer.from('p'))
          : new PlainServer(mine);
    this.session = new Session(
      { type: 'DEALER', mechanism, maxMessageSize: limit },
      this,
    );
    this.session.start();
  }

  send(bytes: Buffer): void {
    this.heard.push(`send ${bytes.length}`);
  }
  ask(): void {
    this.heard.push('ask');
  }
  ready(): void {
    this.heard.push('ready');
  }
  message(parts: Buffer[]): boolean {
    this.heard.push(
      `message ${parts.map((part) => `${part.length}${part[0] ?? ''}`).join()}`,
    );
    return this.every === 0 || this.heard.length % this.every !== 0;
  }
  subscription(on: boolean, topic: Buffer): boolean {
    this.heard.push(`${on ? '+' : '-'}${topic.length}`);
    return true;
  }
  timeToLive(milliseconds: number): void {
    this.heard.push(`ttl ${milliseconds}`);
  }
  failed(error: HandshakeError | PeerError): void {
    this.heard.push(`failed ${error.code ?? 'other'}`);
  }

  /** All that can happen without more bytes. */
  settle(): void {
    for (let turns = 0; this.session.stopped && turns < 1_000_000; turns += 1) {
      if (this.session.state === 'asking')
        this.session.verdict({ status: 200, userId: '' });
      else this.session.resume();
    }
  }
}

function* conversation(kind: Kind, limit: number): Generator<Buffer> {
  if (random() < 0.05)
    for (;;) yield Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)));
  const mechanism = kind === 'NULL' ? 'NULL' : 'PLAIN';
  yield encodeGreeting({
    major: 3 + below(2),
    minor: below(3),
    mechanism,
    asServer: kind === 'PLAIN client',
  });
  const order = random() < 0.95;
  if (kind === 'PLAIN server' && order) {
    yield commandFrame({
      name: 'HELLO',
      username: Buffer.from('u'),
      password: Buffer.from('p'),
    });
  }
  if (kind === 'PLAIN client' && order) yield commandFrame({ name: 'WELCOME' });
  yield commandFrame({
    name: kind === 'PLAIN server' ? 'INITIATE' : 'READY',
    metadata: metadata(random() < 0.95 ? 'ROUTER' : 'PUB'),
  });
  for (;;) {
    const dice = random();
    if (dice < 0.6) {
      const body = Buffer.alloc(
        below(random() < 0.8 ? 30 : Math.min(limit, 2000) + 2),
        below(256),
      );
      yield encodeFrame({ command: false, more: random() < 0.3, body });
    } else if (dice < 0.7) {
      yield commandFrame({
        name: 'PING',
        timeToLive: 100 * below(9),
        context: Buffer.alloc(below(17)),
      });
    } else if (dice < 0.8) {
      yield commandFrame({
        name: random() < 0.5 ? 'SUBSCRIBE' : 'CANCEL',
        topic: Buffer.alloc(below(20)),
      });
    } else if (dice < 0.803) {
      yield commandFrame({ name: 'READY', metadata: metadata('ROUTER') });
    } else {
      yield encodeFrame({ command: false, more: false, body: Buffer.alloc(0) });
    }
  }
}

/** One session's life and its twin's; returns how many chunks it took. */
function life(most: number): number {
  const kind = KINDS[below(3)]!;
  const limit = 1 + below(random() < 0.5 ? 300 : 5000);
  const ear = new Ear(kind, limit, random() < 0.3 ? 1 + below(5) : 0);
  const largest = 2 ** below(10);
  const lifetime = Math.min(most, 1 + below(200));
  const all: Buffer[] = [];
  let used = 0;
  for (const piece of conversation(kind, limit)) {
    if (random() < 0.01 && piece.length > 0) piece[below(piece.length)] = below(256);
    for (let at = 0; at < piece.length;) {
      const chunk = Buffer.from(piece.subarray(at, at + 1 + below(largest)));
      at += chunk.length;
      all.push(chunk);
      ear.session.push(chunk);
      ear.settle();
      used += 1;
    }
    if (used >= lifetime || ear.session.state === 'over') break;
  }
  const twin = new Ear(kind, limit, 0);
  twin.session.push(Buffer.concat(all));
  twin.settle();
  if (
    !isDeepStrictEqual(twin.heard, ear.heard) ||
    twin.session.state !== ear.session.state
  ) {
    console.error(ear.heard, twin.heard, Buffer.concat(all).toString('hex'));
    throw new Error('cut otherwise, the same bytes were understood otherwise');
  }
  const last = ear.heard.at(-1) ?? '';
  count(last.startsWith('failed') ? last : `in ${ear.session.state}`);
  return used;
}

console.log(`seed ${seed}, ${total.toLocaleString('en')} chunks`);
const start = process.hrtime.bigint();
const { done, lives, memory } = liveWithoutLeak(total, life);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
console.log(
  `${done.toLocaleString('en')} chunks, ${lives.toLocaleString('en')} sessions, ${seconds.toFixed(1)} s`,
);
for (const [name, times] of Object.entries(outcomes).sort(([a], [b]) =>
  a.localeCompare(b),
)) {
  console.log(`  ${name.padEnd(50)} ${times.toLocaleString('en').padStart(10)}`);
}
console.log(`memory held: ${memory}`);
