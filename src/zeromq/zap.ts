/**
 * Asking the program's own judge whether a peer is welcome: ZAP.
 *
 *     DEALER ── '', '1.0', id, domain, address, identity, mechanism, credentials … ──► REP
 *            ◄─ '', '1.0', id, status, text, user id, metadata ──   inproc://zeromq.zap.01
 *
 * Without a judge nobody is welcome: a password that is not looked at would only seem to help.
 *
 * Source: RFC 27/ZAP.
 */
import type { Context } from './context.ts';
import { Core } from './core.ts';
import { decodeMetadata } from './command.ts';
import type { Credentials, NoVerdict, Verdict } from './mechanisms/mechanism.ts';

const HANDLER = 'zeromq.zap.01';

interface Question {
  domain: string;
  address: string;
  identity: string;
  credentials: Credentials;
}

/**
 * Never rejects: a judge that fails has said 500.
 * @returns undefined when there is no judge
 */
export async function askHandler(
  context: Context,
  question: Question,
): Promise<Verdict | NoVerdict | undefined> {
  if (!context.inproc.has(HANDLER)) return undefined;
  let core: Core | undefined;
  try {
    core = new Core('DEALER', context);
    core.options.linger = 0;
    core.options.receiveTimeout = 10_000;
    core.connect(`inproc://${HANDLER}`);
    const { domain, address, identity, credentials } = question;
    await core.send([
      '',
      '1.0',
      '1',
      domain,
      address,
      identity,
      credentials.mechanism,
      ...credentials.frames,
    ]);
    return verdictOf(await core.receive());
  } catch {
    return { status: 500, userId: '' };
  } finally {
    core?.close();
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
