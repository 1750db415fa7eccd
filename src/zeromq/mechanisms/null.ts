/**
 * NULL: everybody is welcome; the peers only say what they are. Pure.
 *
 *     READY ──►
 *     ◄── READY       in any order: neither waits for the other's
 *
 * With a ZAP domain, a handler is asked about the peer's address first.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP) §2.6, "The NULL Security Mechanism".
 */
import type { Command, Metadata } from '../command.ts';
import {
  type Mechanism,
  refusedByPeer,
  refusedByUs,
  type Step,
  unexpected,
  type Verdict,
} from './mechanism.ts';

export class NullMechanism implements Mechanism {
  readonly name = 'NULL';
  readonly asServer = false;
  readonly #metadata: Metadata;
  readonly #ask: boolean;

  /** @param ask whether a ZAP handler has to say yes to the peer */
  constructor(metadata: Metadata, ask: boolean) {
    this.#metadata = metadata;
    this.#ask = ask;
  }

  start(): Step {
    return this.#ask ? { ask: { mechanism: 'NULL', frames: [] } } : this.#ready();
  }

  receive(command: Command): Step {
    if (command.name === 'READY') return { ready: command.metadata };
    if (command.name === 'ERROR') throw refusedByPeer(command.reason);
    throw unexpected(command, 'READY');
  }

  authenticated(verdict: Verdict): Step {
    if (verdict.status !== 200) throw refusedByUs(verdict);
    return this.#ready();
  }

  #ready(): Step {
    return { send: [{ name: 'READY', metadata: this.#metadata }] };
  }
}
