import { describe, expect, it } from 'vitest';
import { explain, MisuseError } from '../../../src/common/index.ts';

/** An error as Node makes them: the sentence of the system, and the facts beside it. */
function systemError(code: string, facts: object = {}): Error {
  return Object.assign(new Error(`call ${code}: words of the system`), {
    code,
    ...facts,
  });
}

const AT = { address: '127.0.0.1', port: 12_000 };

describe('explain', () => {
  it.each([
    ['EADDRINUSE', '127.0.0.1:12000 is taken'],
    ['EADDRNOTAVAIL', '127.0.0.1:12000 is no address of this machine'],
    ['EACCES', 'not allowed to use 127.0.0.1:12000'],
    ['ECONNREFUSED', 'nobody listens at 127.0.0.1:12000'],
    ['ECONNRESET', 'the peer broke the connection off'],
    ['EPIPE', 'the peer has closed the connection'],
    ['EMSGSIZE', 'the text is too long for one datagram: at most 65,507 bytes'],
    ['ENOENT', 'there is no 127.0.0.1:12000'],
    ['ETIMEDOUT', 'no answer from 127.0.0.1:12000'],
    ['EHOSTUNREACH', 'no way leads to 127.0.0.1:12000'],
    ['ENETUNREACH', 'no way leads to 127.0.0.1:12000'],
  ])('puts %s into words, and keeps the code', (code, words) => {
    const line = explain(systemError(code, AT));
    expect(line).toContain(words);
    expect(line).toMatch(new RegExp(`\\(${code}\\)$`));
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('names the host of %s', (code) => {
    expect(explain(systemError(code, { hostname: 'nowhere.example' }))).toBe(
      `no host is called 'nowhere.example'. Check --host (${code})`,
    );
  });

  it('puts an IPv6 address into brackets', () => {
    const error = systemError('ECONNREFUSED', { address: '::1', port: 7 });
    expect(explain(error)).toContain('nobody listens at [::1]:7.');
  });

  it('says that a machine has no IPv6', () => {
    const error = systemError('EADDRNOTAVAIL', { address: '::1', port: 7 });
    expect(explain(error)).toBe(
      '[::1]:7 is no address of this machine, which has no IPv6 (EADDRNOTAVAIL)',
    );
  });

  it.each([{ port: -1 }, {}])('speaks of the file when a path is taken (%o)', (port) => {
    const line = explain(systemError('EADDRINUSE', { address: '/tmp/x.sock', ...port }));
    expect(line).toContain('/tmp/x.sock is taken');
    expect(line).toContain('remove the file');
    expect(line).not.toContain('--port');
  });

  it.each([
    ['ENOENT', 'there is no trace.jsonl (ENOENT)'],
    ['EACCES', 'not allowed to use trace.jsonl (EACCES)'],
    ['ENOSPC', 'call ENOSPC: words of the system'],
  ])('speaks of a file, not an address, in %s of one', (code, line) => {
    expect(explain(systemError(code, { path: 'trace.jsonl' }))).toBe(line);
  });

  it('manages without an address', () => {
    expect(explain(systemError('ECONNREFUSED'))).toContain(
      'nobody listens at that address',
    );
  });

  it('leaves the message of an unknown code as it is', () => {
    expect(explain(systemError('EWEIRD'))).toBe('call EWEIRD: words of the system');
  });

  it('gives the message of our own errors, without class or code', () => {
    expect(explain(new MisuseError('ERR_BAD_ADDRESS', 'a port is a number'))).toBe(
      'a port is a number',
    );
  });

  it('tells of the first error when a name had several addresses', () => {
    const first = systemError('ECONNREFUSED', { address: '::1', port: 9 });
    const second = systemError('ECONNREFUSED', { address: '127.0.0.1', port: 9 });
    expect(explain(new AggregateError([first, second]))).toContain('at [::1]:9.');
  });

  it('survives an AggregateError of nothing, and of what is no error', () => {
    expect(explain(new AggregateError([]))).toBe('AggregateError');
    expect(explain(new AggregateError(['text']))).toBe('text');
  });

  it('falls back on the code, then the name, of an error without a message', () => {
    expect(explain(Object.assign(new Error(''), { code: 'EWEIRD' }))).toBe('EWEIRD');
    expect(explain(new TypeError(''))).toBe('TypeError');
  });

  it.each([
    ['text', 'text'],
    [7, '7'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('takes what is no error: %o', (thrown, line) => {
    expect(explain(thrown)).toBe(line);
  });

  it.each([
    ['an error', new Error('one\n  two\r\nthree\rfour\u2028five')],
    ['our own error', new MisuseError('ERR_BAD_ADDRESS', 'one\n  two\nthree four five')],
    ['text', '\none\ntwo\nthree\nfour\nfive\n'],
    ['an aggregate', new AggregateError([new Error('one\ntwo\nthree\nfour\nfive')])],
  ])('says it on one line: %s', (_, thrown) => {
    expect(explain(thrown)).toBe('one two three four five');
  });
});
