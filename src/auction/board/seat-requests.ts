/**
 * Requests from a page that plays: its messages to the auctioneer, by POST /seat.
 *
 * A stranger's page, open in the same browser, can send requests here, too. So a request counts
 * only if it comes from a page of this server: the browser itself says so in `Origin`. And a page
 * that had its own name resolved to this machine's address ("DNS rebinding") still calls the
 * machine by that name in `Host`, where only numbers and this machine's own names count.
 *
 * Sources: RFC 6454 §7 (Origin); RFC 9110 §15.5.20 (421); the Fetch standard, "CORS-preflight":
 * no page elsewhere may send JSON without asking first.
 */
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { familyOf } from '../../common/index.ts';
import type { Refused } from './requests.ts';

/**
 * Asks the auctioneer. Resolves with the answer, or with undefined when too many are waiting
 * because of other people's mistakes.
 */
export type AskForSeat = (
  payload: Uint8Array,
  from: { host: string; port: number },
) => Promise<object | undefined>;

/** Bytes of a request; the auctioneer takes no longer ones. */
const LONGEST_BODY = 4096;

export const TOO_OFTEN: Refused = {
  status: 429,
  text: 'too many mistakes came from your network: try again in a second',
  headers: { 'retry-after': '1' },
};

/** Whether `Host` is an IP address, or a name of this machine. */
export function refusalOfName(
  { headers }: IncomingMessage,
  ownName = hostname(),
): Refused | undefined {
  const name = /^(\[[\da-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(headers.host ?? '')?.[1] ?? '';
  const bare = name.replaceAll(/[[\]]/g, '').toLowerCase();
  const [short = ''] = ownName.toLowerCase().split('.', 1);
  const own = ['localhost', ownName.toLowerCase(), short, `${short}.local`];
  if (familyOf(bare) !== undefined || (bare !== '' && own.includes(bare)))
    return undefined;
  const text = 'open this page by its IP address, as in http://192.168.1.5:50020/bid';
  return { status: 421, text };
}

/** Why a request to play is not even read. */
export function refusalOfSeat(request: IncomingMessage): Refused | undefined {
  const { headers, method } = request;
  const wrongName = refusalOfName(request);
  if (wrongName) return wrongName;
  if (method !== 'POST') {
    return { status: 405, text: 'POST a message', headers: { allow: 'POST' } };
  }
  if (!isOwnOrigin(headers)) {
    return closing(403, 'only the page of this server may play here');
  }
  if (!/^application\/json(?:;|$)/i.test(headers['content-type'] ?? '')) {
    return closing(415, 'a message is JSON: content-type application/json');
  }
  const length = headers['content-length'];
  if (length === undefined) return closing(411, 'give the content-length');
  if (Number(length) > LONGEST_BODY) {
    return closing(413, `a message has at most ${LONGEST_BODY} bytes`);
  }
  return undefined;
}

function isOwnOrigin({ host, origin }: IncomingMessage['headers']): boolean {
  if (host === undefined || origin === undefined || !URL.canParse(origin)) return false;
  const own = `http://${host}`;
  return URL.canParse(own) && new URL(origin).host === new URL(own).host;
}

/** Its body is not read, so nothing else can come over this connection. */
function closing(status: number, text: string): Refused {
  return { status, text, headers: { connection: 'close' } };
}

/** The body; Node has checked that it is as long as it was said to be. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
