/** The limits of the ZeroMQ door, with connections that are handed in. */
import { describe, expect, it } from 'vitest';
import {
  encodeCommand,
  encodeFrame,
  encodeGreeting,
  GREETING_LENGTH,
  ZmtpFrameDecoder,
} from '../../../../../src/zeromq/zmtp/index.ts';
import {
  FakeConnection,
  type House,
  openHouse,
  withoutTime,
} from '../../../../support/auction-house.ts';

withoutTime();

const LONG = 120_000;
const GREETING = encodeGreeting({
  major: 3,
  minor: 1,
  mechanism: 'NULL',
  asServer: false,
});
const READY = command({
  name: 'READY',
  metadata: new Map([['Socket-Type', Buffer.from('REQ')]]),
});

function command(what: Parameters<typeof encodeCommand>[0]): Buffer {
  return encodeFrame({ body: encodeCommand(what), command: true, more: false });
}

function ping(timeToLive: number): Buffer {
  return command({ name: 'PING', timeToLive, context: Buffer.alloc(0) });
}

function part(body: string | Buffer, more = true): Buffer {
  return encodeFrame({ body: Buffer.from(body), command: false, more });
}

function question(...parts: string[]): Buffer {
  const last = parts.length - 1;
  return Buffer.concat(parts.map((body, index) => part(body, index < last)));
}

/** The bodies of all frames that are no commands. */
function said({ bytes }: FakeConnection): string[] {
  return new ZmtpFrameDecoder()
    .push(bytes.subarray(GREETING_LENGTH))
    .filter((frame) => !frame.command)
    .map(({ body }) => Buffer.from(body).toString());
}

async function visitor(house: House): Promise<FakeConnection> {
  const peer = await house.visit();
  return peer.says(Buffer.concat([GREETING, READY]));
}

async function seated(house: House, name = 'ann'): Promise<FakeConnection> {
  const peer = await visitor(house);
  await peer.says(question('', name));
  expect(said(peer)[1]).toMatch(/^\d+ /);
  return peer;
}

describe('a message without an end', () => {
  // Of one who has a seat, and may be as slow as they like: no clock ends it.
  it('is given up before it holds more than any question has', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    for (let kib = 0; kib < 19; kib += 1) await peer.says(part(Buffer.alloc(1024)));
    expect(peer.gone).toBe(false);
    await peer.says(part(Buffer.alloc(1024)));
    expect(peer.gone).toBe(true);
    expect(house.auctioneer.statistics.present).toBe(0);
  });

  it('is given up, too, when nothing is in its parts', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    const empty = Buffer.concat(Array.from({ length: 4096 }, () => part('')));
    for (let parts = 0; parts < 65_536; parts += 4096) await peer.says(empty);
    expect(peer.gone).toBe(false);
    await peer.says(part(''));
    expect(peer.gone).toBe(true);
  });

  it('is given up at its first part, when that alone is too long', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    await peer.says(part(Buffer.alloc(20_097)).subarray(0, 9));
    expect(peer.gone).toBe(true);
  });

  it('is not the signs of life of one who thinks, however many', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    const many = Buffer.concat(Array.from({ length: 4000 }, () => ping(0)));
    for (let bytes = 0; bytes < 300 * 1024; bytes += many.length) await peer.says(many);
    expect(peer.gone).toBe(false);
    await peer.says(question('', 'ann 5'));
    expect(said(peer).at(-1)).toBe('wait ');
  });
});

describe('a question', () => {
  it('comes through sixteen devices, and no more', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const path = (length: number): string[] =>
      Array.from({ length }, (_, index) => `d${index}`);
    const far = await visitor(house);
    await far.says(question(...path(17), '', 'ann'));
    expect(said(far)).toEqual([]);
    await far.says(question(...path(16), '', 'ann'));
    expect(said(far).slice(0, 17)).toEqual([...path(16), '']);
    expect(said(far)[17]).toMatch(/^2 /);
  });

  it('is answered before the next is read, where many come in one piece', async () => {
    const house = openHouse({ game: { bidders: 2, items: 1 } });
    const peer = await visitor(house);
    const all = ['ann', 'ann ', 'ann ', 'ann 5', 'ann'];
    await peer.says(Buffer.concat(all.map((words) => question('', words))));
    // The second is kept back for a while, since it waits for the other bidder.
    expect(said(peer)).toHaveLength(2);
    await house.after(250);
    expect(said(peer).slice(2)).toEqual(['', 'wait ']);
    const bob = await seated(house, 'bob');
    expect(said(peer).slice(4, 8)).toEqual(['', 'ready ann bob ', '', 'bid received']);
    await bob.says(question('', 'bob '));
    await bob.says(question('', 'bob 3'));
    expect(said(peer).at(-1)).toMatch(/^ann has bought \w+ for 5 and won\.$/);
    expect(said(peer)).toHaveLength(10);
  });
});

describe('a peer that reads nothing', () => {
  it.each([
    ['questions', question('', 'ann')],
    ['signs of life', ping(0)],
  ])('has few answers to its %s, and is dropped', async (_, one) => {
    const house = openHouse({
      game: { bidders: 2, win: 'highest-value', items: 9000 },
      times: { speak: 10_000 },
    });
    const deaf = await house.visit(new FakeConnection(false));
    await deaf.says(Buffer.concat([GREETING, READY, question('', 'ann')]));
    const before = deaf.bytes.length;
    expect(before).toBeGreaterThan(64 * 1024);
    await deaf.says(Buffer.concat(Array.from({ length: 1000 }, () => one)));
    await house.after(9000);
    expect(deaf.state).toBe('open');
    await house.after(2000);
    expect(deaf.state).toBe('reset');
    expect(deaf.bytes).toHaveLength(before);
  });
});

describe('the time that one has', () => {
  it('without a seat is counted from the connection, whatever is said meanwhile', async () => {
    const house = openHouse({ times: { speak: 10_000 } });
    const peer = await visitor(house);
    for (let second = 0; second < 9; second += 1) {
      await house.after(1000);
      await peer.says(ping(0));
    }
    expect(peer.gone).toBe(false);
    await house.after(1100);
    expect(peer.gone).toBe(true);
  });

  it('with a seat is without end, unless a limit to the silence was set', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    await house.after(LONG);
    expect(peer.gone).toBe(false);
    await peer.says(ping(6000));
    await house.after(5900);
    await peer.says(ping(6000));
    await house.after(5900);
    expect(peer.gone).toBe(false);
    expect(house.auctioneer.isPresent('ann')).toBe(true);
    await house.after(200);
    expect(peer.gone).toBe(true);
    expect(house.auctioneer.isPresent('ann')).toBe(false);
  });
});

describe('what is no ZMTP', () => {
  it('ends the connection at once', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const peer = await seated(house);
    await peer.says(Buffer.from([0xf8, 0]));
    expect(peer.gone).toBe(true);
  });
});
