import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  MisuseError,
  PeerError,
  SocketlabError,
  TimedOutError,
} from '../../../src/common/index.ts';

const misuse = new MisuseError('ERR_BAD_ADDRESS', 'no such port');
const peer = new PeerError('ERR_STREAM_ENDED', 'too early');
const timedOut = new TimedOutError('recv(1)', 250);

describe('the tree of errors', () => {
  it.each([misuse, peer, timedOut])(
    'has %s under SocketlabError under Error',
    (error) => {
      expect(error).toBeInstanceOf(SocketlabError);
      expect(error).toBeInstanceOf(Error);
    },
  );

  it('tells misuse, misbehaviour and time-outs apart by class', () => {
    expect(misuse).not.toBeInstanceOf(PeerError);
    expect(peer).not.toBeInstanceOf(MisuseError);
    expect(timedOut).not.toBeInstanceOf(MisuseError);
    expect(timedOut).not.toBeInstanceOf(PeerError);
  });

  it('names each error by its class', () => {
    expect([misuse, peer, timedOut].map((error) => error.name)).toEqual([
      'MisuseError',
      'PeerError',
      'TimedOutError',
    ]);
  });

  it('carries the code and the message', () => {
    expect(misuse).toMatchObject({ code: 'ERR_BAD_ADDRESS', message: 'no such port' });
  });

  it('keeps the cause', () => {
    const cause = new Error('below');
    expect(new PeerError('ERR_STREAM_ENDED', 'above', { cause }).cause).toBe(cause);
  });

  it('says of a time-out what was waited for, and how long', () => {
    expect(timedOut.code).toBe('ERR_TIMED_OUT');
    expect(timedOut.message).toBe('recv(1): nothing happened within 250 ms');
  });
});

const SRC = resolve(import.meta.dirname, '../../../src');

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(SRC, file), 'utf8'));
}

describe('the table of codes', () => {
  it('lists every code that the sources use, and no other', () => {
    const table = readFileSync(join(SRC, 'common/errors.ts'), 'utf8');
    const listed = table.match(/(?<=^ \* \| )ERR_\w+/gm) ?? [];
    const used = sources().flatMap((text) => text.match(/(?<=')ERR_\w+(?=')/g) ?? []);
    expect(new Set(listed)).toEqual(new Set(used));
  });
});
