/**
 * PLAIN: a name and a password, which everybody on the way can read. Pure.
 *
 *     client                        server
 *     HELLO name, password   ──►    asks its ZAP handler, if there is one
 *                            ◄──    WELCOME        or ERROR 400
 *     INITIATE metadata      ──►
 *                            ◄──    READY metadata
 *
 * Source: PLAIN (RFC 24/ZMTP-PLAIN).
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

export class PlainClient implements Mechanism {
  readonly name = 'PLAIN';
  readonly asServer = false;
  readonly #metadata: Metadata;
  readonly #username: Buffer;
  readonly #password: Buffer;
  #welcome = false;

  constructor(metadata: Metadata, username: Buffer, password: Buffer) {
    this.#metadata = metadata;
    this.#username = username;
    this.#password = password;
  }

  start(): Step {
    return {
      send: [{ name: 'HELLO', username: this.#username, password: this.#password }],
    };
  }

  receive(command: Command): Step {
    if (command.name === 'ERROR') throw refusedByPeer(command.reason);
    if (this.#welcome) {
      if (command.name !== 'READY') throw unexpected(command, 'READY');
      return { ready: command.metadata };
    }
    if (command.name !== 'WELCOME') throw unexpected(command, 'WELCOME');
    this.#welcome = true;
    return { send: [{ name: 'INITIATE', metadata: this.#metadata }] };
  }

  authenticated(): Step {
    return {};
  }
}

export class PlainServer implements Mechanism {
  readonly name = 'PLAIN';
  readonly asServer = true;
  readonly #metadata: Metadata;
  #asked = false;

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  start(): Step {
    return {};
  }

  receive(command: Command): Step {
    if (command.name === 'ERROR') throw refusedByPeer(command.reason);
    if (this.#asked) {
      if (command.name !== 'INITIATE') throw unexpected(command, 'INITIATE');
      return {
        send: [{ name: 'READY', metadata: this.#metadata }],
        ready: command.metadata,
      };
    }
    if (command.name !== 'HELLO') throw unexpected(command, 'HELLO');
    this.#asked = true;
    return {
      ask: { mechanism: 'PLAIN', frames: [command.username, command.password] },
    };
  }

  authenticated(verdict: Verdict): Step {
    if (verdict.status !== 200) throw refusedByUs(verdict);
    return { send: [{ name: 'WELCOME' }] };
  }
}
