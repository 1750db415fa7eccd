/**
 * NULL: everybody is welcome; the peers only say what they are. Pure.
 *
 *     READY ──►
 *     ◄── READY       in any order, as RFC 23 and libzmq have it
 *
 * With a ZAP domain, a handler is asked about the peer's address first.
 *
 * It keeps nothing about a connection, so all connections of a process may share one.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), "The NULL Security Mechanism".
 */
import type { Command, Metadata } from '../command.ts';
import { commandFrame, Handshake, type Step, unexpected } from './mechanism.ts';

export class NullMechanism extends Handshake {
  override readonly name = 'NULL';
  readonly #ask: boolean;
  readonly #ready: Step;

  /** @param ask whether a ZAP handler has to say yes to the peer */
  constructor(metadata: Metadata, ask: boolean) {
    super(metadata);
    this.#ask = ask;
    this.#ready = { send: [commandFrame({ name: 'READY', metadata })] };
  }

  override start(): Step {
    return this.#ask ? { ask: { mechanism: 'NULL', frames: [] } } : this.welcomed();
  }

  protected override heard(command: Command): Step {
    if (command.name === 'READY') return { ready: command.metadata };
    throw unexpected(command, 'READY');
  }

  protected override welcomed(): Step {
    return this.#ready;
  }
}
