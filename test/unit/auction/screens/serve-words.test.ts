import type { networkInterfaces } from 'node:os';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  Auction,
  type AuctionOptions,
  auctionOptions,
} from '../../../../src/auction/index.ts';
import {
  isCutOff,
  opening,
  reachableAt,
} from '../../../../src/auction/screens/serve-words.ts';

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

it('a network of containers, of virtual machines or of a VPN comes last', () => {
  const first = (...names: string[]): string | undefined =>
    reachableAt(
      EVERYWHERE,
      Object.fromEntries(
        names.map((name, index) => [name, one(`10.0.${index}.1`, false)]),
      ),
    )[0];
  for (const name of [
    'docker0',
    'br-5f0c93e1a7b2',
    'virbr0',
    'vmnet8',
    'vboxnet0',
    'tun0',
    'utun4',
    'wg0',
    'tailscale0',
    'ztabc',
    'vEthernet (WSL)',
    'VirtualBox Host-Only Network',
    'VMware Network Adapter VMnet8',
  ]) {
    for (const real of [
      'wlan0',
      'eth0',
      'enp3s0',
      'wlp2s0',
      'en0',
      'Wi-Fi',
      'Ethernet 2',
    ]) {
      expect([name, real, first(name, real)]).toEqual([name, real, '10.0.1.1']);
    }
    // Better than none.
    expect(first(name)).toBe('10.0.0.1');
  }
  const noAnswer: Interfaces = {
    eth0: one('169.254.7.7', false),
    wlan0: one('192.168.1.5', false),
  };
  expect(reachableAt(EVERYWHERE, noAnswer)).toEqual(['192.168.1.5', '169.254.7.7']);
});

describe('the first lines', () => {
  function lines(
    given: Partial<AuctionOptions>,
    interfaces: Interfaces = {},
    page?: string,
    mostConnections = 12_000,
  ): string {
    const auction = new Auction(auctionOptions({ unsold: 'to-first', ...given }));
    const auctioneer = {
      address: EVERYWHERE,
      auction,
      cut: 0,
      past: [],
      mostConnections,
    };
    const board = page === undefined ? undefined : { page, address: EVERYWHERE };
    const all = opening(
      auctioneer as never,
      { board: board as never, scores: undefined },
      { bidCommand: 'bid' } as never,
      { paint: pc.createColors(false) },
      interfaces,
    );
    // The screen shows such a character as what it is.
    for (const line of all) expect(line).not.toContain('\n');
    return all.join('\n');
  }

  it('say how to let everybody in, where the system allows too few connections', () => {
    expect(lines({ bidders: 300 }, {}, undefined, 300)).not.toContain('ulimit');
    expect(lines({ bidders: 300 }, {}, undefined, 192)).toContain(
      'Only 192 bidders can join over TCP: each needs an open file, and this shell allows ' +
        'too few.\nRun this first, and start again: ulimit -n 1000\n',
    );
  });

  it('say where else the QR code could lead, if this machine is in several networks', () => {
    const wlan0 = one('192.168.1.5', false);
    const both = { wlan0, tun0: one('10.8.0.2', false) };
    const page = 'http://192.168.1.5:50020/bid';
    expect(lines({}, both, page)).toContain(
      "The QR code leads to 192.168.1.5. If that is not the class's network,\n" +
        '           start again with --host 10.8.0.2',
    );
    expect(lines({}, both)).not.toContain('QR code');
    expect(lines({}, { wlan0 }, page)).not.toContain('QR code');
  });

  it("say what would fit into one read of the lecture's bidder, if the list does not", () => {
    expect(lines({ items: 700 })).not.toContain('5024');
    expect(lines({ items: 700, win: 'highest-value' })).toContain(
      'over bare TCP that bidder reads 5024 of them;\n           fewer --items would fit',
    );
    const crowd = lines({ bidders: 5000 });
    expect(crowd).toContain('fewer bidders, or a smaller --count-to-win, would fit');
    // A terminal of 80 columns folds none of these lines.
    const widths = crowd
      .split('\n')
      .slice(2)
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThan(80);
  });
});
