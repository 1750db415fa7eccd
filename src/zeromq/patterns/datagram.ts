/**
 * DGRAM: datagrams, each to an address or from one. Pure.
 *
 *     send, receive: [address:port, body]
 *
 * It is bound once. Without a port of its own it drops what it should send; it waits while the
 * system takes no more. Nothing says whether a datagram has arrived.
 *
 * Source: dgram.cpp in libzmq, where the type is a draft.
 */
import { ZmqError } from '../base/errors.ts';
import { NO_ENVELOPE, type Outgoing, partsOf } from '../zmtp/index.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { Pattern } from './pattern.ts';

/** @returns undefined when it is not an IPv4 address and a port */
export function parsePlace(
  place: Uint8Array,
): { address: string; port: number } | undefined {
  const [, address = '', digits = ''] =
    /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(Buffer.from(place).toString('latin1')) ?? [];
  const port = Number(digits);
  const valid = address.split('.').every((byte) => byte === String(Number(byte) & 255));
  return valid && port > 0 && port < 65_536 ? { address, port } : undefined;
}

export class Datagram extends Pattern {
  #pipe: Pipe | undefined;

  /** @throws {ZmqError} EINVAL when it is bound already */
  override attach(pipe: Pipe): void {
    if (this.#pipe) {
      throw new ZmqError('EINVAL', {
        hint: 'A Datagram can be bound only once: use another one',
      });
    }
    this.#pipe = pipe;
  }

  override detach(pipe: Pipe): void {
    if (this.#pipe === pipe) this.#pipe = undefined;
  }

  override send(message: Outgoing): boolean {
    const parts = partsOf(message);
    if (parts.length !== 2 || !parsePlace(parts[0]!)) {
      throw new ZmqError('EINVAL', {
        hint: 'A datagram has two parts: an address, such as 127.0.0.1:5555, and the body',
      });
    }
    if (!this.#pipe) this.dropped += 1;
    else if (this.#pipe.full) return false;
    else this.#pipe.write(message, NO_ENVELOPE);
    return true;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return !this.#pipe?.full;
  }
}
