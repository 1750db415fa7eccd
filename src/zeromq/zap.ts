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
import type { Credentials, Verdict } from './mechanisms/mechanism.ts';

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
): Promise<Verdict | undefined> {
  if (!context.inproc.has(HANDLER)) return undefined;
  const core = new Core('DEALER', context);
  core.options.linger = 0;
  core.options.receiveTimeout = 10_000;
  try {
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
    const [empty, version, id, status, , userId] = await core.receive();
    const code = Number(status?.toString());
    const good =
      empty?.length === 0 && version?.toString() === '1.0' && id?.toString() === '1';
    if (good && (code === 200 || code === 300 || code === 400 || code === 500)) {
      return { status: code, userId: userId?.toString() ?? '' };
    }
    return { status: 500, userId: '' };
  } catch {
    return { status: 500, userId: '' };
  } finally {
    core.close();
  }
}
