import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JoinedTrace } from '../../../../src/trace/index.ts';
import { at, payload, Story, type Teller } from './build.ts';
import { runs } from '../../../support/properties.ts';

const UDP = { transport: 'udp', role: 'datagram' };

/** A socket with an address. */
function bind(teller: Teller, socket: number, port: number, host?: string): void {
  teller('socket', socket, UDP);
  teller('bind', socket, { local: at(port, host) });
}

/** Each datagram as `text fate`, with a mark for each arrival. */
function fates({ flows, sockets, processes }: JoinedTrace): Record<string, string[]> {
  const name = (id: number): string => processes[sockets[id]!.process]!.name;
  return Object.fromEntries(
    flows.map(({ from, to, datagrams }) => [
      `${name(from)} → ${name(to)}`,
      datagrams.map(({ send, arrivals, fate }) => {
        const text = send?.text ?? arrivals[0]!.receive.text;
        const marks = arrivals.map(({ overtaken, truncated }) =>
          truncated ? '½' : overtaken ? '↷' : '✓',
        );
        return `${text} ${fate}${marks.join('')}`;
      }),
    ]),
  );
}

function twoPeers(): { story: Story; alice: Teller; bob: Teller } {
  const story = new Story();
  const [alice, bob] = [story.process(1, 'alice'), story.process(2, 'bob')];
  bind(bob, 1, 12_000);
  bind(alice, 1, 40_000, '0.0.0.0');
  return { story, alice, bob };
}

describe('datagrams', () => {
  const send = (teller: Teller, text: string, to = 12_000, t?: number): void =>
    teller('send', 1, { ...payload(text), to: at(to) }, t);
  const receive = (teller: Teller, text: string, from = 40_000, t?: number): void =>
    teller('receive', 1, { ...payload(text), from: at(from) }, t);

  it('are found at the other end, lost, duplicated, or overtaken', () => {
    const { story, alice, bob } = twoPeers();
    for (const text of ['one', 'two', 'three', 'four']) send(alice, text);
    for (const text of ['one', 'four', 'three', 'one']) receive(bob, text);
    expect(fates(story.ended().join())).toEqual({
      'alice → bob': [
        'one delivered✓✓',
        'two lost',
        'three delivered↷',
        'four delivered✓',
      ],
    });
  });

  it('are duplicates when they come later, also at the same time', () => {
    const { story, alice, bob } = twoPeers();
    send(alice, 'one', 12_000, 1000);
    send(alice, 'two', 12_000, 1100);
    for (const text of ['two', 'one', 'one']) receive(bob, text, 40_000, 2000);
    const { flows } = story.ended().join();
    const arrivals = flows[0]!.datagrams.map((datagram) =>
      datagram.arrivals.map(({ receive: { seq }, overtaken }) => [seq, overtaken]),
    );
    const [first, ...copies] = arrivals[0]!;
    expect(first![0]).toBeLessThan(copies[0]![0] as number);
    expect(first![1]).toBe(true);
    expect(arrivals[1]!.map(([, overtaken]) => overtaken)).toEqual([false]);
  });

  it('cut on their way are known by their beginning', () => {
    const { story, alice, bob } = twoPeers();
    send(alice, 'a long story');
    receive(bob, 'a long');
    expect(fates(story.join())).toEqual({ 'alice → bob': ['a long story delivered½'] });
  });

  it('go to nobody when the system has taken the address away, until it has another', () => {
    const { story, alice, bob } = twoPeers();
    send(alice, 'there');
    receive(bob, 'there');
    bob('disconnect', 1, { unbound: true });
    send(alice, 'gone');
    bob('bind', 1, { local: at(12_001), implicit: true });
    send(alice, 'too late');
    send(alice, 'again', 12_001);
    receive(bob, 'again');
    send(alice, 'lost', 12_001);
    expect(fates(story.ended().join())).toEqual({
      'alice → bob': ['there delivered✓', 'again delivered✓', 'lost lost'],
      'alice → 127.0.0.1:12000': ['gone nobody', 'too late nobody'],
    });
  });

  it('may still arrive where a disconnect left the address', () => {
    const { story, alice, bob } = twoPeers();
    bob('disconnect', 1);
    send(alice, 'lost');
    expect(fates(story.ended().join())).toEqual({ 'alice → bob': ['lost lost'] });
  });

  it('of the same payload are matched to the latest that was sent before', () => {
    const { story, alice, bob } = twoPeers();
    send(alice, 'again', 12_000, 10_000);
    send(alice, 'again', 12_000, 20_000);
    receive(bob, 'again', 40_000, 20_200);
    send(alice, 'again', 12_000, 30_000);
    const [flow] = story.ended().join().flows;
    expect(flow!.datagrams.map(({ fate }) => fate)).toEqual([
      'lost',
      'delivered',
      'lost',
    ]);
  });

  it('sent before a socket was there, or after, found nobody', () => {
    const story = new Story();
    const [alice, bob] = [story.process(1, 'alice'), story.process(2, 'bob')];
    bind(alice, 1, 40_000, '0.0.0.0');
    send(alice, 'too early', 12_000, 1000);
    bind(bob, 1, 12_000);
    send(alice, 'in time', 12_000, 5000);
    receive(bob, 'in time', 40_000, 5100);
    bob('close', 1, {}, 6000);
    send(alice, 'too late', 12_000, 9000);
    expect(fates(story.ended().join())).toEqual({
      'alice → 127.0.0.1:12000': ['too early nobody', 'too late nobody'],
      'alice → bob': ['in time delivered✓'],
    });
  });

  it('sent just before a socket is noted as bound are its own if they arrived there', () => {
    for (const other of ['127.0.0.1:12000', 'carol']) {
      const story = new Story();
      const [alice, bob] = [story.process(1, 'alice'), story.process(2, 'bob')];
      bind(alice, 1, 40_000, '0.0.0.0');
      // With a second socket at the port, it is a question where they went.
      if (other === 'carol') bind(story.process(3, 'carol'), 1, 12_000);
      send(alice, 'seen', 12_000, 4500);
      send(alice, 'unseen', 12_000, 4600);
      bob('socket', 1, UDP, 4400);
      bob('bind', 1, { local: at(12_000) }, 5000);
      receive(bob, 'seen', 40_000, 5100);
      bob('close', 1, {}, 6000);
      expect(fates(story.ended().join())).toEqual({
        'alice → bob': ['seen delivered✓'],
        [`alice → ${other}`]: [`unseen ${other === 'carol' ? 'lost' : 'nobody'}`],
      });
    }
  });

  it('find nobody where the socket is bound to another family of addresses', () => {
    for (const [local, to, there] of [
      [at(12_000, '0.0.0.0'), '127.0.0.1', true],
      [at(12_000, '0.0.0.0'), '::ffff:127.0.0.1', true],
      [at(12_000, '0.0.0.0'), '::1', false],
      [at(12_000, '::'), '::1', true],
      [at(12_000, '::'), '127.0.0.1', true],
      [{ ...at(12_000, '::'), ipv6Only: true }, '::1', true],
      [{ ...at(12_000, '::'), ipv6Only: true }, '127.0.0.1', false],
    ] as const) {
      const story = new Story();
      const alice = story.process(1, 'alice');
      alice('socket', 2, UDP);
      alice('bind', 2, { local });
      bind(alice, 1, 40_000, to);
      alice('send', 1, { ...payload('hello'), to: at(12_000, to) });
      const fate = there ? 'hello lost' : 'hello nobody';
      expect([to, Object.values(fates(story.ended().join()))]).toEqual([to, [[fate]]]);
    }
  });

  it('find nobody where the socket has fixed another peer, until it lets go of it', () => {
    const { story, alice, bob } = twoPeers();
    send(alice, 'before', 12_000, 1000);
    bob('connect', 1, { to: at(41_000) }, 2000);
    bob('connected', 1, { local: at(12_000), remote: at(41_000) }, 2100);
    receive(bob, 'before', 40_000, 2200);
    send(alice, 'meanwhile', 12_000, 3000);
    bob('disconnect', 1, {}, 4000);
    send(alice, 'afterwards', 12_000, 5000);
    bob('connected', 1, { local: at(12_000), remote: at(40_000) }, 6000);
    send(alice, 'to a friend', 12_000, 7000);
    expect(fates(story.ended().join())).toEqual({
      'alice → bob': ['before delivered✓', 'afterwards lost', 'to a friend lost'],
      'alice → 127.0.0.1:12000': ['meanwhile nobody'],
    });
  });

  it('that the system refused have failed', () => {
    const { story, alice } = twoPeers();
    alice('send', 1, { ...payload('huge'), to: at(12_000), error: 'EMSGSIZE' });
    expect(fates(story.join())).toEqual({ 'alice → bob': ['huge failed'] });
  });

  it('to and from a peer that was not traced are not known to have arrived', () => {
    const story = new Story();
    const alice = story.process(1, 'alice');
    bind(alice, 1, 40_000, '0.0.0.0');
    send(alice, 'hello');
    receive(alice, 'HELLO', 12_000);
    receive(alice, 'a stranger', 55_000);
    expect(fates(story.join())).toEqual({
      'alice → 127.0.0.1:12000': ['hello unseen'],
      '127.0.0.1:12000 → alice': ['HELLO unseen✓'],
      '127.0.0.1 → alice': ['a stranger unseen✓'],
    });
  });

  it('from the address of a traced socket that never sent them are a problem', () => {
    const { story, alice, bob } = twoPeers();
    receive(bob, 'forged');
    alice('exit', 0, { code: 0 });
    bob('exit', 0, { code: 0 });
    expect(story.join().problems).toMatchObject([{ kind: 'unmatched' }]);
  });

  it('to many are found at each that has them', () => {
    const story = new Story();
    const [alice, bob, carol] = [
      story.process(1, 'alice'),
      story.process(2, 'bob'),
      story.process(3, 'carol'),
    ];
    bind(alice, 1, 40_000, '0.0.0.0');
    bind(bob, 1, 5000, '0.0.0.0');
    bind(carol, 1, 5000, '0.0.0.0');
    alice('send', 1, { ...payload('all'), to: at(5000, '224.0.0.251') });
    receive(bob, 'all');
    receive(carol, 'all');
    expect(fates(story.join())).toEqual({
      'alice → bob': ['all delivered✓'],
      'alice → carol': ['all delivered✓'],
    });
  });

  it('are recovered from their digests, whatever a link did to them', () => {
    /** What became of each: lost, once, or twice, and with which delays. */
    const fate = fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(fate, { minLength: 1, maxLength: 30 }), (link) => {
        const { story, alice, bob } = twoPeers();
        const arrivals: { text: string; t: number }[] = [];
        for (const [index, delays] of link.entries()) {
          const t = 10_000 + index * 1000;
          send(alice, `datagram ${index}`, 12_000, t);
          for (const delay of delays) {
            arrivals.push({ text: `datagram ${index}`, t: t + delay });
          }
        }
        arrivals.sort((a, b) => a.t - b.t);
        for (const { text, t } of arrivals) receive(bob, text, 40_000, t);
        const { flows, problems } = story.ended().join();
        const [{ datagrams }] = flows as [(typeof flows)[0]];
        expect(datagrams.map(({ fate: what }) => what)).toEqual(
          link.map((delays) => (delays.length === 0 ? 'lost' : 'delivered')),
        );
        expect(
          datagrams.map(({ send: sent, arrivals: came }) =>
            came.map(({ receive: { t } }) => t - sent!.t),
          ),
        ).toEqual(link.map((delays) => delays.toSorted((a, b) => a - b)));

        // Overtaken: something that was sent later arrived before its first arrival.
        const first = link.map((delays, index) => index * 1000 + Math.min(...delays));
        for (const [index, { arrivals: came }] of datagrams.entries()) {
          const later = first.slice(index + 1).some((t) => t < first[index]!);
          expect(came[0]?.overtaken ?? false).toBe(came.length > 0 && later);
        }
        expect(problems.filter(({ kind }) => kind !== 'killed')).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });
});
