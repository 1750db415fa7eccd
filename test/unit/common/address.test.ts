import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  checkFamily,
  checkPath,
  checkPort,
  familyOf,
  formatAddress,
  inetAddress,
  socketFolder,
} from '../../../src/common/index.ts';

const BAD_ADDRESS = expect.objectContaining({
  name: 'MisuseError',
  code: 'ERR_BAD_ADDRESS',
});

describe('socketFolder', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is the folder for temporary files', ({ skip }) => {
    skip(process.platform === 'win32', 'TMPDIR means nothing there');
    vi.stubEnv('TMPDIR', '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T');
    expect(socketFolder()).toBe('/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T');
  });

  it('is /tmp where the path of that folder leaves no room for a name', ({ skip }) => {
    skip(process.platform === 'win32', 'a pipe has no such limit');
    vi.stubEnv('TMPDIR', `/var/${'x'.repeat(130)}`);
    expect(socketFolder()).toBe('/tmp');
  });
});

describe('checkPort', () => {
  it.each([0, 1, 12_000, 65_535])('takes %i', (port) => {
    expect(() => checkPort(port)).not.toThrow();
  });

  it.each([
    -1,
    65_536,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '80',
    'abc',
    '',
    null,
    undefined,
    [80],
    80n,
  ])('refuses %o', (port) => {
    expect(() => checkPort(port)).toThrow(BAD_ADDRESS);
  });

  it('refuses 0 where a peer is meant', () => {
    expect(() => checkPort(0, 1)).toThrow('a whole number from 1 to 65535, not 0');
  });

  it('says what it got', () => {
    expect(() => checkPort('abc')).toThrow('not abc');
  });
});

describe('checkPath', () => {
  const longest = process.platform === 'darwin' ? 103 : 107;
  const onlyUnix = process.platform === 'win32';

  it.each(['/tmp/x.sock', 'x.sock', './12000', 'x'.repeat(longest)])(
    'takes %s',
    (path) => {
      expect(() => checkPath(path)).not.toThrow();
    },
  );

  it.each(['', 'a\0b', '\0'])('refuses %j', (path) => {
    expect(() => checkPath(path)).toThrow(BAD_ADDRESS);
  });

  it('takes an abstract name where the system has them, with a byte more', () => {
    const check = (): void => checkPath(`\0${'x'.repeat(longest)}`);
    if (process.platform === 'linux') expect(check).not.toThrow();
    else expect(check).toThrow('only an abstract name of Linux');
    expect(() => checkPath(`\0${'x'.repeat(longest + 1)}`)).toThrow(BAD_ADDRESS);
  });

  it('refuses what Node would take for a port', ({ skip }) => {
    skip(onlyUnix, "a pipe's name is not a number");
    expect(() => checkPath('12000')).toThrow('write ./12000');
  });

  it('refuses one byte more than the system can hold, which Node would cut off', ({
    skip,
  }) => {
    skip(onlyUnix, 'a pipe has no such limit');
    expect(() => checkPath('x'.repeat(longest + 1))).toThrow(BAD_ADDRESS);
    expect(() => checkPath('å'.repeat(longest))).toThrow(BAD_ADDRESS);
  });
});

describe('families', () => {
  it.each([
    ['127.0.0.1', 'IPv4'],
    ['0.0.0.0', 'IPv4'],
    ['::1', 'IPv6'],
    ['fe80::1%eth0', 'IPv6'],
    ['::ffff:127.0.0.1', 'IPv6'],
    ['localhost', undefined],
    ['', undefined],
    ['1.2.3', undefined],
  ])('finds that %j is of %s', (host, family) => {
    expect(familyOf(host)).toBe(family);
  });

  it('lets a socket reach its own family, and a name', () => {
    expect(() => checkFamily('127.0.0.1', 'IPv4')).not.toThrow();
    expect(() => checkFamily('::1', 'IPv6')).not.toThrow();
    expect(() => checkFamily('localhost', 'IPv6')).not.toThrow();
  });

  it('refuses the other family, and says how to create the socket', () => {
    const error = { code: 'ERR_ADDRESS_FAMILY', name: 'MisuseError' };
    expect(() => checkFamily('::1', 'IPv4')).toThrow(expect.objectContaining(error));
    expect(() => checkFamily('127.0.0.1', 'IPv6')).toThrow("{ family: 'IPv4' }");
  });
});

describe('inetAddress', () => {
  it.each([
    ['IPv4', 'IPv4'],
    [4, 'IPv4'],
    ['IPv6', 'IPv6'],
    [6, 'IPv6'],
  ])('reads Node’s family %o', (family, expected) => {
    expect(inetAddress({ address: 'x', family, port: 7 })).toEqual({
      family: expected,
      host: 'x',
      port: 7,
    });
  });
});

describe('formatAddress', () => {
  it.each([
    [{ host: '127.0.0.1', port: 12_000 }, '127.0.0.1:12000'],
    [{ port: 12_000 }, '127.0.0.1:12000'],
    [{ host: '::1', port: 7 }, '[::1]:7'],
    [{ host: 'localhost', port: 7 }, 'localhost:7'],
    [{ path: '/tmp/x.sock' }, '/tmp/x.sock'],
  ])('writes %o', (address, text) => {
    expect(formatAddress(address)).toBe(text);
  });
});
