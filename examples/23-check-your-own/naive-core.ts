/**
 * Check your own: a receiver for go-back-N with a mistake in it.
 *
 * A core has no socket and no clock: an event goes in, and actions come out.
 * This one takes what is next in order, and acknowledges whatever comes.
 */
import {
  type Action,
  type CoreEvent,
  packetOf,
  type RungOptions,
} from '../../src/network/reliable/index.ts';

export class Receiver {
  readonly options: RungOptions;
  /** The number of the packet that is next in order. */
  expected = 0;

  constructor(options: RungOptions) {
    this.options = options;
  }

  on(event: CoreEvent): Action[] {
    if (event.type !== 'packet') return []; // damaged: as if it had been lost
    const { attempt, kind, payload, seq, session } = event.packet;
    const { session: ours, space } = this.options;
    if (kind !== 'data' || session !== ours) return []; // not from our sender
    const actions: Action[] = [];
    if (seq === this.expected) {
      actions.push({ type: 'deliver', message: payload });
      this.expected = (this.expected + 1) % space;
    }
    const ack = (seq + 1) % space;
    const packet = packetOf({ kind: 'ack', session, seq, attempt, ack });
    actions.push({ type: 'transmit', packet });
    return actions;
  }
}
