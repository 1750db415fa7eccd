/**
 * ZeroMQ over WebSocket, ZWS 2.0. A WebSocket carries messages, so nobody need say how long one
 * is, and what a greeting would say is in the name of the subprotocol. Pure.
 *
 *     ZMTP    greeting, then   flags size body flags size body …   one stream of bytes
 *     ZWS                      flags body │ flags body │ …         a WebSocket message for each
 *
 *     flags   1: more parts follow   2: a command      (in ZMTP 1, and 4; 2 is a long size)
 *
 *     subprotocol    how it begins
 *     ZWS2.0/NULL    with ZMTP's handshake of that mechanism: READY, …
 *     ZWS2.0/PLAIN   HELLO, WELCOME, …
 *     ZWS2.0         each side says its routing id, empty or not, as a message; no mechanism.
 *                    The only one that a browser can offer: names there have no slash.
 *
 * The sessions speak ZMTP, and the two classes here translate. PING and PONG become WebSocket's
 * own. Subscriptions are messages that begin with 1 or 0, as in ZMTP 3.0.
 *
 * Source: RFC 45/ZWS; what it leaves open, from watching libzmq 4.3.5.
 */
import {
  COMMAND,
  commandFrame,
  decodeCommand,
  EMPTY,
  encodeGreeting,
  GREETING_LENGTH,
  LONG,
  type Mechanism,
  MORE,
  partnerOf,
  property,
  type TypeName,
  ZmtpFrameReader,
} from '../../zmtp/index.ts';
import { encodeFrames, type Masks, type WebSocketFrame } from './frames.ts';

/** The header with their names, as Node spells it. */
export const SUBPROTOCOL = 'sec-websocket-protocol';
/** The one without a mechanism. */
export const BARE = 'ZWS2.0';
const ZWS_COMMAND = 2;
/** A flag that no version of ZMTP has: the session refuses it, and says so. */
const INVALID = 0x80;

/** What a client offers, or a server accepts, the best first. */
export function subprotocolsOf(mechanism: Mechanism['name']): string[] {
  const own = `${BARE}/${mechanism}`;
  return mechanism === 'NULL' ? [own, BARE] : [own];
}

/** @param header what the client offers, as it stands in its request */
export function chooseSubprotocol(
  header: string | undefined,
  mechanism: Mechanism['name'],
): string | undefined {
  const offers = new Set((header ?? '').split(',').map((offer) => offer.trim()));
  return subprotocolsOf(mechanism).find((one) => offers.has(one));
}

/** From the peer's messages to the bytes that a session reads. */
export class FromWebSocket {
  readonly #own: TypeName;
  #bare: boolean;

  /** @param own the type of our socket: without a mechanism nobody says theirs */
  constructor(subprotocol: string, own: TypeName) {
    this.#own = own;
    this.#bare = subprotocol === BARE;
  }

  /** The first bytes that a session reads. */
  greeting(mechanism: Mechanism['name']): Buffer {
    return encodeGreeting({ major: 3, minor: 0, mechanism, asServer: false });
  }

  /** @returns a ZMTP frame, in pieces */
  message(message: Buffer): Buffer[] {
    const body = message.subarray(1);
    if (this.#bare) {
      this.#bare = false;
      if (message[0] === 0) return [this.#ready(body)];
    }
    return [headerOf(message[0], body.length), body];
  }

  /** The peer has answered a ping. */
  pong(): Buffer {
    return commandFrame({ name: 'PONG', context: EMPTY });
  }

  #ready(routingId: Buffer): Buffer {
    const type = Buffer.from(partnerOf(this.#own));
    const metadata = new Map([
      ['Socket-Type', type],
      ['Identity', routingId],
    ]);
    return commandFrame({ name: 'READY', metadata });
  }
}

function headerOf(flags = INVALID, length: number): Buffer {
  const more = flags & MORE;
  const command = (flags & ZWS_COMMAND) === 0 ? 0 : COMMAND;
  const known = flags <= (MORE | ZWS_COMMAND) ? more | command : INVALID | flags;
  if (length <= 255) return Buffer.from([known, length]);
  const header = Buffer.alloc(9);
  header[0] = known | LONG;
  header.writeBigUInt64BE(BigInt(length), 1);
  return header;
}

/** From the bytes that a session says to WebSocket's frames. */
export class ToWebSocket {
  readonly #bare: boolean;
  readonly #masks: Masks | undefined;
  readonly #reader = new ZmtpFrameReader(Number.MAX_SAFE_INTEGER);
  /** The subprotocol has said what stands in it. */
  #greetingLeft = GREETING_LENGTH;

  /** @param masks for a client's frames; a server's have none */
  constructor(subprotocol: string, masks: Masks | undefined) {
    this.#bare = subprotocol === BARE;
    this.#masks = masks;
  }

  /** @returns the frames for what these bytes complete */
  push(bytes: Uint8Array): Buffer {
    const skipped = Math.min(this.#greetingLeft, bytes.length);
    this.#greetingLeft -= skipped;
    this.#reader.feed(bytes.subarray(skipped));
    const frames: WebSocketFrame[] = [];
    while (this.#reader.next()) {
      const { flags, body } = this.#reader;
      if ((flags & COMMAND) === 0)
        frames.push({ type: 'message', flags: flags & MORE, body });
      else this.#command(body, frames);
    }
    return encodeFrames(frames, this.#masks);
  }

  #command(body: Buffer, frames: WebSocketFrame[]): void {
    const command = decodeCommand(body);
    if (command?.name === 'PING') frames.push({ type: 'ping', body: EMPTY });
    else if (command?.name === 'PONG') return;
    else if (!this.#bare) frames.push({ type: 'message', flags: ZWS_COMMAND, body });
    else if (command?.name === 'READY') {
      const id = property(command.metadata, 'Identity') ?? EMPTY;
      frames.push({ type: 'message', flags: 0, body: id });
    }
  }
}
