/** The traps that a program of your own may fall into, each with the rung that avoids it. */
import { describe, expect, it } from 'vitest';
import { linkOf } from '../../../../src/network/link/index.ts';
import type { Core } from '../../../../src/network/reliable/core.ts';
import { rungOptions } from '../../../../src/network/reliable/options.ts';
import { type Packet, stampOf } from '../../../../src/network/reliable/packet.ts';
import * as congestionControl from '../../../../src/network/reliable/rungs/congestion-control/sender.ts';
import * as flowControlReceiver from '../../../../src/network/reliable/rungs/flow-control/receiver.ts';
import * as flowControl from '../../../../src/network/reliable/rungs/flow-control/sender.ts';
import * as roundTripTime from '../../../../src/network/reliable/rungs/round-trip-time/sender.ts';
import { RUNGS } from '../../../../src/network/reliable/rungs/rungs.ts';
import * as selectiveRepeat from '../../../../src/network/reliable/rungs/selective-repeat/sender.ts';
import { type Passing, simulate } from '../../../../src/network/reliable/simulate.ts';
import { ack, data, heard, offer, expired } from './events.ts';

const OPTIONS = rungOptions({ window: 8, buffer: 4, timeout: 200 });

/** What is transmitted, and the times at which timers will expire. */
function doing(core: Core, event: Parameters<Core['on']>[0], now: number) {
  const actions = core.on(event, now);
  const sent: Packet[] = actions.flatMap((one) =>
    one.type === 'transmit' ? [one.packet] : [],
  );
  const expiries = actions.flatMap((one) => (one.type === 'arm' ? [one.at] : []));
  return { sent, expiries };
}

describe('the back-off', () => {
  it('doubles for a packet that is lost again and again, and the next packet begins anew', () => {
    const sender = new roundTripTime.Sender(OPTIONS);
    expect(doing(sender, offer(), 0).expiries).toEqual([200]);
    expect(doing(sender, expired(0), 200).expiries).toEqual([600]);
    expect(doing(sender, expired(0), 600).expiries).toEqual([1400]);
    doing(sender, ack(1, { attempt: 2, echo: stampOf(600) }), 640);
    // The one round trip that was measured took 40 ms: 40 + 4 × 20.
    expect(doing(sender, offer(), 640).expiries).toEqual([760]);
  });
});

describe('an acknowledgement of a packet that was sent twice', () => {
  it('is measured from the attempt that it answers', () => {
    const sender = new roundTripTime.Sender(OPTIONS);
    doing(sender, offer(), 0);
    doing(sender, expired(0), 200);
    doing(sender, ack(1, { attempt: 0, echo: stampOf(0) }), 210);
    expect(doing(sender, offer(), 300).expiries).toEqual([300 + 210 * 3]);
  });
});

describe('the last acknowledgement', () => {
  it.each(RUNGS)('may be lost: the receiver of $name still answers', (rung) => {
    const seen: Passing[] = [];
    const run = simulate({
      rung,
      options: OPTIONS,
      link: linkOf({ delay: 10, dropBack: [1] }),
      messages: [Uint8Array.of(1)],
      onPassing: (passing) => seen.push(passing),
    });
    expect(run).toMatchObject({ end: 'done', delivered: 1, again: 1, needless: 1 });
    expect(seen.map(({ outcome }) => outcome)).toEqual(['sent', 'lost', 'sent', 'sent']);
  });

  it.each(RUNGS)('is not waited for forever by the receiver of $name', (rung) => {
    const receiver = rung.receiver(OPTIONS);
    receiver.on(data(0, { last: true }), 0);
    expect(receiver.state).toBe('lingering');
    receiver.on(expired(0), OPTIONS.linger);
    expect(receiver.state).toBe('done');
  });
});

describe('a packet of an older session', () => {
  it.each(RUNGS)('is nothing to $name', (rung) => {
    const receiver = rung.receiver(OPTIONS);
    expect(receiver.on(data(0, { session: 2 }), 0)).toEqual([]);
    const sender = rung.sender(OPTIONS);
    sender.on(offer(), 0);
    const { state } = sender;
    expect(sender.on(ack(1, { session: 2 }), 0)).toEqual([]);
    expect(sender.state).toBe(state);
  });
});

describe('an acknowledgement that makes no sense', () => {
  it.each(RUNGS)('of what was never sent is nothing to $name', (rung) => {
    const sender = rung.sender(rungOptions({ space: 16, window: 4, buffer: 8 }));
    sender.on(offer(), 0);
    const { state } = sender;
    for (const number of [2, 9, 15, 16, 2 ** 32 - 1]) {
      expect(sender.on(ack(number, { seq: number }), 0)).toEqual([]);
      expect(sender.state).toBe(state);
    }
  });
});

describe('an acknowledgement', () => {
  it('that was lost is made up for by a later one, and by its blocks', () => {
    const sender = new selectiveRepeat.Sender(OPTIONS);
    for (let message = 0; message < 5; message += 1) sender.on(offer(), 0);
    const blocks = [{ from: 2, to: 4 }];
    sender.on(heard('ack', 3, { ack: 1, blocks }), 40);
    expect([...sender.flying.keys()]).toEqual([1, 4]);
  });
});

describe('fast retransmit', () => {
  /** Eight packets are in flight. */
  function flying(): congestionControl.Sender {
    const sender = new congestionControl.Sender(OPTIONS);
    sender.on(offer(), 0);
    sender.on(ack(1, { window: 100 }), 40);
    for (let message = 0; message < 8; message += 1) sender.on(offer(), 40);
    return sender;
  }
  const selective = (seq: number) => heard('ack', seq, { ack: 1, window: 100 });

  it('sends a packet again when three later ones have arrived', () => {
    const sender = flying();
    expect(doing(sender, selective(2), 80).sent).toEqual([]);
    expect(doing(sender, selective(3), 80).sent).toEqual([]);
    expect(doing(sender, selective(4), 80).sent).toMatchObject([{ seq: 1, attempt: 1 }]);
    expect(doing(sender, selective(5), 80).sent).toEqual([]);
    expect(sender.congestion.window).toBe(4);
  });

  it('does not when two overtook it', () => {
    const sender = flying();
    const window = sender.congestion.window;
    doing(sender, selective(2), 80);
    doing(sender, selective(3), 80);
    expect(doing(sender, ack(4, { seq: 1, window: 100 }), 81).sent).toEqual([]);
    expect(sender.lost.size).toBe(0);
    expect(sender.congestion.window).toBeGreaterThanOrEqual(window);
  });

  it('halves once for all losses of a window', () => {
    const sender = flying();
    for (const seq of [3, 4, 5]) doing(sender, selective(seq), 80);
    // Both 1 and 2 were found lost, of eight.
    expect(sender.congestion.window).toBe(4);
    for (const seq of [7, 8]) doing(sender, selective(seq), 81);
    // And 6 was.
    expect(sender.flying.get(6)).toMatchObject({ attempt: 0 });
    expect(sender.congestion.window).toBe(4);
  });
});

describe('an update', () => {
  it('that makes up for a lost acknowledgement has no round trip to measure', () => {
    const sender = new flowControl.Sender(OPTIONS);
    sender.on(offer(), 5000);
    sender.on(ack(1, { window: 4, echo: stampOf(5000) }), 5040);
    sender.on(offer(), 5040);
    sender.on(heard('update', 2, { ack: 2, window: 4, echo: 0 }), 5090);
    expect(doing(sender, offer(), 5090).expiries).toEqual([5090 + 120]);
  });
});

describe('a closed window', () => {
  it('is asked about, less and less often, until it opens', () => {
    const sender = new flowControl.Sender(OPTIONS);
    sender.on(offer(), 0);
    // The first round trip took 40 ms, so the time-out is 120.
    expect(doing(sender, ack(1, { window: 0, echo: 0 }), 40).expiries).toEqual([160]);
    const first = doing(sender, expired(-1), 160);
    expect(first.sent).toMatchObject([{ kind: 'probe', seq: 1, attempt: 0 }]);
    expect(first.expiries).toEqual([160 + 240]);
    expect(doing(sender, expired(-1), 400).expiries).toEqual([400 + 480]);
    sender.on(heard('update', 1, { ack: 1, window: 3 }), 450);
    expect(sender.state).toBe('idle');
  });

  it('opens when the application reads, and the sender is told', () => {
    const receiver = new flowControlReceiver.Receiver(rungOptions({ buffer: 1 }));
    expect(doing(receiver, data(0), 0).sent).toMatchObject([{ ack: 1, window: 0 }]);
    const { sent } = doing(receiver, { type: 'read' }, 5);
    expect(sent).toMatchObject([{ kind: 'update', seq: 1, ack: 1, window: 1 }]);
  });

  it('takes nothing that there is no room for', () => {
    const receiver = new flowControlReceiver.Receiver(rungOptions({ buffer: 1 }));
    receiver.on(data(0), 0);
    expect(receiver.on(data(1), 1)).toEqual([]);
    expect(receiver.taken).toBe(1);
  });

  it('is not opened by an older answer', () => {
    const sender = new flowControl.Sender(OPTIONS);
    sender.on(offer(), 0);
    sender.on(ack(1, { window: 1 }), 40);
    sender.on(offer(), 40);
    sender.on(ack(2, { window: 0 }), 80);
    expect(sender.state).toBe('closed');
    sender.on(ack(1, { window: 1 }), 90);
    expect(sender.state).toBe('closed');
  });

  it('that stays closed keeps the sender while it is answered', () => {
    const sender = new flowControl.Sender(rungOptions({ attempts: 3 }));
    sender.on(offer(), 0);
    sender.on(ack(1, { window: 0 }), 40);
    for (let probe = 0; probe < 20; probe += 1) {
      sender.on(expired(-1), 1000 * probe);
      sender.on(
        heard('update', 1, { ack: 1, window: 0, attempt: probe }),
        1000 * probe + 1,
      );
    }
    expect(sender.state).toBe('closed');
    for (let probe = 0; probe < 4; probe += 1) sender.on(expired(-1), 50_000);
    expect(sender.state).toBe('failed');
  });
});
