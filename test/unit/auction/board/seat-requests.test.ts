/** Which requests may play. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  refusalOfName,
  refusalOfSeat,
} from '../../../../src/auction/board/seat-requests.ts';

const HONEST = {
  host: '192.168.1.5:50020',
  origin: 'http://192.168.1.5:50020',
  'content-type': 'application/json',
  'content-length': '80',
};

function statusOf(headers: Record<string, string | undefined>, method = 'POST'): unknown {
  const request = { method, headers: { ...HONEST, ...headers } };
  return refusalOfSeat(request as unknown as IncomingMessage)?.status;
}

describe('a request to play', () => {
  it('from the page of this server is read', () => {
    expect(statusOf({})).toBeUndefined();
    const host = '[2001:db8::5]:50020';
    expect(statusOf({ host, origin: `http://${host}` })).toBeUndefined();
    expect(statusOf({ host: 'localhost:1', origin: 'http://localhost:1' })).toBe(
      undefined,
    );
    expect(statusOf({ host: '10.0.0.1', origin: 'http://10.0.0.1' })).toBeUndefined();
    // Behind something that adds TLS.
    expect(statusOf({ origin: 'https://192.168.1.5:50020' })).toBeUndefined();
    expect(statusOf({ 'content-type': 'application/json; charset=utf-8' })).toBe(
      undefined,
    );
  });

  it.each([
    ['http://evil.example'],
    ['http://192.168.1.5'],
    ['http://192.168.1.5:50021'],
    ['http://192.168.1.50:50020'],
    ['http://192.168.1.5:50020.evil.example'],
    ['null'],
    [''],
    [undefined],
  ])('from a page of %s is not', (origin) => {
    expect(statusOf({ origin })).toBe(403);
  });

  it.each([
    'evil.example',
    'evil.example:50020',
    '192.168.1.5.evil.example',
    'localhost.evil.example',
    '192.168.1.5@evil.example',
    '',
  ])('to a machine that calls itself %j is not, whoever sends it', (host) => {
    expect(statusOf({ host, origin: `http://${host}` })).toBe(421);
  });

  it.each([
    ['is nothing but JSON', { 'content-type': 'text/plain' }, 415],
    [
      'is not what a form sends',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
    ],
    ['has a length', { 'content-length': undefined }, 411],
    [
      'has none without end',
      { 'content-length': undefined, 'transfer-encoding': 'chunked' },
      411,
    ],
    ['is short', { 'content-length': '4097' }, 413],
    ['may be as long as any request', { 'content-length': '4096' }, undefined],
  ])('%s', (_, headers, status) => {
    expect(statusOf(headers)).toBe(status);
  });

  it('is a POST', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      expect(statusOf({}, method)).toBe(405);
    }
  });
});

describe('the page for phones', () => {
  const nameIsOurs = (host: string | undefined, own: string): boolean =>
    refusalOfName({ headers: { host } } as unknown as IncomingMessage, own) === undefined;

  it('is there under the names that this machine has, and under its numbers', () => {
    for (const host of ['desk', 'DESK:80', 'desk.local:80', 'desk.lab.example', '::1']) {
      expect([host, nameIsOurs(host, 'desk.lab.example')]).toEqual([
        host,
        host !== '::1',
      ]);
    }
    expect(nameIsOurs('[::1]:80', 'desk')).toBe(true);
    expect(nameIsOurs('desk.evil.example', 'desk')).toBe(false);
    expect(nameIsOurs(undefined, 'desk')).toBe(false);
    expect(nameIsOurs('', '')).toBe(false);
  });
});
