/** epgm://: publishers and subscribers in a multicast group, on this machine alone. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Publisher,
  Push,
  Subscriber,
  XPublisher,
  XSubscriber,
} from '../../../src/zeromq/index.ts';
import {
  encodeData,
  encodeNak,
  encodeSpm,
  type Packet,
} from '../../../src/zeromq/transports/epgm/packet.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import {
  anyGroup,
  type Group,
  GroupPeer,
  HERE,
  needMulticast,
} from '../../support/zeromq-groups.ts';

const ends: { close(): void }[] = [];
function open<T extends { close(): void }>(socket: T): T {
  ends.push(socket);
  return socket;
}

let group: Group;
beforeEach(async (context) => {
  await needMulticast(context);
  group = await anyGroup();
});
afterEach(() => {
  vi.restoreAllMocks();
  ends.splice(0).forEach((socket) => socket.close());
});

const quick = { rate: 1_000_000, linger: 0 };

async function publisher(options: object = {}): Promise<Publisher> {
  const pub = open(new Publisher({ ...quick, ...options }));
  await pub.bind(group.address);
  return pub;
}

async function subscriber(
  options: object = {},
  ...topics: string[]
): Promise<Subscriber> {
  const sub = open(new Subscriber({ receiveTimeout: PATIENCE, ...options }));
  sub.subscribe(...topics);
  await sub.bind(group.address);
  return sub;
}

async function next(socket: { receive(): Promise<Buffer[]> }): Promise<string[]> {
  return (await socket.receive()).map(String);
}

it('one message reaches all subscribers of this machine, if they want it', async () => {
  const all = await subscriber();
  const some = await subscriber({}, 'b');
  const pub = await publisher();
  for (const topic of ['a', 'b', 'c', 'bb']) await pub.send([topic, `text of ${topic}`]);
  for (const topic of ['a', 'b', 'c', 'bb']) {
    expect(await next(all)).toEqual([topic, `text of ${topic}`]);
  }
  expect(await next(some)).toEqual(['b', 'text of b']);
  expect(await next(some)).toEqual(['bb', 'text of bb']);
});

it('bind and connect mean the same, for XPUB and XSUB too', async () => {
  const xsub = open(new XSubscriber({ receiveTimeout: PATIENCE }));
  xsub.connect(group.address);
  const xpub = open(new XPublisher({ ...quick, receiveTimeout: PATIENCE }));
  xpub.connect(group.address);
  // Nobody says what they want: everything is sent.
  expect(await next(xpub)).toEqual(['\x01']);
  const heard = xsub.receive();
  await eventually(async () => {
    await xpub.send('anything');
    expect(await Promise.race([heard, Promise.resolve(undefined)])).toBeDefined();
  });
  expect(String((await heard)[0])).toBe('anything');
});

it('two publishers of one group are told apart', async () => {
  const sub = await subscriber({ receiveHighWaterMark: 0 });
  const pubs = [await publisher(), await publisher()];
  const wanted: string[] = [];
  for (let i = 0; i < 50; i += 1) {
    for (const [who, pub] of pubs.entries()) {
      const text = `${who}:${'x'.repeat(i * 100)}`;
      wanted.push(text);
      await pub.send(text);
    }
  }
  const got: string[] = [];
  for (let i = 0; i < 100; i += 1) got.push((await next(sub))[0]!);
  for (const who of ['0', '1']) {
    const of = (texts: string[]): string[] =>
      texts.filter((text) => text.startsWith(who));
    expect(of(got)).toEqual(of(wanted));
  }
});

it('long messages arrive, and a subscriber that dawdles gets them all', async () => {
  const sub = await subscriber({ receiveHighWaterMark: 10 });
  const pub = await publisher({ sendHighWaterMark: 0 });
  const body = (i: number): Buffer => Buffer.alloc(i % 50 === 0 ? 100_000 : i, i);
  for (let i = 0; i < 1000; i += 1) await pub.send([String(i), body(i)]);
  for (let i = 0; i < 1000; i += 1) {
    const [number, bytes] = await sub.receive();
    expect(String(number)).toBe(String(i));
    expect(bytes!.equals(body(i))).toBe(true);
  }
});

it('beyond its high-water mark a publisher drops, and counts', async () => {
  const pub = await publisher({ rate: 1, sendHighWaterMark: 5 });
  for (let i = 0; i < 100; i += 1) await pub.send(Buffer.alloc(2000));
  expect(pub.dropped).toBeGreaterThan(80);
});

describe('a publisher', () => {
  it('says who it is, and repeats what a receiver lacks, also after close()', async () => {
    const peer = open(await GroupPeer.open(group));
    // The publisher's clock stands still, so that it stays for as long as the test needs it.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const pub = await publisher({ linger: -1 });
    await pub.send('news');
    pub.close();
    const sent = await eventually(() => {
      const packet = peer.heard.find(({ type }) => type === 'ODATA');
      expect(packet).toBeDefined();
      return packet as Packet & { type: 'ODATA' };
    });
    const { tsi, port, sequence } = sent;
    expect(peer.heard[0]).toMatchObject({ type: 'SPM', tsi, port, address: HERE });
    const names = { tsi, port, address: HERE, group: group.group };
    peer.ask(encodeNak({ type: 'NAK', ...names, sequences: [sequence] }));
    await eventually(() => {
      const answers = peer.heard.filter(({ type }) => type === 'NCF' || type === 'RDATA');
      expect(answers).toMatchObject([
        { type: 'NCF', sequences: [sequence] },
        { type: 'RDATA', sequence, data: sent.data },
      ]);
    });
  });
});

describe('a subscriber', () => {
  const tsi = '0102030405060708';
  let peer: GroupPeer;
  beforeEach(async () => {
    peer = open(await GroupPeer.open(group));
  });

  function say(
    sequence: number,
    text: string,
    trail = 0,
    type: 'ODATA' | 'RDATA' = 'ODATA',
  ) {
    const data = Buffer.concat([
      Buffer.from([0, 0, text.length + 1, 0]),
      Buffer.from(text),
    ]);
    peer.raw(encodeData({ type, tsi, port: group.port, sequence, trail, data }));
  }

  function spm(sequence: number, trail: number, lead: number): void {
    peer.raw(encodeSpm({ tsi, port: group.port, sequence, trail, lead, address: HERE }));
  }

  async function asked(): Promise<number[]> {
    return eventually(() => {
      const nak = peer.heard.find(({ type }) => type === 'NAK');
      expect(nak).toMatchObject({ tsi, address: HERE, group: group.group });
      return (nak as Packet & { type: 'NAK' }).sequences;
    });
  }

  it('asks for what it lacks, and goes on when that has come', async () => {
    const sub = await subscriber();
    say(7, 'first');
    say(10, 'fourth');
    expect(await next(sub)).toEqual(['first']);
    expect(await asked()).toEqual([8, 9]);
    say(9, 'third', 0, 'RDATA');
    say(8, 'second', 0, 'RDATA');
    expect(await next(sub)).toEqual(['second']);
    expect(await next(sub)).toEqual(['third']);
    expect(await next(sub)).toEqual(['fourth']);
  });

  it('learns from a SPM that it lacks the last', async () => {
    const sub = await subscriber();
    say(0, 'first');
    expect(await next(sub)).toEqual(['first']);
    spm(0, 0, 1);
    expect(await asked()).toEqual([1]);
    say(1, 'second', 0, 'RDATA');
    expect(await next(sub)).toEqual(['second']);
  });

  it('says so when something is lost for good, and goes on', async () => {
    const sub = await subscriber();
    const errors: Error[] = [];
    sub.events.on('disconnect', ({ error }) => errors.push(error!));
    say(0, 'first');
    say(3, 'fourth', 2);
    expect(await next(sub)).toEqual(['first']);
    expect(await asked()).toEqual([2]);
    spm(1, 3, 3);
    expect(await next(sub)).toEqual(['fourth']);
    // Together or one by one.
    const lost = errors.map(({ message }) => /^\d+(?= of the packets)/.exec(message)![0]);
    expect(lost.reduce((sum, packets) => sum + Number(packets), 0)).toBe(2);
    expect(errors[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('is not disturbed by strangers', async () => {
    const sub = await subscriber();
    say(0, 'first');
    expect(await next(sub)).toEqual(['first']);
    for (let i = 0; i < 200; i += 1) {
      peer.raw(Buffer.alloc(i, i));
      const other = i.toString(16).padStart(16, '0');
      const data = Buffer.alloc(i, 0xff);
      peer.raw(
        encodeData({
          type: 'ODATA',
          tsi: other,
          port: group.port,
          sequence: i,
          trail: 0,
          data,
        }),
      );
      say(0, 'first');
      say(1 + i, `after stranger ${i}`);
      // One at a time: the kernel's buffer may be too small for all of them.
      expect(await next(sub)).toEqual([`after stranger ${i}`]);
    }
  });
});

describe('what cannot be', () => {
  it.for([
    ['epgm://239.192.1.1', 'EINVAL'],
    ['epgm://127.0.0.1;239.192.1.1:0', 'EINVAL'],
    ['epgm://127.0.0.1;239.192.1.1:*', 'EINVAL'],
    ['epgm://127.0.0.1;10.0.0.1:5555', 'EINVAL'],
    ['epgm://127.0.0.1;239.192.1.256:5555', 'EINVAL'],
    ['epgm://lo999;239.192.1.1:5555', 'ENODEV'],
    ['pgm://127.0.0.1;239.192.1.1:5555', 'EPROTONOSUPPORT'],
  ] as const)('%s: %s', async ([address, code]) => {
    const pub = open(new Publisher());
    expect(() => pub.connect(address)).toThrow(
      expect.objectContaining({ code, address }),
    );
    await expect(pub.bind(address)).rejects.toMatchObject({ code, address });
  });

  it('pgm:// says what to use', () => {
    const pub = open(new Publisher());
    expect(() => pub.connect('pgm://239.192.1.1:5555')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('use epgm://') as string }),
    );
  });

  it('other types', async () => {
    const push = open(new Push());
    const error = {
      code: 'ENOCOMPATPROTO',
      hint: 'Only publishers and subscribers use multicast',
    };
    expect(() => push.connect(group.address)).toThrow(expect.objectContaining(error));
    await expect(push.bind(group.address)).rejects.toMatchObject(error);
  });

  it('an address that is not ours', async () => {
    const sub = open(new Subscriber());
    const elsewhere = group.address.replace(HERE, '192.0.2.77');
    await expect(sub.bind(elsewhere)).rejects.toMatchObject({ address: elsewhere });
    // What connects tries again, and says why.
    const told = new Promise((resolve) =>
      sub.events.on('close', ({ error }) => resolve(error)),
    );
    sub.connect(elsewhere);
    expect(await told).toMatchObject({ address: elsewhere });
  });
});

it('after unbind and disconnect nothing comes, and the address can be used again', async () => {
  const sub = await subscriber();
  const pub = await publisher();
  await pub.send('one');
  expect(await next(sub)).toEqual(['one']);
  await sub.unbind(group.address);
  await expect(sub.unbind(group.address)).rejects.toMatchObject({ code: 'ENOENT' });
  const other = await subscriber();
  await pub.send('two');
  expect(await next(other)).toEqual(['two']);
  await sub.bind(group.address);
  await pub.send('three');
  expect(await next(sub)).toEqual(['three']);
  await pub.unbind(group.address);
  expect(pub.dropped).toBe(0);
});
