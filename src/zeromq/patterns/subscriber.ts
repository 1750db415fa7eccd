/**
 * SUB and XSUB: messages from everybody that begin with a subscribed prefix. Pure.
 *
 * The publishers filter; SUB drops here what comes in spite of that (a cancellation was still
 * on its way). Prefixes are counted: two subscriptions need two cancellations. XSUB subscribes
 * with messages, 01 or 00 and the topic, and gets what comes. Parts that follow those and are
 * neither go to all publishers, as a message.
 *
 * Source: RFC 29/PUBSUB.
 */
import { isSubscription, NO_ENVELOPE, type Outgoing, partsOf } from '../zmtp/index.ts';
import type { Options } from '../base/options.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { Pattern } from './pattern.ts';
import { PrefixTree } from './prefix-tree.ts';

export class Subscriber extends Pattern {
  override readonly filters: boolean;
  readonly #pipes = new Set<Pipe>();
  readonly #counts = new PrefixTree<number>();

  /** @param filters whether messages that match nothing are dropped: SUB */
  constructor(options: Options, filters: boolean) {
    super(options);
    this.filters = filters;
  }

  override attach(pipe: Pipe): void {
    this.#pipes.add(pipe);
  }

  override detach(pipe: Pipe): void {
    this.#pipes.delete(pipe);
  }

  override ready(pipe: Pipe): void {
    for (const [topic] of this.#counts.entries()) pipe.writeSubscription(true, topic);
  }

  subscribe(topic: Uint8Array): void {
    const count = this.#counts.get(topic) ?? 0;
    this.#counts.set(topic, count + 1);
    // Sent each time, as libzmq does: an XPUB behind a forwarder may want to know of each.
    for (const pipe of this.#pipes) pipe.writeSubscription(true, topic);
  }

  /** Nothing happens without a subscription. */
  cancel(topic: Uint8Array): void {
    const count = this.#counts.get(topic) ?? 0;
    if (count > 1) this.#counts.set(topic, count - 1);
    if (count !== 1) return;
    this.#counts.delete(topic);
    for (const pipe of this.#pipes) pipe.writeSubscription(false, topic);
  }

  override send(message: Outgoing): boolean {
    if (this.filters) return super.send(message);
    const parts = partsOf(message);
    if (!isSubscription(parts[0]!)) return this.#sendToAll(message);
    for (const part of parts.filter(isSubscription)) {
      if (part[0] === 1) this.subscribe(part.subarray(1));
      else this.cancel(part.subarray(1));
    }
    const others = parts.filter((part) => !isSubscription(part));
    return others.length === 0 || this.#sendToAll(others);
  }

  #sendToAll(message: Outgoing): true {
    for (const pipe of this.#pipes) {
      if (pipe.full) this.dropped += 1;
      else pipe.write(message, NO_ENVELOPE);
    }
    return true;
  }

  override filter(_pipe: Pipe, parts: Buffer[]): boolean {
    return this.#counts.matches(parts[0]!) !== this.options.invertMatching;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return !this.filters;
  }
}
