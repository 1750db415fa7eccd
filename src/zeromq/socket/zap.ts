/**
 * Asking the program's own ZAP handler whether a peer is welcome.
 *
 *     DEALER ── '', '1.0', id, domain, address, identity, mechanism, credentials … ──► REP
 *            ◄─ '', '1.0', id, status, text, user id, metadata ──   inproc://zeromq.zap.01
 *
 * Without a handler nobody is welcome: a password that nobody checks would only seem to help.
 *
 * Source: RFC 27/ZAP.
 */
import {
  type Credentials,
  decodeMetadata,
  type NoVerdict,
  type Verdict,
} from '../zmtp/index.ts';

/** Where a ZAP handler is bound, in inproc://. */
export const ZAP_ENDPOINT = 'zeromq.zap.01';

/** A DEALER that is connected to the ZAP handler. */
interface Dealer {
  send(message: unknown): Promise<void>;
  receive(): Promise<Buffer[]>;
  close(): void;
}

interface Question {
  domain: string | Buffer;
  address: string;
  identity: string | Buffer;
  credentials: Credentials;
}

/**
 * Never rejects: a ZAP handler that fails counts as a 500.
 * @param open a DEALER that this call closes; undefined when there is no handler
 * @returns undefined when there is none
 */
export async function askZapHandler(
  open: () => Dealer | undefined,
  { domain, address, identity, credentials }: Question,
): Promise<Verdict | NoVerdict | undefined> {
  const { frames, mechanism } = credentials;
  let dealer: Dealer | undefined;
  try {
    dealer = open();
    if (!dealer) return undefined;
    await dealer.send(['', '1.0', '1', domain, address, identity, mechanism, ...frames]);
    return verdictOf(await dealer.receive());
  } catch {
    return { status: 500, userId: '' };
  } finally {
    dealer?.close();
  }
}

/** In the order in which libzmq looks, so that the codes are the same. */
function verdictOf(reply: readonly Buffer[]): Verdict | NoVerdict {
  if (reply.length !== 7) return { malformed: 'ERR_ZAP_MALFORMED_REPLY' };
  const [delimiter, version, id, code, , userId, metadata] = reply as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  if (delimiter.length > 0) return { malformed: 'ERR_ZAP_UNSPECIFIED' };
  if (version.toString() !== '1.0') return { malformed: 'ERR_ZAP_BAD_VERSION' };
  if (id.toString() !== '1') return { malformed: 'ERR_ZAP_BAD_REQUEST_ID' };
  if (!/^[2-5]00$/.test(code.toString('latin1'))) {
    return { malformed: 'ERR_ZAP_INVALID_STATUS_CODE' };
  }
  try {
    decodeMetadata(metadata);
  } catch {
    return { malformed: 'ERR_ZAP_INVALID_METADATA' };
  }
  return { status: Number(code) as Verdict['status'], userId: userId.toString() };
}
