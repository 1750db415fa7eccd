/**
 * ZMTP's greeting: the first 64 bytes in each direction. Pure.
 *
 *   0    1 … 8     9    10     11     12 … 31       32         33 … 63
 *   ┌────┬─────────┬────┬──────┬──────┬─────────────┬──────────┬──────────┐
 *   │ FF │ padding │ 7F │ major│ minor│ mechanism   │ as-server│ filler   │
 *   └────┴─────────┴────┴──────┴──────┴─────────────┴──────────┴──────────┘
 *                         3      1     "NULL" 00 …    0 or 1     00 …
 *
 * Both sides send theirs at once, without waiting. Byte 0 says that this is ZMTP, and byte 9
 * that it is not ZMTP 1, whose first byte was a length. The padding between them means
 * nothing: some peers put a length there for the sake of still older ones.
 *
 * A newer peer falls back to our version. One older than 3 speaks other frames, and is
 * refused.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), "Formal Grammar". Read next: frame.ts.
 */
import { PeerError } from '../../common/index.ts';

export const GREETING_LENGTH = 64;

export interface Greeting {
  /** 3, or more for a peer from the future. */
  major: number;
  minor: number;
  /** How peers make themselves known: NULL, PLAIN, CURVE. At most 20 characters. */
  mechanism: string;
  /** Whether this side judges the other; false for NULL. */
  asServer: boolean;
}

const [SIGNATURE_START, SIGNATURE_END] = [0xff, 0x7f];
const [AT_END, AT_MAJOR, AT_MINOR, AT_MECHANISM, AT_SERVER] = [9, 10, 11, 12, 32];
const MECHANISM_LENGTH = 20;
const OLDEST = 3;

export function encodeGreeting({ major, minor, mechanism, asServer }: Greeting): Buffer {
  const greeting = Buffer.alloc(GREETING_LENGTH);
  greeting[0] = SIGNATURE_START;
  greeting[AT_END] = SIGNATURE_END;
  greeting[AT_MAJOR] = major;
  greeting[AT_MINOR] = minor;
  greeting.write(mechanism, AT_MECHANISM, MECHANISM_LENGTH, 'latin1');
  greeting[AT_SERVER] = asServer ? 1 : 0;
  return greeting;
}

/**
 * Reads a greeting as far as it has arrived: a wrong peer is recognized by its first byte,
 * without waiting for the rest.
 *
 * @param bytes the beginning of what the peer has sent
 * @returns undefined while bytes are missing
 * @throws {PeerError} ERR_ZMTP_GREETING when it is not a greeting, or its version is before 3
 */
export function decodeGreeting(bytes: Uint8Array): Greeting | undefined {
  const { length } = bytes;
  if (length > 0 && bytes[0] !== SIGNATURE_START) throw notZmtp(bytes);
  if (length > AT_END && bytes[AT_END] !== SIGNATURE_END) throw notZmtp(bytes);
  if (length > AT_MAJOR && bytes[AT_MAJOR]! < OLDEST) throw tooOld(bytes[AT_MAJOR]!);
  if (length < GREETING_LENGTH) return undefined;
  return {
    major: bytes[AT_MAJOR]!,
    minor: bytes[AT_MINOR]!,
    mechanism: mechanismOf(bytes),
    asServer: bytes[AT_SERVER] === 1,
  };
}

/** Capitals, digits and a few signs, then zeros to the end. */
function mechanismOf(bytes: Uint8Array): string {
  const field = Buffer.from(bytes.subarray(AT_MECHANISM, AT_SERVER)).toString('latin1');
  const [, name] = /^([A-Z0-9\-_.+]+)\0*$/.exec(field) ?? [];
  if (name !== undefined) return name;
  throw new PeerError(
    'ERR_ZMTP_GREETING',
    'the peer named no security mechanism: 1 to 20 capitals, digits or -_.+',
  );
}

function notZmtp(bytes: Uint8Array): PeerError {
  const start = Buffer.from(bytes.subarray(0, 16));
  const words = start.toString('latin1').replaceAll(/[^ -~]/g, '.');
  return new PeerError(
    'ERR_ZMTP_GREETING',
    `the peer does not speak ZMTP 3: it began with ${start.toString('hex')} (${words})`,
  );
}

function tooOld(major: number): PeerError {
  return new PeerError(
    'ERR_ZMTP_GREETING',
    `the peer speaks ZMTP ${major}, whose frames differ from those of ZMTP 3`,
  );
}
