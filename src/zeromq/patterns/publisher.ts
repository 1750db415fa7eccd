/**
 * PUB and XPUB: each message goes to every peer that subscribed to a prefix of it. Pure.
 *
 * A message is encoded once, into a slab that all subscribers' queues share; for each of them
 * only the end of a range moves. A subscriber whose queue is full misses the message
 * (`dropped` counts how often), and nobody waits for it.
 *
 * XPUB also shows the subscriptions, as messages: 01 and the topic, or 00 and the topic. When a
 * peer leaves, it makes up the cancellations that the peer did not send.
 *
 * A peer's subscription is there or not: the subscriber counts, and of many CANCELs of the same
 * topic sends only the last.
 *
 * When we have connected, subscriptions stay, like the queue, while the peer is away: what
 * matches waits for it. One that comes back without them gets more than it asks for, and drops
 * it; nothing in ZMTP says when a peer has listed everything that it wants.
 *
 * Source: RFC 29/PUBSUB; zmq_setsockopt(3) for ZMQ_XPUB_….
 */
import { PeerError } from '../../common/index.ts';
import { ZmqError } from '../base/errors.ts';
import type { Options } from '../base/options.ts';
import type { Pipe, Shared } from '../pipes/pipe.ts';
import { Queue } from '../pipes/queue.ts';
import { Encoder } from '../pipes/slab.ts';
import { isSubscription, NO_ENVELOPE, type Outgoing } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';
import { PrefixTree } from './prefix-tree.ts';

/** The most bytes that the topics of one peer may have: 16 MiB for 100,000 of them. */
const mostBytes = (topics: number): number => Math.ceil((topics / 100_000) * 2 ** 24);

/** Usually a single pipe: a set for each topic would take more memory than all the rest. */
type Subscribers = Pipe | Set<Pipe>;

export class Publisher extends Pattern {
  override readonly filters = true;
  readonly #topics = new PrefixTree<Subscribers>();
  readonly #pipes = new Set<Pipe>();
  readonly #encoder = new Encoder();
  readonly #shows: boolean;
  readonly #news = new Queue<{ parts: Buffer[]; pipe: Pipe }>();
  /** The peer whose subscription the program has received last: grants apply to this peer. */
  #asker: Pipe | undefined;
  /** With `manual`: what each peer has asked for, as latin1, whether it was granted or not. */
  readonly #asked = new Map<Pipe, Set<string>>();
  readonly #held = new Set<Pipe>();
  /** The number of the message that is being sent. */
  #number = 0;
  readonly #chosen: Pipe[] = [];

  /** @param shows whether subscriptions are shown to the program: XPUB */
  constructor(options: Options, shows: boolean) {
    super(options);
    this.#shows = shows;
  }

  override attach(pipe: Pipe): void {
    this.#pipes.add(pipe);
  }

  override ready(pipe: Pipe): void {
    const { welcomeMessage } = this.options;
    if (welcomeMessage !== null) pipe.writeFirst(Buffer.from(welcomeMessage));
  }

  override detach(pipe: Pipe): void {
    const asked = this.#asked.get(pipe);
    for (const topic of pipe.topics ?? [])
      this.#cancel(pipe, Buffer.from(topic, 'latin1'), !asked);
    for (const topic of asked ?? [])
      this.#tell(pipe, false, Buffer.from(topic, 'latin1'));
    this.#asked.delete(pipe);
    this.#held.delete(pipe);
    this.#pipes.delete(pipe);
  }

  override send(message: Outgoing): boolean {
    const chosen = this.#choose(message instanceof Uint8Array ? message : message[0]!);
    const { length } = chosen;
    if (length === 0) return true;
    let reached = 0;
    for (let i = 0; i < length; i += 1) {
      const pipe = chosen[i]!;
      if (!pipe.full) chosen[reached++] = pipe;
    }
    if (reached < length) {
      if (this.options.noDrop) throw new ZmqError('EAGAIN');
      this.dropped += length - reached;
    }
    if (reached === 1) {
      chosen[0]!.write(message, NO_ENVELOPE);
      return true;
    }
    const encoder = this.#encoder;
    const shared: Shared = {
      message,
      encoder,
      pieces: encoder.small(message, NO_ENVELOPE)
        ? undefined
        : encoder.large(message, NO_ENVELOPE),
    };
    for (let i = 0; i < reached; i += 1) chosen[i]!.writeShared(shared);
    return true;
  }

  /** Each pipe once, however many of its prefixes match. */
  #choose(topic: Uint8Array): Pipe[] {
    const chosen = this.#chosen;
    chosen.length = 0;
    this.#number += 1;
    this.#topics.walk(topic, 0, topic.length, this.#mark);
    if (!this.options.invertMatching) return chosen;
    chosen.length = 0;
    for (const pipe of this.#pipes) {
      if (pipe.lastShared !== this.#number) chosen.push(pipe);
    }
    return chosen;
  }

  readonly #mark = (pipes: Subscribers): void => {
    if (pipes instanceof Set) for (const pipe of pipes) this.#markOne(pipe);
    else this.#markOne(pipes);
  };

  #markOne(pipe: Pipe): void {
    if (pipe.lastShared === this.#number) return;
    pipe.lastShared = this.#number;
    this.#chosen.push(pipe);
  }

  override filter(pipe: Pipe, parts: Buffer[]): boolean {
    // This is how peers of ZMTP 3.0 subscribe: libzmq looks at each part, if the first is a
    // subscription.
    if (!isSubscription(parts[0]!)) this.#show(pipe, parts);
    else {
      for (const part of parts.filter(isSubscription))
        this.subscription(pipe, part[0] === 1, part.subarray(1));
      const others = parts.filter((part) => !isSubscription(part));
      if (others.length > 0) this.#show(pipe, others);
    }
    return false;
  }

  override subscription(pipe: Pipe, on: boolean, topic: Buffer): boolean {
    if (this.#shows && this.options.manual) this.#ask(pipe, on, topic);
    else if (on) this.#subscribe(pipe, topic);
    else this.#cancel(pipe, topic);
    return !this.#held.has(pipe);
  }

  /** The program decides what is granted. */
  #ask(pipe: Pipe, on: boolean, topic: Buffer): void {
    const asked = this.#asked.get(pipe) ?? new Set<string>();
    this.#asked.set(pipe, asked);
    const key = topic.toString('latin1');
    if (on) this.#add(pipe, asked, key);
    else if (asked.delete(key)) pipe.topicBytes -= key.length;
    this.#tell(pipe, on, topic);
  }

  /**
   * With `manual`: grants a subscription to the peer whose subscription was received last.
   * @throws {ZmqError} EINVAL without `manual`, or when nothing was received
   */
  grant(on: boolean, topic: Buffer): void {
    const asker = this.#asker;
    if (!this.options.manual || !asker) throw new ZmqError('EINVAL');
    if (!this.#pipes.has(asker)) return; // it has gone
    if (on) this.#subscribe(asker, topic, false);
    else this.#cancel(asker, topic, false);
  }

  #subscribe(pipe: Pipe, topic: Buffer, tell = true): void {
    this.#add(pipe, (pipe.topics ??= new Set()), topic.toString('latin1'));
    const pipes = this.#topics.get(topic);
    const first = pipes === undefined;
    if (pipes instanceof Set) pipes.add(pipe);
    else if (pipes !== pipe)
      this.#topics.set(topic, pipes ? new Set([pipes, pipe]) : pipe);
    if (tell && (first || this.options.verbosity !== null)) this.#tell(pipe, true, topic);
  }

  /** @throws {PeerError} when a peer subscribes to so much that it would fill the memory */
  #add(pipe: Pipe, topics: Set<string>, key: string): void {
    if (topics.has(key)) return;
    pipe.topicBytes += key.length;
    const most = this.options.maxSubscriptions;
    const fits = topics.size < most && pipe.topicBytes <= mostBytes(most);
    if (!fits && !pipe.local && most > 0) {
      throw new PeerError(
        'ERR_ZMTP_COMMAND',
        `the peer subscribed to more than ${most} topics, or ${mostBytes(most)} bytes of them: ` +
          'see the option maxSubscriptions',
      );
    }
    topics.add(key);
  }

  #cancel(pipe: Pipe, topic: Buffer, tell = true): void {
    if (!pipe.topics?.delete(topic.toString('latin1'))) return;
    pipe.topicBytes -= topic.length;
    const pipes = this.#topics.get(topic);
    const others = pipes instanceof Set && pipes.delete(pipe) && pipes.size > 0;
    if (!others) this.#topics.delete(topic);
    if (tell && (!others || this.options.verbosity === 'allSubsUnsubs')) {
      this.#tell(pipe, false, topic);
    }
  }

  #tell(pipe: Pipe, on: boolean, topic: Buffer): void {
    this.#show(pipe, [Buffer.concat([Buffer.from([on ? 1 : 0]), topic])]);
  }

  /** A peer that sends more than the program reads is no longer read from. */
  #show(pipe: Pipe, parts: Buffer[]): void {
    if (!this.#shows) return;
    this.#news.push({ parts, pipe });
    const most = this.options.receiveHighWaterMark;
    if (most === 0 || this.#news.length < most) return;
    pipe.hold();
    this.#held.add(pipe);
  }

  override receive(): Buffer[] | undefined {
    if (!this.#shows) return super.receive();
    const { parts, pipe } = this.#news.shift() ?? {};
    if (pipe) this.#asker = pipe;
    if (
      this.#held.size > 0 &&
      this.#news.length <= this.options.receiveHighWaterMark >> 1
    ) {
      const held = [...this.#held];
      this.#held.clear();
      for (const pipe of held) pipe.goOn();
    }
    return parts;
  }

  get readable(): boolean {
    return this.#news.length > 0;
  }

  get writable(): boolean {
    return true;
  }
}
