/**
 * Which requests over HTTP the board answers, and how it refuses the others.
 *
 * A stranger's page, open in the same browser, can have its own name looked up again as
 * 127.0.0.1 ("DNS rebinding") and then read from servers of this machine as if they were its
 * own. It cannot forge `Host`, though: that still has the stranger's name. So a board that
 * only this machine can reach answers only to this machine's names. One that is open to the
 * network may be read by anyone, and has no names of its own to compare with.
 *
 * Sources: RFC 9110 §7.2 (Host), §9 (methods), §15.5.20 (421); W3C CSP 3.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Why a request does not get what it asked for. */
export interface Refused {
  status: number;
  text: string;
  headers?: Readonly<Record<string, string>>;
}

/**
 * Headers of every answer: load nothing from elsewhere, allow no framing, guess no content types.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @param boundTo the numeric host that the server listens on */
export function refusalOfHost(
  request: IncomingMessage,
  boundTo: string,
): Refused | undefined {
  if (!isLoopback(boundTo) || isOurName(request.headers.host, boundTo)) return undefined;
  return {
    status: 421,
    text: 'this board is for this machine: open it as 127.0.0.1 or localhost',
    headers: { connection: 'close' },
  };
}

/** Of a request that only reads. @param boundTo the numeric host that the server listens on */
export function refusalOf(
  request: IncomingMessage,
  boundTo: string,
): Refused | undefined {
  const elsewhere = refusalOfHost(request, boundTo);
  if (elsewhere) return elsewhere;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return {
      status: 405,
      text: 'the board can only be read: GET or HEAD',
      headers: { allow: 'GET, HEAD', connection: 'close' },
    };
  }
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined || Number(length ?? 0) !== 0) {
    return {
      status: 413,
      text: 'the board reads no request bodies',
      headers: { connection: 'close' },
    };
  }
  return undefined;
}

/** Whether only this machine can reach this numeric address. */
function isLoopback(host: string): boolean {
  return host === '::1' || /^(?:::ffff:)?127\./i.test(host);
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`; the port may differ, for example through a tunnel. */
function isOurName(header: string | undefined, boundTo: string): boolean {
  const name = /^(\[[\da-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(header ?? '')?.[1];
  if (name === undefined) return false;
  const bare = name.replaceAll(/[[\]]/g, '').toLowerCase();
  return ['localhost', '127.0.0.1', '::1', boundTo.toLowerCase()].includes(bare);
}

/** Node leaves the body out by itself when HEAD was asked. */
export function send(
  response: ServerResponse,
  type: string,
  body: string | Buffer,
): void {
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

export function refuse(
  response: ServerResponse,
  { status, text, headers }: Refused,
): void {
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) {
    response.setHeader(name, value);
  }
  send(response, 'text/plain; charset=utf-8', `${text}\n`);
}
