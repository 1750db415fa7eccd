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
import { commandFrame, Handshake, type Step, unexpected } from './mechanism.ts';

export class PlainClient extends Handshake {
  override readonly name = 'PLAIN';
  readonly #username: Buffer;
  readonly #password: Buffer;
  #welcome = false;

  constructor(metadata: Metadata, username: Buffer, password: Buffer) {
    super(metadata);
    this.#username = username;
    this.#password = password;
  }

  override start(): Step {
    const [username, password] = [this.#username, this.#password];
    return { send: [commandFrame({ name: 'HELLO', username, password })] };
  }

  protected override heard(command: Command): Step {
    if (this.#welcome) {
      if (command.name !== 'READY') throw unexpected(command, 'READY');
      return { ready: command.metadata };
    }
    if (command.name !== 'WELCOME') throw unexpected(command, 'WELCOME');
    this.#welcome = true;
    return { send: [commandFrame({ name: 'INITIATE', metadata: this.metadata })] };
  }
}

export class PlainServer extends Handshake {
  override readonly name = 'PLAIN';
  override readonly asServer = true;
  #asked = false;

  override start(): Step {
    return {};
  }

  protected override heard(command: Command): Step {
    if (this.#asked) {
      if (command.name !== 'INITIATE') throw unexpected(command, 'INITIATE');
      return {
        send: [commandFrame({ name: 'READY', metadata: this.metadata })],
        ready: command.metadata,
      };
    }
    if (command.name !== 'HELLO') throw unexpected(command, 'HELLO');
    this.#asked = true;
    return {
      ask: { mechanism: 'PLAIN', frames: [command.username, command.password] },
    };
  }

  protected override welcomed(): Step {
    return { send: [commandFrame({ name: 'WELCOME' })] };
  }
}
