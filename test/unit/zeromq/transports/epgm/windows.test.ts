/** A sender and its receivers without a network: what is lost is repeated, or reported. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePacket,
  encodeData,
  encodeNak,
  type Packet,
} from '../../../../../src/zeromq/transports/epgm/packet.ts';
import {
  MOST_ASKED,
  MOST_MISSING,
  ReceiveWindow,
} from '../../../../../src/zeromq/transports/epgm/receive-window.ts';
import {
  QUIET,
  SendWindow,
} from '../../../../../src/zeromq/transports/epgm/send-window.ts';
import {
  MOST_SOURCES,
  Sources,
} from '../../../../../src/zeromq/transports/epgm/sources.ts';
import { NO_ENVELOPE } from '../../../../../src/zeromq/zmtp/index.ts';
import { runs } from '../../../../support/properties.ts';

const tsi = '0102030405060a0b';
const port = 5555;
const group = '239.192.1.1';
const HERE = { address: '10.77.0.1', port: 40_000 };
const QUICK = { rate: 100_000, recoveryInterval: 10_000, packetSize: 1500 };

function sender(options: Partial<typeof QUICK> = {}): SendWindow {
  const { address } = HERE;
  return new SendWindow({ tsi, port, address, group, ...QUICK, ...options }, 0);
}

/** Everything that it sends now. */
function leaving(window: SendWindow, now: number): Packet[] {
  const packets: Packet[] = [];
  for (let bytes = window.next(now); bytes; bytes = window.next(now)) {
    packets.push(decodePacket(bytes)!);
  }
  return packets;
}

function types(packets: readonly Packet[]): string[] {
  return packets.map(({ type }) => type);
}

function say(window: SendWindow, text: string): void {
  window.packer.add(Buffer.from(text), NO_ENVELOPE);
}

function nak(...sequences: number[]): Packet {
  const { address } = HERE;
  return { type: 'NAK', tsi, port, sequences, address, group };
}

function data(sequence: number, trail = 0, text = 'x'): Packet & { type: 'ODATA' } {
  const body = Buffer.from(`\0\0\x02\0${text}`);
  return { type: 'ODATA', tsi, port, sequence, trail, data: body, continued: false };
}

describe('a sender', () => {
  it('says at once that it is there, then more and more rarely', () => {
    const window = sender();
    const times: number[] = [];
    for (let now = 0; now < 20_000; now += 1) {
      if (window.next(now)) times.push(now);
    }
    expect(times).toEqual([0, 8192, 16_384]);
    say(window, 'a');
    const later: [number, string][] = [];
    for (let now = 20_000; now < 20_130; now += 1) {
      for (const { type } of leaving(window, now)) later.push([now - 20_000, type]);
    }
    expect(later).toEqual([
      [0, 'ODATA'],
      [4, 'SPM'],
      [8, 'SPM'],
      [16, 'SPM'],
      [32, 'SPM'],
      [64, 'SPM'],
      [128, 'SPM'],
    ]);
  });

  it('answers a NAK with a NCF and the packet, once for all who ask', () => {
    const window = sender();
    say(window, 'a');
    leaving(window, 0);
    window.heard(nak(0), 1);
    window.heard(nak(0), 1);
    expect(types(leaving(window, 1))).toEqual(['NCF', 'RDATA']);
    window.heard(nak(0), 2);
    expect(types(leaving(window, 2))).toEqual([]);
    window.heard(nak(0), 20);
    expect(types(leaving(window, 20))).toContain('RDATA');
  });

  it('a NAK for what it never sent, or no longer has, is answered by a SPM at most', () => {
    const window = sender({ recoveryInterval: 100 });
    say(window, 'a');
    leaving(window, 0);
    leaving(window, 90);
    window.heard(nak(0, 7, 4_000_000_000), 101);
    window.heard(nak(0), 101);
    expect(leaving(window, 120)).toMatchObject([{ type: 'SPM', trail: 1, lead: 0 }]);
    expect(window.kept).toBe(0);
  });

  it('what is meant for others is not answered', () => {
    const window = sender();
    say(window, 'a');
    leaving(window, 0);
    const packet = nak(0) as Packet & { type: 'NAK' };
    for (const other of [
      { tsi: 'ffffffffffffffff' },
      { port: 1 },
      { group: '239.0.0.1' },
    ]) {
      window.heard({ ...packet, ...other }, 1);
    }
    expect(leaving(window, 1)).toEqual([]);
  });

  it('keeps to its rate, whatever receivers ask for', () => {
    const window = sender({ rate: 800 }); // 100 bytes a millisecond
    let bytes = 0;
    for (let now = 0; now < 4000; now += 1) {
      say(window, 'x'.repeat(1000));
      window.heard(nak(...Array.from({ length: 63 }, (_, i) => i)), now);
      window.heard({ type: 'SPMR', tsi, port }, now);
      for (let one = window.next(now); one; one = window.next(now)) {
        bytes += one.length + 28;
      }
      if (now % 1000 === 0) window.packer.clear();
    }
    expect(bytes).toBeGreaterThan(390_000);
    expect(bytes).toBeLessThan(410_000);
  });

  it('new messages get at least half of it', () => {
    const window = sender({ rate: 800 });
    const counts = { ODATA: 0, RDATA: 0 };
    for (let now = 0; now < 10_000; now += 1) {
      say(window, 'x'.repeat(1000));
      if (now % 50 === 0) {
        window.heard(nak(...Array.from({ length: 63 }, (_, i) => i + (now >> 5))), now);
      }
      for (const { type } of leaving(window, now)) {
        if (type === 'ODATA' || type === 'RDATA') counts[type] += 1;
      }
    }
    expect(counts.RDATA).toBeGreaterThan(50);
    expect(counts.ODATA).toBeGreaterThanOrEqual(counts.RDATA - 1);
  });

  it('says when it may send again', () => {
    const window = sender({ rate: 8 }); // a byte a millisecond
    for (let i = 0; i < 10; i += 1) say(window, 'x'.repeat(1400));
    leaving(window, 0);
    const { wakeAt } = window;
    expect(window.next(wakeAt - 1)).toBeUndefined();
    expect(window.next(wakeAt + 1)).toBeDefined();
  });

  it('keeps packets as long as it was told, and no longer', () => {
    const window = sender({ recoveryInterval: 100 });
    for (let now = 0; now < 1000; now += 1) {
      say(window, 'a');
      leaving(window, now);
      expect(window.kept).toBeLessThanOrEqual(101);
    }
    expect(window.kept).toBeGreaterThan(99);
  });

  it('is busy until nobody has asked for a while', () => {
    const window = sender();
    expect(window.busy(0)).toBe(false);
    say(window, 'a');
    expect(window.busy(0)).toBe(true);
    leaving(window, 0);
    window.heard(nak(0), 400);
    expect(window.busy(400 + QUIET - 1)).toBe(true);
    leaving(window, 400);
    expect(window.busy(400 + QUIET)).toBe(false);
  });
});

describe('a receive window', () => {
  const open = (recoveryInterval = 10_000, most = 1_000_000): ReceiveWindow =>
    new ReceiveWindow({ recoveryInterval, most, random: () => 0.5 });
  const readAll = (window: ReceiveWindow): (number | string)[] => {
    const all: (number | string)[] = [];
    for (let read = window.read(); read; read = window.read()) {
      all.push('lost' in read ? `${read.lost} lost` : read.packet.sequence);
    }
    return all;
  };

  it('begins with the first packet that it hears', () => {
    const window = open();
    window.data(data(100, 50), 0);
    window.data(data(99, 50), 0);
    expect(readAll(window)).toEqual([100]);
    expect(window.missing).toBe(0);
  });

  it('begins with the next one when a SPM came first', () => {
    const window = open();
    window.spm(50, 99, 0);
    window.data(data(101, 50), 0);
    expect(window.missing).toBe(1);
    window.data(data(100, 50), 0);
    expect(readAll(window)).toEqual([100, 101]);
  });

  it('waits, asks, and asks again', () => {
    const window = open();
    window.data(data(1), 0);
    window.data(data(4), 0);
    expect(readAll(window)).toEqual([1]);
    expect(window.tick(24)).toEqual([]);
    expect(window.tick(25)).toEqual([2, 3]);
    expect(window.tick(224)).toEqual([]);
    expect(window.tick(225)).toEqual([]); // a random time again
    expect(window.tick(250)).toEqual([2, 3]);
    window.data(data(2), 251);
    window.data(data(3), 251);
    expect(readAll(window)).toEqual([2, 3, 4]);
    expect(window.held).toBe(0);
  });

  it('does not ask when the sender has heard somebody else', () => {
    const window = open();
    window.data(data(1), 0);
    window.data(data(3), 0);
    window.confirmed([2], 10);
    expect(window.tick(209)).toEqual([]);
    expect(window.tick(211)).toEqual([]);
    expect(window.tick(236)).toEqual([2]);
  });

  it('learns from a SPM that the last packet was lost', () => {
    const window = open();
    window.data(data(1), 0);
    window.spm(0, 3, 1);
    expect(window.tick(30)).toEqual([2, 3]);
  });

  it('gives up what the sender does not have any more', () => {
    const window = open();
    window.data(data(1), 0);
    window.data(data(5), 0);
    window.spm(4, 5, 0);
    expect(readAll(window)).toEqual([1, '2 lost']);
    window.data(data(4, 4), 1);
    expect(readAll(window)).toEqual([4, 5]);
  });

  it('gives up what does not come in time', () => {
    const window = open(1000);
    window.data(data(1), 0);
    window.data(data(3), 0);
    window.tick(1001);
    expect(readAll(window)).toEqual([1, '1 lost', 3]);
  });

  it('tells of a loss at the end, too', () => {
    const window = open(1000);
    window.data(data(1), 0);
    window.spm(0, 3, 0);
    window.tick(1001);
    expect(readAll(window)).toEqual([1, '2 lost']);
  });

  it('does not ask for what is hopelessly much', () => {
    const window = open(10_000, 100_000_000);
    window.data(data(1), 0);
    expect(readAll(window)).toEqual([1]);
    window.data(data(2 + MOST_MISSING), 0);
    window.spm(0, 2_000_000_000, 0);
    expect(readAll(window)).toEqual(['1999999998 lost']);
    expect(window.missing).toBe(1);
    expect(window.held).toBeLessThan(1000);
  });

  it('asks for much little by little, the oldest first', () => {
    const window = open();
    window.data(data(0), 0);
    window.spm(0, 3 * MOST_ASKED, 0);
    const first = window.tick(60);
    expect(first).toEqual(Array.from({ length: MOST_ASKED }, (_, i) => i + 1));
    expect(window.tick(65)[0]).toBe(MOST_ASKED + 1);
  });

  it('keeps no more than it may, and asks for the rest when there is room', () => {
    const window = open(10_000, 10_000);
    window.data(data(0), 0);
    for (let i = 2; i < 1000; i += 1) window.data(data(i, 0, 'x'.repeat(100)), 0);
    expect(window.held).toBeLessThan(11_000);
    window.data(data(1), 1);
    const read = readAll(window);
    expect(read.length).toBeGreaterThan(30);
    window.spm(0, 999, 2);
    expect(window.missing).toBe(1000 - read.length);
  });

  it('any packets in any order, some twice, are read in order, once', () => {
    const order = fc.uniqueArray(fc.nat(60), { minLength: 1 });
    const start = fc.constantFrom(0, 1000, 2 ** 32 - 30);
    fc.assert(
      fc.property(order, fc.array(fc.nat(60)), start, (once, again, first) => {
        const window = open();
        const at = (i: number): number => (first + i) >>> 0;
        window.spm(at(0), at(-1), 0);
        for (const i of [...once, ...again.filter((i) => once.includes(i))]) {
          window.data(data(at(i), at(0)), 0);
        }
        const sorted = [...once].toSorted((a, b) => a - b);
        const whole = sorted.filter((i, index) => i === index);
        expect(readAll(window)).toEqual(whole.map(at));
        const last = sorted.at(-1)!;
        expect(window.missing).toBe(last + 1 - once.length);
        // What has not come by now never will.
        window.tick(20_000);
        const rest = readAll(window).filter((one) => typeof one === 'number');
        expect(rest).toEqual(sorted.slice(whole.length).map(at));
        expect(window.held).toBe(0);
      }),
      { numRuns: runs(2000) },
    );
  });
});

/** A sender and some receivers, and a network that loses, by turns, what `loses` says. */
class Net {
  readonly window: SendWindow;
  readonly receivers: { sources: Sources; got: string[]; lost: (number | undefined)[] }[];
  now = 0;
  naks = 0;

  constructor(count: number, options: Partial<typeof QUICK> & { most?: number } = {}) {
    this.window = sender(options);
    const { rate, recoveryInterval } = { ...QUICK, ...options };
    this.receivers = Array.from({ length: count }, (_, i) => {
      const got: string[] = [];
      const lost: (number | undefined)[] = [];
      const sources = new Sources({
        port,
        group,
        rate,
        recoveryInterval,
        maxMessageSize: options.most ?? -1,
        random: () => (i + 0.5) / count,
        deliver: (parts) => got.push(parts.join('|')) > 0,
        lost: (_address, packets) => lost.push(packets),
      });
      return { sources, got, lost };
    });
  }

  /** A millisecond passes. */
  step(loses: (receiver: number) => boolean): void {
    this.now += 1;
    const { window, now } = this;
    for (let bytes = window.next(now); bytes; bytes = window.next(now)) {
      for (const [i, { sources }] of this.receivers.entries()) {
        if (!loses(i)) sources.heard(bytes, HERE, now);
      }
    }
    for (const [i, { sources }] of this.receivers.entries()) {
      for (const ask of sources.tick(now)) {
        if (ask.port !== HERE.port) continue;
        this.naks += 1;
        if (!loses(i)) window.heard(decodePacket(ask.bytes)!, now);
      }
    }
  }
}

describe('together', () => {
  it('nothing is lost while a third of everything is', () => {
    const chances = fc.infiniteStream(fc.nat(2));
    fc.assert(
      fc.property(chances, (chance) => {
        const net = new Net(3);
        const loses = (): boolean => chance.next().value === 0;
        net.step(() => false);
        const sent: string[] = [];
        for (let i = 0; i < 100; i += 1) {
          const text = `${i}:${'x'.repeat((i * 337) % 5000)}`;
          sent.push(text);
          say(net.window, text);
          net.step(loses);
        }
        for (let i = 0; i < 9000; i += 1) {
          net.step(loses);
          if (net.receivers.every(({ got }) => got.length === sent.length)) break;
        }
        for (const { got, lost } of net.receivers) {
          expect(got).toEqual(sent);
          expect(lost).toEqual([]);
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it('one of twenty asks for what all have lost', () => {
    const net = new Net(20);
    net.step(() => false);
    say(net.window, 'first');
    net.step(() => true);
    for (let i = 0; i < 200; i += 1) net.step(() => false);
    expect(net.receivers.map(({ got }) => got)).toEqual(
      net.receivers.map(() => ['first']),
    );
    expect(net.naks).toBe(1);
  });

  it('what cannot be repaired is told, and what comes later arrives', () => {
    const net = new Net(1, { recoveryInterval: 200 });
    net.step(() => false);
    say(net.window, 'first');
    net.step(() => false);
    say(net.window, 'x'.repeat(4000));
    for (let i = 0; i < 300; i += 1) net.step(() => true);
    say(net.window, 'last');
    for (let i = 0; i < 300; i += 1) net.step(() => false);
    const [{ got, lost }] = net.receivers as [(typeof net.receivers)[0]];
    expect(got).toEqual(['first', 'last']);
    expect(lost).toEqual([3]);
  });

  it('a sender that goes in the middle of a message takes that with it', () => {
    const net = new Net(1, { recoveryInterval: 200 });
    net.step(() => false);
    say(net.window, 'x'.repeat(4000));
    let packets = 0;
    net.step(() => (packets += 1) > 2);
    const [{ sources, got, lost }] = net.receivers as [(typeof net.receivers)[0]];
    for (let now = 0; now < 1000; now += 1) sources.tick(now);
    expect(got).toEqual([]);
    expect(lost).toEqual([]);
    expect(sources.missing).toBe(0);
  });
});

describe('against the hostile', () => {
  const open = (
    deliver: (parts: Buffer[]) => boolean = () => true,
    lost: (address: string, packets: number | undefined) => void = () => {},
    rest: { maxMessageSize?: number } = {},
  ): Sources =>
    new Sources({
      port,
      group,
      maxMessageSize: -1,
      rate: 100,
      recoveryInterval: 10_000,
      random: () => 0.5,
      deliver,
      lost,
      ...rest,
    });
  const session = (i: number): string => i.toString(16).padStart(16, '0');
  const encoded = (
    of: string,
    sequence: number,
    body: Buffer = data(0).data,
    trail = 0,
  ): Buffer => encodeData({ type: 'ODATA', tsi: of, port, sequence, trail, data: body });

  it('a million senders: the known are few, and one who was there first is heard', () => {
    let messages = 0;
    const sources = open(() => (messages += 1) > 0);
    sources.heard(encoded(tsi, 0), HERE, 0);
    expect(messages).toBe(1);
    const body = Buffer.alloc(20, 0xff); // none begins here
    for (let i = 0; i < runs(1_000_000); i += 1) {
      // Each of them also lacks a packet.
      sources.heard(encoded(session(i >> 1), (i & 1) * 2, body), HERE, 0);
    }
    expect(sources.count).toBe(MOST_SOURCES);
    expect(sources.held).toBeLessThan(64 * 1024 * 1024);
    sources.heard(encoded(tsi, 1), HERE, 1);
    expect(messages).toBe(2);
    // A new one has to wait until the strangers have been silent for a while.
    sources.heard(encoded('ffffffffffffffff', 1), HERE, 2);
    expect(messages).toBe(2);
    sources.heard(encoded('ffffffffffffffff', 2), HERE, 8000);
    expect(messages).toBe(3);
  });

  it('long messages that never end: at the cost of whoever sends them', () => {
    const lost: (number | undefined)[] = [];
    const got: string[] = [];
    const sources = open(
      (parts) => got.push(String(parts[0])) > 0,
      (_address, packets) => lost.push(packets),
    );
    const begin = Buffer.alloc(60_000);
    begin.write('0000ff0000000003ffffff', 'hex'); // 64 MiB
    const goOn = Buffer.alloc(60_000);
    goOn.writeUInt16BE(0xffff);
    let most = 0;
    for (let sequence = 0; sequence < 1000; sequence += 1) {
      for (let i = 0; i < 3; i += 1) {
        sources.heard(
          encoded(session(i), sequence, sequence === 0 ? begin : goOn),
          HERE,
          sequence,
        );
      }
      sources.heard(encoded(tsi, sequence), HERE, sequence);
      most = Math.max(most, sources.held);
    }
    expect(most).toBeLessThan(70 * 1024 * 1024);
    expect(got).toHaveLength(1000);
  });

  it('a message over the limit: an error, and nothing kept', () => {
    const lost: (number | undefined)[] = [];
    const sources = open(undefined, (_address, packets) => lost.push(packets), {
      maxMessageSize: 100,
    });
    sources.heard(
      encoded(tsi, 0, Buffer.from('0000ff000000000000ffff00', 'hex')),
      HERE,
      0,
    );
    expect(lost).toEqual([undefined]);
    expect(sources.held).toBe(0);
  });

  it('parts without end: each is accounted for, and there are not too many', () => {
    const lost: (number | undefined)[] = [];
    const sources = open(undefined, (_address, packets) => lost.push(packets));
    const parts = 20_000;
    const empty = Buffer.concat([Buffer.alloc(2), Buffer.alloc(2 * parts, 1)]);
    for (let sequence = 0; sequence < 3; sequence += 1) {
      sources.heard(encoded(tsi, sequence, empty), HERE, 0);
      expect(sources.held).toBeGreaterThan((sequence + 1) * parts * 100);
    }
    sources.heard(encoded(tsi, 3, empty), HERE, 0);
    expect(lost).toEqual([undefined]);
    expect(sources.held).toBe(0);
  });

  it('packets of a sender from elsewhere are not its own', () => {
    const got: string[] = [];
    const sources = open((parts) => got.push(String(parts[0])) > 0);
    sources.heard(encoded(tsi, 0), HERE, 0);
    sources.heard(encoded(tsi, 1), { address: '10.9.9.9', port: 1 }, 1);
    sources.heard(
      encoded(tsi, 4_000_000, data(0).data, 4_000_000),
      { address: '10.9.9.9', port: 1 },
      1,
    );
    sources.heard(encoded(tsi, 1), HERE, 2);
    expect(got).toEqual(['x', 'x']);
  });

  it('replayed packets change nothing', () => {
    const got: string[] = [];
    const sources = open((parts) => got.push(String(parts[0])) > 0);
    const packets = Array.from({ length: 100 }, (_, i) => encoded(tsi, i));
    for (let times = 0; times < 50; times += 1) {
      for (const bytes of packets) sources.heard(bytes, HERE, times);
    }
    expect(got).toHaveLength(100);
    expect(sources.missing).toBe(0);
    expect(sources.held).toBe(0);
  });

  it('any bytes at all are survived', () => {
    const sources = open();
    const packet = fc.record({
      sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      back: fc.nat(100),
      body: fc.uint8Array({ minLength: 0, maxLength: 100 }),
    });
    fc.assert(
      fc.property(packet, fc.nat(5), ({ sequence, back, body }, who) => {
        const trail = (sequence - back) >>> 0;
        const bytes = encoded(session(who), sequence, Buffer.from(body), trail);
        sources.heard(bytes, HERE, 0);
        expect(sources.held).toBeLessThan(70 * 1024 * 1024);
      }),
      { numRuns: runs(5000) },
    );
  });

  it('NAKs for everything, without end, cost no more than the rate', () => {
    const window = sender({ rate: 8000 });
    for (let i = 0; i < 100; i += 1) say(window, 'x'.repeat(1400));
    const flood = decodePacket(
      encodeNak({
        type: 'NAK',
        tsi,
        port,
        sequences: Array.from({ length: 63 }, (_, i) => i),
        address: HERE.address,
        group,
      }),
    )!;
    let bytes = 0;
    for (let now = 0; now < 1000; now += 1) {
      for (let i = 0; i < 100; i += 1) window.heard(flood, now);
      for (let one = window.next(now); one; one = window.next(now)) bytes += one.length;
    }
    expect(bytes).toBeLessThan(1_100_000);
  });

  it('a program that does not read stops delivery, and nothing is lost meanwhile', () => {
    const got: string[] = [];
    let reads = false;
    const sources = open((parts) => {
      got.push(String(parts[0]));
      return reads;
    });
    for (let i = 0; i < 10; i += 1) sources.heard(encoded(tsi, i), HERE, 0);
    expect(got).toHaveLength(1);
    reads = true;
    sources.resume();
    expect(got).toHaveLength(10);
  });
});
