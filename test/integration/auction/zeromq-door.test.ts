/**
 * The ZeroMQ door, byte by byte: what a REQ says and hears, and that peers who break ZMTP, or
 * do not stop talking, harm nobody. test/interop/auction does the same with libzmq's programs.
 */
import { describe, expect, it } from 'vitest';
import {
  encodeCommand,
  encodeFrame,
  encodeGreeting,
  GREETING_LENGTH,
  ZmtpFrameDecoder,
} from '../../../src/zeromq/zmtp/index.ts';
import { openTable } from '../../support/auction.ts';
import { TcpPeer } from '../../support/auction-peers.ts';
import { besieged } from '../../support/auction-siege.ts';

const GREETING = encodeGreeting({
  major: 3,
  minor: 1,
  mechanism: 'NULL',
  asServer: false,
});

function ready(type: string): Buffer {
  const metadata = new Map([['Socket-Type', Buffer.from(type)]]);
  return command(encodeCommand({ name: 'READY', metadata }));
}

function command(body: Buffer): Buffer {
  return encodeFrame({ body, command: true, more: false });
}

function message(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map((part, index) =>
      encodeFrame({
        body: Buffer.from(part as string),
        command: false,
        more: index < parts.length - 1,
      }),
    ),
  );
}

/** The bodies of all frames behind the greeting that are not commands. */
function said(received: Buffer): string[] {
  return new ZmtpFrameDecoder()
    .push(received.subarray(GREETING_LENGTH))
    .filter((frame) => !frame.command)
    .map(({ body }) => Buffer.from(body).toString());
}

async function req(port: number): Promise<TcpPeer> {
  return (await TcpPeer.open(port)).write(Buffer.concat([GREETING, ready('REQ')]));
}

async function hears(peer: TcpPeer, frames: number): Promise<string[]> {
  return said(await peer.until((all) => said(all).length >= frames));
}

describe('the ZeroMQ door', () => {
  it('speaks ZMTP 3.1 as a REP, and answers behind the envelope that it was sent', async () => {
    const { port } = await openTable({ game: { bidders: 2 } });
    const peer = await req(port);
    peer.write(message('client', 'device', '', 'ann'));
    const [client, device, empty, items] = await hears(peer, 4);
    expect([client, device, empty]).toEqual(['client', 'device', '']);
    expect(items).toMatch(/^2 (\w+ ){200}$/);
    expect(peer.received.subarray(0, 10)).toEqual(GREETING.subarray(0, 10));
    expect(peer.received.toString('latin1')).toContain('Socket-Type\0\0\0\x03REP');
    peer.write(message('', 'ann '));
    expect((await hears(peer, 6)).slice(4)).toEqual(['', 'wait ']);
  });

  it('drops what is not a question, as a REP does, and goes on', async () => {
    const { port } = await openTable({ game: { bidders: 2 } });
    const peer = await req(port);
    peer.write(Buffer.concat([message('no envelope'), message('', 'a', 'b')]));
    peer.write(message('', 'ann'));
    expect((await hears(peer, 2))[1]).toMatch(/^2 /);
  });

  it('answers one question after the other to who does not wait for answers', async () => {
    await besieged(
      async ({ port }) => {
        const peer = await req(port);
        const polls = Array.from({ length: 20_000 }, () => message('', 'eve 0'));
        peer.write(Buffer.concat([message('', 'eve'), ...polls]));
        expect((await hears(peer, 4))[3]).toBe('bid received');
        peer.leave();
      },
      { guests: 1 },
    );
  });

  it('refuses with words what it cannot answer, and hangs up', async () => {
    await besieged(async ({ port }) => {
      const rude = await req(port);
      rude.write(message('', 'eve 5'));
      expect((await hears(rude, 2))[1]).toMatch(/^refused: join first/);
      expect(await rude.ended).toBe('end');
      const binary = await req(port);
      binary.write(message('', Buffer.from([0xc3, 0x28])));
      expect((await hears(binary, 2))[1]).toMatch(/^refused: /);
      expect(await binary.ended).toBe('end');
    });
  });

  it('says why where the lecture’s words cannot be played', async () => {
    const { port } = await openTable({ game: { unsold: 'to-nobody' } });
    const peer = await req(port);
    peer.write(message('', 'ann'));
    expect((await hears(peer, 2))[1]).toMatch(/^refused: .*expect a buyer/);
    expect(await peer.ended).toBe('end');
  });

  const giant = Buffer.from([0x02, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
  const part = encodeFrame({ body: Buffer.alloc(16_384), command: false, more: true });
  it.each<[string, Buffer]>([
    ['half a greeting and silence', GREETING.subarray(0, 20)],
    ['a greeting and silence', GREETING],
    ['a greeting of ZMTP 1', Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x00])],
    ['a mechanism that is not spoken', Buffer.concat([plain(), ready('REQ')])],
    ['a message before the handshake', Buffer.concat([GREETING, message('', 'eve')])],
    ['a socket type that asks nobody', Buffer.concat([GREETING, ready('PUB')])],
    ['a giant length', Buffer.concat([GREETING, ready('REQ'), giant])],
    [
      'parts without an end',
      Buffer.concat([GREETING, ready('REQ'), ...Array<Buffer>(40).fill(part)]),
    ],
    [
      'flags that are reserved',
      Buffer.concat([GREETING, ready('REQ'), Buffer.from([0xf8, 0])]),
    ],
    ['a handshake twice', Buffer.concat([GREETING, ready('REQ'), ready('REQ')])],
  ])('lets go of a peer that sends %s', async (_, bytes) => {
    await besieged(
      async ({ port }) => {
        const peer = await TcpPeer.open(port);
        peer.write(bytes);
        expect(['end', 'ECONNRESET']).toContain(await peer.ended);
      },
      { times: { speak: 200 }, game: { items: 6 } },
    );
  });
});

function plain(): Buffer {
  return encodeGreeting({ major: 3, minor: 1, mechanism: 'PLAIN', asServer: false });
}
