import type { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isCutOff, reachableAt } from '../../../../src/auction/screens/serve-words.ts';

type Interfaces = ReturnType<typeof networkInterfaces>;
const one = (address: string, internal: boolean): Interfaces[string] =>
  [{ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }] as never;
const EVERYWHERE = { family: 'IPv4', host: '0.0.0.0', port: 1 } as const;
const EVERYWHERE_6 = { family: 'IPv6', host: '::', port: 1 } as const;
const HERE = { family: 'IPv4', host: '127.0.0.1', port: 1 } as const;

it('an auctioneer that was to be open to others is cut off where there is no network', () => {
  const alone: Interfaces = { lo: one('127.0.0.1', true) };
  const zoned: Interfaces = { ...alone, eth0: one('fe80::1', false) };
  const there: Interfaces = { ...alone, eth0: one('192.168.1.5', false) };
  expect(isCutOff(EVERYWHERE, alone)).toBe(true);
  expect(isCutOff(EVERYWHERE_6, zoned)).toBe(true);
  expect(isCutOff(EVERYWHERE, there)).toBe(false);
  expect(isCutOff(EVERYWHERE_6, there)).toBe(false);
  // Nobody else was meant to.
  expect(isCutOff(HERE, alone)).toBe(false);
});

it('where others reach it is every address that is not for this machine alone', () => {
  const both: Interfaces = {
    lo: one('127.0.0.1', true),
    eth0: one('192.168.1.5', false),
    wlan0: one('2001:db8::5', false),
  };
  expect(reachableAt(EVERYWHERE, both)).toEqual(['192.168.1.5']);
  expect(reachableAt(EVERYWHERE_6, both)).toEqual(['192.168.1.5', '2001:db8::5']);
  expect(reachableAt(HERE, both)).toEqual(['127.0.0.1']);
});
