import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../../src/auction/board/requests.ts';

/** What a request is refused with, at a board that listens there. */
function statusOf(
  boundTo: string,
  host: string | undefined,
  { method = 'GET', ...headers }: Record<string, string> = {},
): number | undefined {
  const request = {
    method,
    headers: { ...headers, ...(host !== undefined && { host }) },
  };
  return refusalOf(request as unknown as IncomingMessage, boundTo)?.status;
}

const LOOPBACKS = ['127.0.0.1', '127.0.0.2', '127.255.1.9', '::1', '::ffff:127.0.0.1'];
const STRANGERS = [
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evil.example#localhost',
  '127.0.0.1@evil.example',
  '127.0.0.1:80@evil.example',
  '127.0.0.1:80.evil.example',
  '[::1].evil.example',
  '[::1]evil.example:80',
  '192.168.0.7',
  '0.0.0.0',
  '',
  undefined,
];

describe('a board that only this machine can reach', () => {
  // A name of a stranger's, looked up again, can be any address of this machine.
  it.each(LOOPBACKS)('answers at %s to no name but those of this machine', (boundTo) => {
    for (const host of STRANGERS) expect(statusOf(boundTo, host)).toBe(421);
    const bracketed = boundTo.includes(':') ? `[${boundTo}]` : boundTo;
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:99', '[::1]', bracketed]) {
      expect(statusOf(boundTo, host)).toBeUndefined();
    }
    // A name is a name, whatever is asked for with it.
    for (const method of ['HEAD', 'POST', 'OPTIONS']) {
      expect(statusOf(boundTo, 'evil.example', { method })).toBe(421);
    }
  });
});

describe('a board that is open to the network', () => {
  it.each(['0.0.0.0', '::', '192.168.0.7', '128.0.0.1', 'fe80::1'])(
    'at %s has no names of its own to compare with',
    (boundTo) => {
      for (const host of STRANGERS) expect(statusOf(boundTo, host)).toBeUndefined();
    },
  );
});

describe('a request', () => {
  it('is to read, and has no body', () => {
    const at = '127.0.0.1';
    for (const method of ['GET', 'HEAD']) {
      expect(statusOf(at, 'localhost', { method })).toBeUndefined();
      const bodies: Record<string, string>[] = [
        { 'content-length': '1' },
        { 'content-length': 'many' },
        { 'transfer-encoding': 'chunked' },
      ];
      for (const body of bodies) {
        expect(statusOf(at, 'localhost', { method, ...body })).toBe(413);
      }
      const none = { method, 'content-length': '0' };
      expect(statusOf(at, 'localhost', none)).toBeUndefined();
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']) {
      expect(statusOf(at, 'localhost', { method })).toBe(405);
    }
  });

  it('that is refused for what may follow it ends its connection', () => {
    const refused = (method: string, headers: object): unknown =>
      refusalOf(
        {
          method,
          headers: { host: 'localhost', ...headers },
        } as unknown as IncomingMessage,
        '127.0.0.1',
      )?.headers;
    expect(refused('POST', {})).toMatchObject({ connection: 'close' });
    expect(refused('GET', { 'content-length': '9' })).toEqual({ connection: 'close' });
  });
});
