/** What a client says to a SOCKS5 proxy, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { parseProxy, SocksClient } from '../../../../src/zeromq/transports/socks.ts';

const proxy = { host: 'proxy', port: 1080, username: undefined, password: '' };
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** All that it says to a proxy that says this, and what comes from behind it. */
function talk(client: SocksClient, heard: string, cuts = false): string[] {
  const said = [client.start().toString('hex')];
  const chunks = cuts ? [...hex(heard)].map((byte) => Buffer.from([byte])) : [hex(heard)];
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
    // What came at once is told once more with nothing: it may hold several answers.
    for (let next = client.push(chunk); ; next = client.push(Buffer.alloc(0))) {
      if (next.say) said.push(next.say.toString('hex'));
      if (next.through) {
        said.push(`through ${Buffer.concat([next.through, ...chunks]).toString()}`);
        return said;
      }
      if (!next.say) break;
    }
  }
  return said;
}

describe.each([false, true])('in pieces: %s', (cuts) => {
  it('asks to be connected to an address', () => {
    const client = new SocksClient(proxy, '10.0.0.1', 5555);
    expect(talk(client, '0500 05000001 00000000 0000 6869', cuts)).toEqual([
      '050100',
      '050100010a00000115b3',
      'through hi',
    ]);
  });

  it('gives its name when it is asked to, and leaves the name of the peer to the proxy', () => {
    const known = { ...proxy, username: 'ann', password: 'ö' };
    const client = new SocksClient(known, 'host', 80);
    expect(talk(client, '0502 0100 0500 0003 0161 0050', cuts)).toEqual([
      '05020002',
      '0103616e6e02c3b6',
      '0501000304686f73740050',
      'through ',
    ]);
  });
});

it.each([
  ['::1', '0000 0000 0000 0000 0000 0000 0000 0001'],
  ['2001:db8::', '2001 0db8 0000 0000 0000 0000 0000 0000'],
  ['fe80::1:2', 'fe80 0000 0000 0000 0000 0000 0001 0002'],
  ['1:2:3:4:5:6:7:8', '0001 0002 0003 0004 0005 0006 0007 0008'],
  ['::ffff:1.2.3.4', '0000 0000 0000 0000 0000 ffff 0102 0304'],
])('sends %s as sixteen bytes', (host, address) => {
  const said = talk(new SocksClient(proxy, host, 1), '0500');
  expect(said[1]).toBe(`05010004${address.replaceAll(' ', '')}0001`);
});

it.each([
  ['48545450', 'does not speak SOCKS5'],
  ['05ff', 'asks for a name and a password'],
  ['0502', 'asks for a name and a password'],
  ['0500 0505 0001', 'cannot connect: connection refused'],
  ['0500 0563 0001', 'cannot connect: code 99'],
  ['0500 0500 0002 00', 'sent an address of an unknown type'],
])('hears in %s that the proxy %s', (heard, why) => {
  expect(() => talk(new SocksClient(proxy, '10.0.0.1', 1), heard)).toThrow(why);
});

it('does not take a wrong password for a right one', () => {
  const known = { ...proxy, username: 'ann', password: 'x' };
  const client = new SocksClient(known, '10.0.0.1', 1);
  expect(() => talk(client, '0502 0101')).toThrow('does not accept this name');
});

it.each([
  [
    '127.0.0.1:1080',
    { host: '127.0.0.1', port: 1080, username: undefined, password: '' },
  ],
  ['[::1]:1', { host: '::1', port: 1, username: undefined, password: '' }],
  ['ann:a:b@c@proxy:1', { host: 'proxy', port: 1, username: 'ann', password: 'a:b@c' }],
  ['proxy', undefined],
  ['proxy:0', undefined],
  ['proxy:65536', undefined],
])('understands %s', (text, expected) => {
  expect(parseProxy(text)).toEqual(expected);
});
