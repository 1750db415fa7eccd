/**
 * Checks what a receiver's answers say, however fast or slow it is. Pure.
 *
 * Read next: judge-receiver.ts, which is stricter, because in virtual time it knows what answers
 * what.
 */
import { some } from '../../../common/index.ts';
import type { Packet } from '../packet.ts';
import { Foul } from './foul.ts';

export class Answers {
  readonly #session: number;
  readonly #measures: boolean;
  readonly #times = new Set<number>();
  #sent = 0;
  #acknowledged = 0;

  /** @param measures whether the sender measures round trips by the echoes */
  constructor(session: number, measures: boolean) {
    this.#session = session;
    this.#measures = measures;
  }

  /** What it has acknowledged without printing it, in words; undefined if there is nothing. */
  beyond(printed: number): string | undefined {
    if (this.#acknowledged <= printed) return undefined;
    const all = some(this.#acknowledged, 'message');
    return `acknowledged ${all}, but printed only ${printed}`;
  }

  sent({ kind, seq, session, time }: Packet): void {
    if (session !== this.#session) return;
    this.#times.add(time);
    if (kind === 'data') this.#sent = Math.max(this.#sent, seq + 1);
  }

  /** @returns undefined if nothing is wrong with it, or if it is of another session */
  came({ ack, echo, kind, session }: Packet): Foul | undefined {
    if (session !== this.#session) return undefined;
    if (ack > this.#sent) {
      const what = `It acknowledged message ${ack}, which had not been sent.`;
      return new Foul('ack', what);
    }
    this.#acknowledged = Math.max(this.#acknowledged, ack);
    if (kind !== 'ack' || !this.#measures || this.#times.has(echo)) return undefined;
    const rule = 'the echo is the time of the packet that is answered';
    return new Foul('number', `It sent ack ${ack} with echo ${echo}: ${rule}.`);
  }
}
