/**
 * RADIO and DISH: messages for groups, each to whoever has joined its group. Pure.
 *
 *     RADIO ── group, body ──► every DISH that has joined exactly this group
 *     RADIO ◄── JOIN, LEAVE ── DISH
 *
 * A group is a name of at most 255 bytes, and not a prefix. A DISH whose queue is full misses the
 * message.
 *
 * Source: RFC 48/RADIO-DISH.
 */
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { NO_ENVELOPE, type Outgoing, partsOf } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';
import { onePart } from './scatter-gather.ts';

const LONGEST = 255;

const keyOf = (group: Uint8Array): string => Buffer.from(group).toString('latin1');

/** @throws {ZmqError} EINVAL */
function check(group: Uint8Array): void {
  if (group.length <= LONGEST) return;
  throw new ZmqError('EINVAL', { hint: `A group has at most ${LONGEST} bytes` });
}

export class Radio extends Pattern {
  readonly #pipes = new Set<Pipe>();

  override attach(pipe: Pipe): void {
    this.#pipes.add(pipe);
  }

  override detach(pipe: Pipe): void {
    this.#pipes.delete(pipe);
  }

  /** It joins again when it is back. */
  override lost(pipe: Pipe): void {
    pipe.topics = undefined;
  }

  override subscription(pipe: Pipe, on: boolean, group: Buffer): boolean {
    if (group.length > LONGEST) return true;
    pipe.topics ??= new Set();
    if (on) pipe.topics.add(keyOf(group));
    else pipe.topics.delete(keyOf(group));
    const most = this.options.maxSubscriptions;
    if (most > 0 && pipe.topics.size > most) pipe.close();
    return true;
  }

  override send(message: Outgoing): boolean {
    const [group, ...parts] = partsOf(message);
    check(group!);
    const body = onePart(parts);
    const key = keyOf(group!);
    for (const pipe of this.#pipes) {
      if (!pipe.takesAll && !pipe.topics?.has(key)) continue;
      if (pipe.full) this.dropped += 1;
      else pipe.write([group!, body], NO_ENVELOPE);
    }
    return true;
  }

  get readable(): boolean {
    return false;
  }

  get writable(): boolean {
    return true;
  }
}

export class Dish extends Pattern {
  override readonly filters = true;
  readonly #pipes = new Set<Pipe>();
  readonly #groups = new Map<string, Uint8Array>();

  override attach(pipe: Pipe): void {
    pipe.joins = true;
    this.#pipes.add(pipe);
  }

  override detach(pipe: Pipe): void {
    this.#pipes.delete(pipe);
  }

  override ready(pipe: Pipe): void {
    for (const group of this.#groups.values()) pipe.writeSubscription(true, group);
  }

  /** @throws {ZmqError} EINVAL for a group that it is in already */
  join(group: Uint8Array): void {
    check(group);
    if (this.#groups.has(keyOf(group))) throw new ZmqError('EINVAL');
    this.#groups.set(keyOf(group), group);
    for (const pipe of this.#pipes) pipe.writeSubscription(true, group);
  }

  /** @throws {ZmqError} EINVAL for a group that it is not in */
  leave(group: Uint8Array): void {
    if (!this.#groups.delete(keyOf(group))) throw new ZmqError('EINVAL');
    for (const pipe of this.#pipes) pipe.writeSubscription(false, group);
  }

  /** A message that was on its way when it left no longer arrives. */
  override filter(_pipe: Pipe, parts: Buffer[]): boolean {
    return parts.length === 2 && this.#groups.has(keyOf(parts[0]!));
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return false;
  }
}
