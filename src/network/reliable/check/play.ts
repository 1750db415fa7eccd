/**
 * Plays one run of the core under test, with our rung at the other end. Pure.
 *
 *     core ──actions──► read with care ──► judge ──► the link of the simulation
 *                        (guarded.ts)        │
 *                                            └──► a foul: what was done is still drawn, and
 *                                                 the run ends at the next event
 */
import { type Fate, linkOf, type LinkOptions } from '../../link/model/index.ts';
import type { Action, Core, CoreEvent } from '../core.ts';
import { whoIs } from '../fate-of.ts';
import type { RungOptions } from '../options.ts';
import { nameOf } from '../packet-name.ts';
import type { Packet } from '../packet.ts';
import { rungNamed } from '../rungs/rungs.ts';
import { simulate } from '../simulate.ts';
import { type Case, fateFrom, HOLD, type Luck, type Mishap, optionsOf } from './case.ts';
import { Foul } from './foul.ts';
import { type CoreMaker, Guarded } from './guarded.ts';
import { Messages } from './messages.ts';
import { ReceiverJudge } from './judge-receiver.ts';
import { type Judge, type Scene, SenderJudge } from './judge-sender.ts';

/** A packet that crossed the link, or should have. */
export interface Crossing {
  direction: 'there' | 'back';
  packet: Packet;
  sent: number;
  /** Empty if it was lost, or the run ended before it arrived; two if it arrived twice. */
  arrived: number[];
  mishap: Mishap | undefined;
  /** The messages that the application read because of it, from 1. */
  read: number[];
}

export interface Played {
  foul: Foul | undefined;
  /** When the foul happened, or the last event if there was none. */
  time: number;
  crossings: Crossing[];
  /** What happened to the packets that were sent. */
  mishaps: Map<string, Mishap>;
}

export function play(name: string, run: Case, luck: Luck, make: CoreMaker): Played {
  const rung = rungNamed(name);
  const options = optionsOf(run);
  const messages = new Messages(run.messages);
  const played: Played = { foul: undefined, time: 0, crossings: [], mishaps: new Map() };
  const names = new Set<string>();
  const scene = {
    rung: name,
    kind: rung,
    options,
    messages,
    roundTrip: 2 * run.delay,
    // This is known only afterwards: fates are drawn when they are needed.
    get isSteady() {
      return run.readEvery === 0 && [...played.mishaps.values()].every(isLoss);
    },
  } satisfies Scene;
  const judge: Judge =
    run.role === 'sender' ? new SenderJudge(scene) : new ReceiverJudge(scene);
  const tested = (): Tested =>
    new Tested({ run, options, judge, played }, new Guarded(make, run.role, options));
  const ours = run.role === 'sender' ? rung.receiver(options) : rung.sender(options);
  const other = new Stopping(ours, played);
  const replay: LinkOptions['replay'] = (direction, k, line, attempt): Fate => {
    const packet = nameOf(direction, k, line, attempt);
    const mishap = packet === undefined ? undefined : luck(packet);
    if (mishap && packet !== undefined && !names.has(packet)) {
      names.add(packet);
      played.mishaps.set(packet, mishap);
    }
    return fateFrom(mishap, run.delay);
  };
  const crossing = new Map<Packet, Crossing>();
  let latest: Crossing | undefined;
  const note = (one: Crossing): void => {
    crossing.set(one.packet, one);
    played.crossings.push(one);
  };
  try {
    const { end } = simulate({
      rung: {
        ...rung,
        sender: () => (run.role === 'sender' ? tested() : other),
        receiver: () => (run.role === 'receiver' ? tested() : other),
      },
      options,
      link: linkOf({ delay: run.delay, hold: HOLD, replay }),
      messages: messages.all,
      readEvery: run.readEvery,
      writeEvery: run.writeEvery,
      onPassing: ({ direction, packet, time }) => {
        const { attempt, k, line } = whoIs(packet);
        const mishap = luck(nameOf(direction, k, line, attempt)!);
        note({ direction, packet, sent: time, arrived: [], mishap, read: [] });
      },
      onArrival: (packet, now) => {
        latest = crossing.get(packet);
        latest?.arrived.push(now);
        played.time = now;
      },
      onRead: (message) => latest?.read.push(messages.numberOf(message) + 1),
    });
    if (end === 'late') throw new Foul('endless', 'It never comes to rest.');
    if (!played.foul) judge.end();
  } catch (error) {
    if (!(error instanceof Foul)) throw error;
    played.foul ??= error;
  }
  played.foul &&= played.foul.by(run.role);
  return played;
}

function isLoss({ what }: Mishap): boolean {
  return what === 'lost';
}

/** Our own end: it stops once the other end has committed a foul. */
class Stopping implements Core {
  readonly #core: Core;
  readonly #played: Played;

  constructor(core: Core, played: Played) {
    this.#core = core;
    this.#played = played;
  }

  get state(): string {
    return this.#core.state;
  }

  get taken(): number {
    return 0;
  }

  on(event: CoreEvent, now: number): readonly Action[] {
    if (this.#played.foul) throw this.#played.foul;
    return this.#core.on(event, now);
  }
}

/** More than any run needs. */
const MOST_EVENTS = 5000;

interface Bench {
  run: Case;
  options: RungOptions;
  judge: Judge;
  played: Played;
}

/** The end under test. */
class Tested implements Core {
  readonly state = 'tested';
  readonly taken = 0;
  readonly #bench: Bench;
  readonly #core: Guarded;
  #events = 0;

  constructor(bench: Bench, core: Guarded) {
    this.#bench = bench;
    this.#core = core;
  }

  on(event: CoreEvent, now: number): readonly Action[] {
    const { judge, played, run } = this.#bench;
    if (played.foul) throw played.foul;
    played.time = now;
    this.#events += 1;
    if (this.#events > MOST_EVENTS) {
      const so = `it has been told of ${MOST_EVENTS} events`;
      throw new Foul('endless', `It does not come to rest: ${so} at ${now} ms.`);
    }
    if (run.strangers && event.type === 'packet') this.#meetStranger(event.packet, now);
    const actions = this.#core.on(event, now);
    try {
      if (event.type === 'damaged') ignores(actions, 'a damaged packet');
      judge.saw(event, now, actions);
    } catch (error) {
      if (!(error instanceof Foul)) throw error;
      played.foul = error;
    }
    return actions;
  }

  #meetStranger(packet: Packet, now: number): void {
    const session = this.#bench.options.session + 1;
    const payload = packet.payload.map((byte) => byte ^ 1);
    const stranger: Packet = { ...packet, session, payload };
    const actions = this.#core.on({ type: 'packet', packet: stranger }, now);
    ignores(actions, `a packet of session ${session} in session ${session - 1}`);
  }
}

function ignores(actions: readonly Action[], what: string): void {
  const [first] = actions;
  if (!first) return;
  const answer = `answered with ${first.type}`;
  throw new Foul('stranger', `It ${answer} because of ${what}: it must ignore those.`);
}
