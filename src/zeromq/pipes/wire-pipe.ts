/**
 * A pipe whose other end is behind a connection, of which it may have none at the moment.
 *
 * Read next: ../transports/engine.ts.
 */
import {
  asBuffer,
  commandFrame,
  encodeFrame,
  type Envelope,
  NO_ENVELOPE,
  type Outgoing,
} from '../zmtp/index.ts';
import { OutQueue } from './out-queue.ts';
import { Pipe, type Shared } from './pipe.ts';

/**
 * This many bytes leave at once, although the turn of the event loop is not over. Together
 * with the largest message that is copied they fit into one slab: a write of one piece.
 */
const ENOUGH = 48 * 1024;

/** The connection's side of a pipe. */
export interface Wire {
  /** At the end of this turn of the event loop, write what there is. */
  schedule(): void;
  /** Write now as much as the kernel takes. */
  flush(): void;
  /** Bytes that go before the messages that wait: a command. */
  sendNow(bytes: Uint8Array): void;
  /** Parse and read on. */
  resume(): void;
  /** End the connection when everything has been sent. */
  finish(): void;
  /** For the end of the process; undefined if it is not known, or cannot be written by hand. */
  rest(): Rest | undefined;
}

/** What the kernel has not taken of a connection, and the connection's descriptor. */
export interface Rest {
  fd: number;
  bytes: Uint8Array[];
}

export class WirePipe extends Pipe {
  readonly out = new OutQueue();
  /** Undefined while there is no connection that has done its handshake. */
  wire: Wire | undefined;
  /** The pattern drops the peer. */
  onClose: (() => void) | undefined;

  override get full(): boolean {
    const most = this.host.options.sendHighWaterMark;
    if (most === 0 || this.out.messages < most || this.host.options.conflate)
      return false;
    this.wire?.flush();
    return this.out.messages >= most;
  }

  override write(message: Outgoing, envelope: Envelope): void {
    const { out } = this;
    if (this.host.options.conflate) out.clear();
    out.add(message, envelope);
    this.#leave();
  }

  /** For STREAM: bytes, and no frames. */
  writeRaw(bytes: Uint8Array): void {
    this.out.addRaw(bytes);
    this.#leave();
  }

  override writeShared({ message, encoder, pieces }: Shared): void {
    const { out } = this;
    if (this.host.options.conflate) {
      out.clear();
      out.add(message, NO_ENVELOPE);
    } else if (pieces) out.addPieces(pieces);
    else out.addShared(encoder.slab, encoder.start, encoder.end);
    this.#leave();
  }

  override writeFirst(message: Uint8Array): void {
    this.wire?.sendNow(
      encodeFrame({ command: false, more: false, body: asBuffer(message) }),
    );
  }

  override writeSubscription(on: boolean, topic: Uint8Array): void {
    if (!this.wire) return; // all of them are sent when there is a connection
    this.wire.sendNow(
      this.joins ? groupFrame(on, topic) : subscriptionFrame(on, topic, this.oldStyle),
    );
  }

  override close(): void {
    this.onClose?.();
    this.wire?.finish();
  }

  protected override resume(): void {
    this.wire?.resume();
  }

  #leave(): void {
    const { wire } = this;
    if (wire === undefined) return;
    if (this.out.waitingBytes >= ENOUGH) wire.flush();
    else wire.schedule();
  }
}

function groupFrame(on: boolean, group: Uint8Array): Uint8Array {
  return commandFrame({ name: on ? 'JOIN' : 'LEAVE', topic: Buffer.from(group) });
}

/** A command, or for a peer of ZMTP 3.0 a message of 01 or 00 and the topic. */
function subscriptionFrame(
  on: boolean,
  topic: Uint8Array,
  oldStyle: boolean,
): Uint8Array {
  if (!oldStyle) {
    return commandFrame({ name: on ? 'SUBSCRIBE' : 'CANCEL', topic: Buffer.from(topic) });
  }
  const body = Buffer.concat([Buffer.from([on ? 1 : 0]), topic]);
  return encodeFrame({ command: false, more: false, body });
}
