/** Cores, each with a fault: the simulation must notice it, or it would pass anything. */
import { describe, expect, it } from 'vitest';
import { linkOf } from '../../../../src/network/link/index.ts';
import type { Action, CoreEvent } from '../../../../src/network/reliable/core.ts';
import { rungOptions } from '../../../../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../../../../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../../../../src/network/reliable/simulate.ts';

type Sender = ReturnType<Rung['sender']>;
type Receiver = ReturnType<Rung['receiver']>;

const messages = Array.from({ length: 20 }, (_, k) => Uint8Array.of(k));
const named = (name: string): Rung => RUNGS.find((rung) => rung.name === name)!;

/** A sender that carries out other actions than it decided on. */
function sender(
  rung: Rung,
  change: (actions: readonly Action[], event: CoreEvent) => Action[],
): Rung {
  const faulty = (core: Sender): Sender => ({
    get state() {
      return core.state;
    },
    on: (event, now) => change(core.on(event, now), event),
  });
  return { ...rung, sender: (options) => faulty(rung.sender(options)) };
}

function receiver(
  rung: Rung,
  change: (actions: readonly Action[], event: CoreEvent) => Action[],
): Rung {
  const faulty = (core: Receiver): Receiver => ({
    get state() {
      return core.state;
    },
    get taken() {
      return core.taken;
    },
    on: (event, now) => change(core.on(event, now), event),
  });
  return { ...rung, receiver: (options) => faulty(rung.receiver(options)) };
}

/** How the first run ended that went wrong, of a hundred. */
function firstFailure(rung: Rung): string | undefined {
  for (let seed = 1; seed <= 100; seed += 1) {
    const { delivered, end, wrong } = simulate({
      rung,
      options: rungOptions({ window: 4, timeout: 60, attempts: 10 }),
      link: linkOf({ seed, loss: 0.2, dup: 0.1, delay: 10 }),
      messages,
    });
    if (wrong !== undefined) return wrong;
    if (end !== 'done' || delivered !== messages.length)
      return `${end}, ${delivered} delivered`;
  }
  return undefined;
}

const acknowledging = (change: (ack: number) => number) => (actions: readonly Action[]) =>
  actions.map((action): Action =>
    action.type === 'transmit'
      ? { ...action, packet: { ...action.packet, ack: change(action.packet.ack) } }
      : action,
  );

describe('a simulation notices', () => {
  it('nothing on a good rung', () => {
    expect(RUNGS.map(firstFailure)).toEqual(RUNGS.map(() => undefined));
  });

  it('a receiver that acknowledges one too many', () => {
    const faulty = receiver(
      named('go-back-n'),
      acknowledging((ack) => ack + 1),
    );
    expect(firstFailure(faulty)).toMatch(/^gave-up, \d+ delivered$/);
  });

  it('a receiver that names the number received last, and not the one expected next', () => {
    const faulty = receiver(
      named('go-back-n'),
      acknowledging((ack) => Math.max(0, ack - 1)),
    );
    expect(firstFailure(faulty)).toMatch(/^gave-up, \d+ delivered$/);
  });

  it('a receiver that delivers what it has already', () => {
    const faulty = receiver(named('stop-and-wait'), (actions, event) => {
      const again =
        event.type === 'packet' && actions.every(({ type }) => type !== 'deliver');
      return again
        ? [...actions, { type: 'deliver', message: event.packet.payload }]
        : [...actions];
    });
    expect(firstFailure(faulty)).toMatch(
      /^message \d+ was delivered where message \d+ was due$/,
    );
  });

  it('a receiver that does not answer repeats', () => {
    const faulty = receiver(named('stop-and-wait'), (actions) =>
      actions.some(({ type }) => type === 'deliver') ? [...actions] : [],
    );
    expect(firstFailure(faulty)).toMatch(/^gave-up, \d+ delivered$/);
  });

  it('a sender without a timer', () => {
    const faulty = sender(named('selective-repeat'), (actions) =>
      actions.filter(({ type }) => type !== 'arm'),
    );
    expect(firstFailure(faulty)).toMatch(/^gave-up, \d+ delivered$/);
  });

  it('a timer that never ends', () => {
    const rung = named('stop-and-wait');
    const again: Action = { type: 'arm', timer: 7, at: 0 };
    const faulty = (core: Sender): Sender => ({
      get state() {
        return core.state;
      },
      on: (event, now) => {
        const its =
          event.type === 'timer' && event.timer === 7 ? [] : core.on(event, now);
        return [...its, { ...again, at: now + 1e9 }];
      },
    });
    const endless: Rung = { ...rung, sender: (options) => faulty(rung.sender(options)) };
    expect(firstFailure(endless)).toBe('late, 20 delivered');
  });

  it('a receiver whose window never reopens', () => {
    const faulty = receiver(named('flow-control'), (actions) =>
      actions.map((action): Action =>
        action.type === 'transmit'
          ? { ...action, packet: { ...action.packet, window: 0 } }
          : action,
      ),
    );
    expect(firstFailure(faulty)).toBe('gave-up, 1 delivered');
  });
});
