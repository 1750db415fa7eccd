/**
 * The program in which a core is put to the test: a process of its own, because somebody else's
 * code may hang, or fill its memory. The other half is run-check.ts.
 *
 *     a file      loaded here
 *     a program   asked through this process's stdin and stdout. The simulation does not wait
 *                 for anything, so it reads and writes there synchronously
 */
import { readSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { errorWords, loadingAdvice } from '../../../common/index.ts';
import type { RungOptions } from '../options.ts';
import type { Case, Mishaps, Role } from './case.ts';
import { check, type Stage, type Verdict } from './check.ts';
import type { CoreMaker, ForeignCore } from './guarded.ts';
import { coreInLines } from './lines.ts';
import { type Crossing, play } from './play.ts';

/** What it is to do. */
export interface Order {
  rung: string;
  /** The roles to check; if there are none, those that the file has. */
  roles: readonly Role[];
  seeds: number;
  /** Play only this run, not one for each seed. */
  only?: { run: Case; mishaps: Mishaps };
}

export type FromHost =
  | { type: 'ready' }
  /** It cannot be checked at all. */
  | { type: 'unfit'; words: string }
  | { type: 'stage'; stage: Stage }
  | { type: 'verdict'; verdict: Verdict }
  | { type: 'played'; foul: string | null; crossings: Crossing[]; absent: string[] }
  | { type: 'finished' };

const [file = ''] = process.argv.slice(2);

// Kept before the core is loaded: what it does to globals must not change what is reported.
const exit = process.exit.bind(process);
const send = process.send!.bind(process);
delete process.send;
const say = (message: FromHost): void => void send(message);

process.on('disconnect', () => exit());
process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => unfit(`failed: ${errorWords(error)}`));
});
say({ type: 'ready' });

async function obey(order: Order): Promise<void> {
  const found = file.startsWith('lines:') ? program() : await load(order);
  if (!found) return;
  const { only, rung } = order;
  if (only) {
    const { mishaps, run } = only;
    const played = play(rung, run, (name) => mishaps.get(name), found.make);
    const foul = played.foul?.message ?? null;
    const absent = [...mishaps.keys()].filter((name) => !played.mishaps.has(name));
    say({ type: 'played', foul, crossings: played.crossings, absent });
  } else {
    for (const role of order.roles.length > 0 ? order.roles : found.roles)
      await checkRole(order, role, found.make);
  }
  say({ type: 'finished' });
}

async function checkRole(order: Order, role: Role, make: CoreMaker): Promise<void> {
  const checking = check(order.rung, role, order.seeds, make);
  for (;;) {
    const step = checking.next();
    if (step.done) return say({ type: 'verdict', verdict: step.value });
    say({ type: 'stage', stage: step.value });
    // Messages leave when this turn ends.
    await setImmediate();
  }
}

interface Found {
  roles: readonly Role[];
  make: CoreMaker;
}

type Maker = new (options: RungOptions) => ForeignCore;
const CLASSES = { sender: 'Sender', receiver: 'Receiver' } as const;

async function load({ roles }: Order): Promise<Found | undefined> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return unfit(`cannot be loaded: ${errorWords(error, file)}${loadingAdvice(error)}`);
  }
  const has = (['sender', 'receiver'] as const).filter((role) =>
    isClass(module[CLASSES[role]]),
  );
  const missing = roles.find((role) => !has.includes(role));
  if (has.length === 0 || missing) {
    const names = Object.keys(module).join(', ') || 'nothing';
    const wanted = missing ? CLASSES[missing] : 'Sender or Receiver';
    return unfit(`exports ${names}, but no class ${wanted}`);
  }
  return {
    roles: has,
    make: (role, options) => new (module[CLASSES[role]] as Maker)({ ...options }),
  };
}

/** An arrow function has no prototype, and cannot be made with `new`. */
function isClass(value: unknown): boolean {
  return typeof value === 'function' && 'prototype' in value;
}

function unfit(words: string): undefined {
  say({ type: 'unfit', words });
  return undefined;
}

function program(): Found {
  const chunk = Buffer.alloc(65_536);
  let rest = Buffer.alloc(0);
  const ask = (line: string): string => {
    const asked = Buffer.from(`${line}\n`);
    for (let at = 0; at < asked.length;) at += writeSync(1, asked, at);
    for (;;) {
      const end = rest.indexOf(10);
      if (end >= 0) {
        const answer = rest.subarray(0, end).toString();
        rest = rest.subarray(end + 1);
        return answer;
      }
      const length = readSync(0, chunk);
      if (length === 0) exit(1); // nobody will ever answer
      rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    }
  };
  return { roles: ['sender', 'receiver'], make: coreInLines(ask) };
}
