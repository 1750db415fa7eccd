/**
 * All senders that a receiver hears: datagrams in, messages out, and what to ask for. Pure.
 *
 * Nobody who sends to a group has to say who they are, and anybody can. So the senders that are
 * known, and what is kept for them, have limits; a sender keeps to the address from which it was
 * first heard. Whoever can send from that address can also disturb it: PGM has no secrets.
 *
 * When packets are lost for good, the message that they were part of is dropped whole, and
 * reading goes on with the next message that begins.
 *
 * Read next: receiver.ts.
 */
import type { From } from '../member.ts';
import { Unpacker } from './messages.ts';
import { decodePacket, encodeNak, MOST_IN_NAK, type Packet } from './packet.ts';
import { ReceiveWindow } from './receive-window.ts';

/** Beyond this many, a new sender has to wait until another has been silent for long. */
export const MOST_SOURCES = 1000;
/** How long that is, for one that has sent a message, and one that never has. In milliseconds. */
const [SILENCE, SILENCE_OF_A_STRANGER] = [60_000, 5000];
/** How often to check. */
const SWEEP = 1000;
/** For packets that cannot be read yet, of one sender, at least, in bytes. */
const LEAST_WINDOW = 4 * 1024 * 1024;
/** For all senders' packets and messages that are not complete, besides: in bytes. */
const LEAST_HELD = 64 * 1024 * 1024;

export interface ReceiverOptions {
  port: number;
  group: string;
  /** In kilobits a second. */
  rate: number;
  /** In milliseconds. */
  recoveryInterval: number;
  /** In bytes, of all parts; negative for as many as may be kept. */
  maxMessageSize: number;
  /** From 0 to 1. */
  random: () => number;
  /** Takes a message; false: no more for now. */
  deliver: (parts: Buffer[]) => boolean;
  /** What a sender sent is lost. Undefined packets: it broke a rule. */
  lost: (address: string, packets: number | undefined) => void;
}

export interface Ask extends From {
  bytes: Buffer;
}

interface Source {
  tsi: string;
  from: From;
  /** Its name for itself. */
  address: string;
  spmSequence: number | undefined;
  window: ReceiveWindow;
  unpacker: Unpacker;
  heardAt: number;
  /** Whether a message of its has arrived. */
  proven: boolean;
}

export class Sources {
  readonly #options: ReceiverOptions;
  readonly #sources = new Map<string, Source>();
  readonly #window: number;
  readonly #most: number;
  #held = 0;
  #missing = 0;
  #sweptAt = -Infinity;
  /** The program does not read: nothing is delivered until `resume`. */
  #stopped = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    const kept = (options.rate / 8) * options.recoveryInterval;
    this.#window = Math.max(LEAST_WINDOW, kept);
    this.#most = this.#window + Math.max(LEAST_HELD, options.maxMessageSize);
  }

  get count(): number {
    return this.#sources.size;
  }

  /** What is kept for all of them, in bytes. */
  get held(): number {
    return this.#held;
  }

  /** How many packets are missing, so that `tick` has work to do. */
  get missing(): number {
    return this.#missing;
  }

  /** A datagram has arrived. */
  heard(bytes: Buffer, from: From, now: number): void {
    const packet = decodePacket(bytes);
    if (!packet || packet.port !== this.#options.port) return;
    if (packet.type === 'NAK' || packet.type === 'SPMR') return;
    const source = this.#sources.get(packet.tsi) ?? this.#meet(packet, from, now);
    if (source?.from.address !== from.address) return;
    source.heardAt = now;
    this.#change(source, () => this.#take(source, packet, now));
    if (this.#held > this.#most) this.#makeRoom();
  }

  /** @returns what to send now, to whom; call it every few milliseconds while some are missing */
  tick(now: number): Ask[] {
    const asks: Ask[] = [];
    for (const source of this.#sources.values()) {
      if (source.window.missing === 0) continue;
      this.#change(source, () => {
        const sequences = source.window.tick(now);
        for (let at = 0; at < sequences.length; at += MOST_IN_NAK) {
          const some = sequences.slice(at, at + MOST_IN_NAK);
          asks.push(...this.#asksOf(source, some));
        }
      });
    }
    return asks;
  }

  /** The program reads again. */
  resume(): void {
    this.#stopped = false;
    for (const source of this.#sources.values()) this.#change(source, () => {});
  }

  /** Does something for a source, delivers what is complete then, and keeps account. */
  #change(source: Source, work: () => void): void {
    const { window } = source;
    const before = { held: heldFor(source), missing: window.missing };
    work();
    this.#read(source);
    this.#held += heldFor(source) - before.held;
    this.#missing += window.missing - before.missing;
  }

  #meet(packet: Packet, from: From, now: number): Source | undefined {
    if (packet.type === 'NCF') return undefined;
    if (this.#sources.size >= MOST_SOURCES) this.#sweep(now);
    if (this.#sources.size >= MOST_SOURCES) return undefined;
    const { recoveryInterval, random, maxMessageSize } = this.#options;
    const source = {
      tsi: packet.tsi,
      from,
      address: from.address,
      spmSequence: undefined,
      window: new ReceiveWindow({ recoveryInterval, random, most: this.#window }),
      unpacker: new Unpacker(maxMessageSize < 0 ? LEAST_HELD : maxMessageSize),
      heardAt: now,
      proven: false,
    };
    this.#sources.set(packet.tsi, source);
    return source;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP) return;
    this.#sweptAt = now;
    for (const source of this.#sources.values()) {
      const patience = source.proven ? SILENCE : SILENCE_OF_A_STRANGER;
      if (now - source.heardAt < patience) continue;
      this.#sources.delete(source.tsi);
      this.#held -= heldFor(source);
      this.#missing -= source.window.missing;
    }
  }

  #take(source: Source, packet: Packet, now: number): void {
    switch (packet.type) {
      case 'ODATA':
      case 'RDATA':
        source.window.data(packet, now);
        return;
      case 'NCF':
        source.window.confirmed(packet.sequences, now);
        return;
      case 'SPM': {
        const { spmSequence = -1 } = source;
        // An old one, that was overtaken or is played again.
        if (spmSequence >= 0 && ((packet.sequence - spmSequence) | 0) <= 0) return;
        source.spmSequence = packet.sequence;
        source.address = packet.address;
        source.window.spm(packet.trail, packet.lead, now);
      }
    }
  }

  #read(source: Source): void {
    const { window, unpacker } = source;
    while (!this.#stopped) {
      const parts = unpacker.next();
      if (parts === false) this.#lose(source, undefined);
      else if (parts) {
        source.proven = true;
        this.#stopped = !this.#options.deliver(parts);
      } else {
        const read = window.read();
        if (!read) return;
        if ('lost' in read) this.#lose(source, read.lost);
        else if (!unpacker.push(read.packet.data, read.packet.continued)) {
          this.#lose(source, undefined);
        }
      }
    }
  }

  #lose(source: Source, packets: number | undefined): void {
    source.unpacker.reset();
    this.#options.lost(source.from.address, packets);
  }

  /** At the cost of the sender that takes most. */
  #makeRoom(): void {
    let [largest] = this.#sources.values();
    for (const source of this.#sources.values()) {
      if (heldFor(source) > heldFor(largest!)) largest = source;
    }
    this.#change(largest!, () => {
      largest!.window.clear();
      largest!.unpacker.reset();
    });
  }

  /**
   * To the sender's port in the address, where libzmq listens; and to that from which it
   * sends, where ours listens: several senders of one machine cannot share the first.
   */
  #asksOf(source: Source, sequences: number[]): Ask[] {
    const { tsi, address, from } = source;
    const { port, group } = this.#options;
    const bytes = encodeNak({ type: 'NAK', tsi, port, sequences, address, group });
    const ports = new Set([port, from.port]);
    return [...ports].map((one) => ({ bytes, address: from.address, port: one }));
  }
}

/** Packets, and messages that are not complete, in bytes. */
function heldFor({ window, unpacker }: Source): number {
  return window.held + unpacker.held;
}
