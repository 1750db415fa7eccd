import { describe, expect, it } from 'vitest';
import { fatesOf, linkOf } from '../../../../src/network/link/index.ts';
import { countsOf, numberedRules } from '../../../../src/network/link/kernel-rules.ts';

const UDP = {
  transport: 'udp',
  port: 5000,
  messages: 100,
  segment: 100,
  before: 0,
} as const;
const TCP = { ...UDP, transport: 'tcp' } as const;

/** The numbers in a set of these rules; undefined if there is no such set. */
function elements(rules: string, name: string): number[] | undefined {
  const [, list] = new RegExp(`set ${name} .* elements = { (.*) };`).exec(rules) ?? [];
  return list?.split(', ').map(Number);
}

describe('the rules that lose messages by their numbers', () => {
  it('read the number behind the headers: of UDP, of TCP with time stamps, of a frame', () => {
    expect(numberedRules({}, UDP)).toContain('typeof @th,64,32;');
    expect(numberedRules({}, TCP)).toContain('typeof @th,256,32;');
    const framed = { ...TCP, segment: 104, before: 4 };
    expect(numberedRules({}, framed)).toContain('typeof @th,288,32;');
  });

  it('know the messages whose fate it is to be lost, and how often', () => {
    const link = { loss: 0.3, seed: 7 };
    const rules = numberedRules(link, TCP);
    const fateOf = fatesOf(linkOf(link));
    let before = Array.from({ length: TCP.messages }, (_, index) => index + 1);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      before = before.filter((k) => fateOf('there', k, 0, attempt).lost);
      expect(before.length).toBeGreaterThan(0);
      expect(elements(rules, `lost${attempt}`)).toEqual(before);
    }
  });

  it('lose a datagram once: nobody sends it again', () => {
    const rules = numberedRules({ loss: 0.5 }, UDP);
    expect(elements(rules, 'lost0')).not.toEqual([]);
    expect(elements(rules, 'lost1')).toBeUndefined();
  });

  it('lose the messages of a list when they are first sent', () => {
    const rules = numberedRules({ drop: [3, 7] }, TCP);
    expect(elements(rules, 'lost0')).toEqual([3, 7]);
    expect(elements(rules, 'lost1')).toBeUndefined();
  });

  it('copy a message as often as its fate says', () => {
    const link = { dup: 0.4, seed: 7 };
    const rules = numberedRules(link, UDP);
    const copies = (k: number): number => fatesOf(linkOf(link))('there', k).copies.length;
    for (const times of [1, 2]) {
      const those = Array.from({ length: 100 }, (_, index) => index + 1);
      expect(elements(rules, `copied${times}`)).toEqual(
        those.filter((k) => copies(k) === times),
      );
    }
    expect(rules.match(/@copied2 .*/)?.[0].split('dup to')).toHaveLength(3);
  });

  it('need no sets if nothing is to be lost or copied', () => {
    expect(numberedRules({}, TCP)).not.toMatch(/drop|dup|lost|tried|copied\d/);
  });
});

describe('what the rules have counted', () => {
  const counter = (name: string, packets: number, bytes: number): object => ({
    counter: { family: 'ip', name, table: 'socketlab', packets, bytes },
  });
  const set = (name: string, elem?: unknown[]): object => ({
    set: {
      family: 'ip',
      name,
      table: 'socketlab',
      type: 'integer',
      ...(elem && { elem }),
    },
  });

  it('is read from what nft prints', () => {
    const listed = JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6', json_schema_version: 1 } },
        counter('every', 219, 23_230),
        counter('acknowledgements', 99, 5148),
        counter('copies', 3, 456),
        counter('numbered', 111, 16_872),
        set('arrived', [{ elem: { val: 1, expires: 3599 } }]),
        set('lost0', [3, 7]),
        set('tried0', [3, 7]),
        set('lost1', [7]),
        set('tried1', [7]),
        set('lost2', [9]),
        set('tried2'),
      ],
    });
    const arrived = `elements = { 0x1 expires 59m59s788ms, 0x2 expires 59m58s,
      0x3 timeout 1h expires 1h, 10 expires 3m4ms }`;
    expect(countsOf(listed, arrived)).toEqual({
      packets: 219,
      bytes: 23_230,
      acknowledgements: 99,
      copies: 3,
      data: 111,
      arrivedAt: new Map([
        [1, 3_599_788],
        [2, 3_598_000],
        [3, 3_600_000],
        [10, 180_004],
      ]),
      lost: [new Set([3, 7]), new Set([7]), new Set()],
    });
  });

  it('is nothing, if nothing came', () => {
    const listed = JSON.stringify({ nftables: [set('arrived')] });
    expect(countsOf(listed, '')).toEqual({
      packets: 0,
      bytes: 0,
      acknowledgements: 0,
      copies: 0,
      data: 0,
      arrivedAt: new Map(),
      lost: [],
    });
  });
});
