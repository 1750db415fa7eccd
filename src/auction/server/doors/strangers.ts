/**
 * What the datagram door says to addresses that have not proved themselves.
 *
 * Anybody can write any address into a datagram as its sender, and the answer goes there. If it
 * is larger than the question, the auctioneer becomes an amplifier: a hundred bytes with a
 * victim's address bring the victim a list of 5,000 items. So a stranger is asked for a proof:
 *
 *   join                ──►
 *                       ◄──  prove, with a cookie: for this address only
 *   join, with cookie   ──►
 *                       ◄──  welcome
 *
 * Whoever can read the cookie receives what is sent to that address. The cookie is computed from
 * the address and a secret, so nothing is kept for those who never come back. QUIC does the
 * same, RFC 9000 §8.1, and so does DTLS, RFC 9147 §5.1.
 *
 * Until then no answer has more bytes than its question, and the number of answers in a quarter of
 * a second is limited: for each address and each host, so that a flood from one does not keep the
 * others out, and for all together.
 */
import { createHmac } from 'node:crypto';
import type { InetAddress } from '../../../common/index.ts';
import { keyOf, type Limits, QuarterCounter } from './quarter-counter.ts';

/** A class behind one router is one host, and joins at the same moment. */
const ANSWERS: Limits = { address: 25, host: 1000, all: 2000 };
/** Addresses that are remembered. One that is forgotten is asked for a proof again. */
const MOST_PROVED = 20_000;

/** 48 bits: short enough for the answer to the shortest join, too many to be guessed. */
const COOKIE_BYTES = 6;

export class Strangers {
  readonly #secret: Uint8Array;
  readonly #proved = new Set<string>();
  readonly #answered = new QuarterCounter(ANSWERS);

  /** @param secret known to nobody else, and another one in each process */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** A quarter of a second is over. */
  nextQuarter(): void {
    this.#answered.nextQuarter();
  }

  cookieFor(address: InetAddress): string {
    return createHmac('sha256', this.#secret)
      .update(keyOf(address))
      .digest()
      .subarray(0, COOKIE_BYTES)
      .toString('base64url');
  }

  /** Whether it has proved itself, now or before. */
  hasProved(address: InetAddress, cookie?: string): boolean {
    const key = keyOf(address);
    if (this.#proved.has(key)) return true;
    if (cookie === undefined || cookie !== this.cookieFor(address)) return false;
    if (this.#proved.size >= MOST_PROVED) {
      const [oldest] = this.#proved;
      this.#proved.delete(oldest!);
    }
    this.#proved.add(key);
    return true;
  }

  /** Whether a stranger who sent this many bytes may be sent this many now; counts it, if so. */
  mayAnswer(address: InetAddress, bytesIn: number, bytesOut: number): boolean {
    return bytesOut <= bytesIn && this.#answered.count(address);
  }
}
