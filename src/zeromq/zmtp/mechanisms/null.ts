/**
 * NULL: everybody is welcome; the peers only say what they are. Pure.
 *
 *     READY ──►
 *     ◄── READY       in any order, as RFC 23 and libzmq have it
 *
 * With a ZAP domain, a handler is asked about the peer's address first.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), "The NULL Security Mechanism".
 */
import type { Command, Metadata } from '../command.ts';
import { Handshake, type Step, unexpected } from './mechanism.ts';

export class NullMechanism extends Handshake {
  override readonly name = 'NULL';
  readonly #ask: boolean;

  /** @param ask whether a ZAP handler has to say yes to the peer */
  constructor(metadata: Metadata, ask: boolean) {
    super(metadata);
    this.#ask = ask;
  }

  override start(): Step {
    return this.#ask ? { ask: { mechanism: 'NULL', frames: [] } } : this.welcomed();
  }

  protected override heard(command: Command): Step {
    if (command.name === 'READY') return { ready: command.metadata };
    throw unexpected(command, 'READY');
  }

  protected override welcomed(): Step {
    return { send: [{ name: 'READY', metadata: this.metadata }] };
  }
}
