import { describe, expect, it } from 'vitest';
import {
  explain,
  explainFile,
  inTermsOf,
  MisuseError,
} from '../../../src/common/index.ts';

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
    ['EADDRNOTAVAIL', '127.0.0.1:12000 is not an address of this machine'],
    ['EAFNOSUPPORT', '127.0.0.1:12000 cannot be used: this machine has no IPv4'],
    ['EACCES', 'not allowed to use 127.0.0.1:12000: the system reserves that port'],
    ['EPERM', 'a firewall on this machine blocks 127.0.0.1:12000'],
    ['ECONNREFUSED', 'nothing is listening at 127.0.0.1:12000'],
    ['ECONNRESET', 'the peer reset the connection'],
    ['EPIPE', 'the peer has closed the connection'],
    ['EMSGSIZE', 'the text is too long for one datagram: at most 65,507 bytes'],
    ['EMFILE', 'this program has reached its limit of open files and connections'],
    ['ETIMEDOUT', 'no answer from 127.0.0.1:12000'],
    ['EHOSTUNREACH', 'there is no route to 127.0.0.1:12000'],
    ['ENETUNREACH', 'there is no route to 127.0.0.1:12000'],
  ])('puts %s of a port into words, and keeps the code', (code, words) => {
    const line = explain(systemError(code, AT));
    expect(line).toContain(words);
    expect(line).toMatch(new RegExp(`\\(${code}\\)$`));
  });

  it.each([
    ['listen', 80, 'ports below 1024 need more rights'],
    ['bind', 12_000, 'the system reserves that port'],
    ['send', 12_000, 'not allowed to send to 127.0.0.1:12000: it is not the address of'],
  ])('says why %s at port %i is not allowed', (syscall, port, words) => {
    const line = explain(systemError('EACCES', { ...AT, syscall, port }));
    expect(line).toContain(words);
  });

  it('says that no port is left to connect from, not that the peer is not ours', () => {
    const error = systemError('EADDRNOTAVAIL', { ...AT, syscall: 'connect' });
    expect(explain(error)).toContain('this machine has no address, or no port left');
  });

  it('names the options that the address was given by', () => {
    const at = { ...AT, syscall: 'bind' };
    expect(explain(systemError('EADDRINUSE', at), { port: '--listen' })).toBe(
      '127.0.0.1:12000 is taken: another program receives datagrams there. ' +
        'Stop it, or choose another --listen (EADDRINUSE)',
    );
    expect(explain(systemError('ENOTFOUND', { hostname: 'x' }), { host: '--to' })).toBe(
      "no host is called 'x'. Check --to (ENOTFOUND)",
    );
  });

  it('tells a host that there is not from a network that there is not', () => {
    const at = { hostname: 'nowhere.example' };
    expect(explain(systemError('ENOTFOUND', at))).toBe(
      "no host is called 'nowhere.example'. Check --host (ENOTFOUND)",
    );
    expect(explain(systemError('EAI_AGAIN', at))).toBe(
      "the host 'nowhere.example' cannot be looked up: no name server answers. " +
        'Check --host, and that this machine is on the network (EAI_AGAIN)',
    );
  });

  it('knows an address without a port, which the system was to choose', () => {
    const chosen = systemError('EADDRNOTAVAIL', {
      address: '192.0.2.1',
      syscall: 'listen',
    });
    expect(explain(chosen, { host: '--board-host' })).toContain(
      '192.0.2.1 is not an address of this machine. Give --board-host one that it has',
    );
  });

  it('puts an IPv6 address into brackets', () => {
    const error = systemError('ECONNREFUSED', { address: '::1', port: 7 });
    expect(explain(error)).toContain('nothing is listening at [::1]:7.');
  });

  it('says that a machine has no IPv6', () => {
    const error = systemError('EADDRNOTAVAIL', { address: '::1', port: 7 });
    expect(explain(error)).toBe(
      '[::1]:7 is not an address of this machine, which has no IPv6 (EADDRNOTAVAIL)',
    );
  });

  it.each([{ port: -1 }, {}])('speaks of the file when a path is taken (%o)', (port) => {
    const line = explain(systemError('EADDRINUSE', { address: '/tmp/x.sock', ...port }));
    expect(line).toContain('/tmp/x.sock is taken');
    expect(line).toContain('remove the file');
    expect(line).not.toContain('--port');
  });

  it('manages without an address', () => {
    expect(explain(systemError('ECONNREFUSED'))).toContain(
      'nothing is listening at that address',
    );
  });

  it.each([
    ['kill', 'EPERM'],
    ['addMembership', 'EADDRNOTAVAIL'],
    ['write', 'EACCES'],
  ])('does not speak of an address when %s fails without one', (syscall, code) => {
    expect(explain(systemError(code, { syscall }))).toBe(
      `call ${code}: words of the system`,
    );
  });

  it('names the file of an error that does not, and keeps to what the error is', () => {
    const full = systemError('ENOSPC', { syscall: 'write' });
    expect(explainFile(full, 'a.txt')).toBe(
      'a.txt cannot be written: the disk is full. Make room, or choose another place (ENOSPC)',
    );
    const weird = systemError('EWEIRD', { path: '.a.tmp', syscall: 'open' });
    expect(explainFile(weird, 'a.txt')).toBe('a.txt: call EWEIRD: words of the system');
    const ours = new MisuseError('ERR_BAD_ARGUMENT', 'somebody else writes to it');
    expect(explainFile(ours, 'a.txt')).toBe('somebody else writes to it');
  });

  it('passes on what needs no other words', () => {
    const ours = new MisuseError('ERR_BAD_ADDRESS', 'a port is a number');
    expect(() => inTermsOf({ port: '--board' })(ours)).toThrow(ours);
    const taken = systemError('EADDRINUSE', { ...AT, syscall: 'bind' });
    expect(() => inTermsOf({ port: '--board' })(taken)).toThrow('another --board');
  });

  it("says the hint of ZeroMQ's errors, and prefers what the system said", () => {
    const hint = 'Await the last call before the next one';
    const busy = systemError('EBUSY', { hint, address: 'tcp://127.0.0.1:5678' });
    expect(explain(busy)).toBe(`call EBUSY: words of the system. ${hint}`);
    const cause = systemError('EACCES', { ...AT, port: 80, syscall: 'listen' });
    const caused = systemError('EACCES', { hint, address: 'tcp://127.0.0.1:80', cause });
    expect(explain(caused)).toContain('not allowed to use 127.0.0.1:80: ports below');
  });

  it("reads the addresses of ZeroMQ's native engine", () => {
    const address = 'tcp://127.0.0.9:5678';
    expect(explain(systemError('EADDRNOTAVAIL', { address }))).toContain(
      `${address} is not an address of this machine`,
    );
    const path = systemError('EADDRINUSE', { address: 'ipc:///tmp/a.sock' });
    expect(explain(path)).toContain('/tmp/a.sock is taken: a server listens there');
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

  it('survives an AggregateError of nothing, and of what is not an error', () => {
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
  ])('takes what is not an error: %o', (thrown, line) => {
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
