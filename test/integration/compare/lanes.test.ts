/** The lanes over real sockets: what the seed says happens, in each of them, every time. */
import { describe, expect, it } from 'vitest';
import {
  compare,
  type CompareOptions,
  type Comparison,
} from '../../../src/network/compare/index.ts';
import { fatesOf, linkOf } from '../../../src/network/link/index.ts';

/** Small and quick, with much bad luck. */
const BAD: CompareOptions = {
  messages: 60,
  every: 1,
  link: { delay: 5, loss: 0.15, dup: 0.1, reorder: 0.1, seed: 7 },
};

/** What happened to each packet when it was sent for the first time. */
function fates({ records }: Comparison): string[][] {
  return records.map(({ fates: all }) =>
    all
      .filter(({ attempt }) => attempt === 0)
      .map(({ copies, k, outcome, overtakenBy }) =>
        [k, outcome, copies, overtakenBy].join(),
      ),
  );
}

describe('the lanes', () => {
  it('meet the same fates, in every lane and every run', async () => {
    const [first, second] = [fates(await compare(BAD)), fates(await compare(BAD))];
    expect(second).toEqual(first);
    const [udp, tcp, framed] = first;
    expect(udp).toHaveLength(60);
    expect(tcp).toEqual(udp);
    expect(framed).toEqual(udp);
    expect(fates(await compare({ ...BAD, virtual: true }))).toEqual(first);
    expect(udp!.filter((fate) => fate.includes('lost')).length).toBeGreaterThan(3);
    const other = await compare({ ...BAD, link: { ...BAD.link, seed: 8 } });
    expect(fates(other)[0]).not.toEqual(udp);
  });

  it('show what each transport makes of them', async () => {
    const { records, results } = await compare(BAD);
    const [udp, tcp, framed] = results;
    const first = records[0]!.fates;
    const lost = first.filter(({ outcome }) => outcome === 'lost').length;
    const copies = first.reduce((sum, fate) => sum + fate.copies, 0);
    expect(udp).toMatchObject({
      sent: 60,
      lost,
      delivered: 60 - lost,
      duplicated: copies,
      events: 60 - lost + copies,
      boundariesKept: 60 - lost + copies,
      corrupted: 0,
      modelled: false,
    });
    expect(udp!.outOfOrder).toBeGreaterThan(0);
    for (const stream of [tcp!, framed!]) {
      expect(stream).toMatchObject({
        sent: 60,
        delivered: 60,
        lost: 0,
        duplicated: 0,
        outOfOrder: 0,
        modelled: true,
      });
      expect(stream.blocked!.messages).toBeGreaterThan(0);
      expect(stream.wire!.retransmitted).toBeGreaterThanOrEqual(lost);
    }
    expect(framed).toMatchObject({ events: 60, boundariesKept: 60 });
    expect(tcp!.events).toBeLessThan(60);
  });

  it('lose nothing and mix nothing up over a perfect link', async () => {
    const { results } = await compare({ messages: 200, every: 0, link: {} });
    const packets = results.map(({ wire }) => wire!.packets);
    expect(packets).toEqual([200, 406, 406]);
    for (const result of results) {
      expect(result).toMatchObject({
        delivered: 200,
        lost: 0,
        duplicated: 0,
        outOfOrder: 0,
      });
    }
  });

  // With a delay, a thousand datagrams are due at the same moment on a busy machine.
  it.each([
    ['every lane', undefined, 0],
    ['UDP, late', ['udp'], 20],
  ] as const)(
    'lose what is fated and nothing else when nothing paces them: %s',
    async (_, lanes, delay) => {
      const link = { loss: 0.01, delay, seed: 7 };
      const { results } = await compare({ messages: 20_000, every: 0, link, lanes });
      const fates = fatesOf(linkOf(link));
      const ks = Array.from({ length: 20_000 }, (_none, index) => index + 1);
      const lost = ks.filter((k) => fates('there', k).lost).length;
      expect(lost).toBe(222);
      const [udp, ...streams] = results;
      expect(udp).toMatchObject({ lost, delivered: 20_000 - lost, kernelDrops: 0 });
      for (const stream of streams) {
        expect(stream).toMatchObject({ lost: 0, delivered: 20_000, kernelDrops: 0 });
      }
    },
  );

  it.each([
    ['corrupt', 'lose what has a flipped bit over UDP', false],
    ['corruptPastChecksum', 'see it over UDP past its checksum', true],
  ] as const)('%s: %s, and TCP sends it again', async (name, _, seen) => {
    const { records, results } = await compare({
      messages: 50,
      every: 0,
      link: { [name]: 0.2, seed: 3 },
      lanes: ['udp', 'framed'],
    });
    const [udp, framed] = results;
    const flipped = records[0]!.fates.filter((fate) => fate.corrupted).length;
    expect(flipped).toBeGreaterThan(0);
    const corrupted = seen ? flipped : 0;
    expect(udp).toMatchObject({ lost: flipped, delivered: 50 - flipped, corrupted });
    expect(framed).toMatchObject({ delivered: 50, corrupted: 0 });
    expect(framed!.wire!.retransmitted).toBeGreaterThanOrEqual(flipped);
  });

  it('count as waiting what waited, however briefly', async () => {
    const link = { loss: 0.2, seed: 3 };
    const { results } = await compare({ messages: 5, every: 1, link });
    for (const { blocked, lane } of results) {
      const { longestMs, messages } = blocked!;
      expect({ lane, waited: longestMs > 0 }).toEqual({ lane, waited: messages > 0 });
    }
  });

  it('end soon where nothing ever arrives, with all that UDP has to tell', async () => {
    const { results } = await compare({ messages: 5, every: 1, link: { loss: 1 } });
    const nothing = { sent: 5, delivered: 0, lost: 5, latencyMs: null };
    expect(results).toMatchObject([
      { lane: 'udp', ...nothing, finished: true },
      { lane: 'tcp', ...nothing, finished: false },
      { lane: 'framed', ...nothing, finished: false },
    ]);
  });

  it('drop exactly the packets of a list', async () => {
    const { results } = await compare({
      messages: 20,
      every: 0,
      link: { drop: [3, 7, 19] },
      lanes: ['udp'],
    });
    expect(results[0]).toMatchObject({ lost: 3, delivered: 17 });
  });

  it('end when they are told to, and leave nothing open', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = compare(
      { messages: 1000, every: 10 },
      {
        signal: controller.signal,
        onProgress: (done) => {
          if (done === 3) controller.abort(reason);
        },
      },
    );
    await expect(running).rejects.toBe(reason);
  });

  it.each([
    [{ messages: 0 }, 'messages'],
    [{ messages: 1.5 }, 'messages'],
    [{ every: -1 }, 'every'],
    [{ size: 4 }, 'size'],
    [{ lanes: ['sctp' as 'udp'] }, 'sctp'],
    [{ link: { loss: 2 } }, 'loss'],
  ])('refuse %j', async (options, why) => {
    await expect(compare(options)).rejects.toThrow(why);
  });
});
