/** Multicast groups for tests: on this machine alone, and nobody else's. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { decodePacket, type Packet } from '../../src/zeromq/transports/epgm/packet.ts';
import { ownPort } from './sockets.ts';

export const HERE = '127.0.0.1';
const anyByte = (): number => Math.floor(Math.random() * 256);

export interface Group {
  group: string;
  port: number;
  /** As our sockets have it. */
  address: string;
}

/** In the range for private use (RFC 2365). */
export async function anyGroup(): Promise<Group> {
  const group = `239.255.${anyByte()}.${anyByte()}`;
  const port = await ownPort();
  return { group, port, address: `epgm://${HERE};${group}:${port}` };
}

let works: boolean | undefined;

/** Skips the test where a datagram to a group does not arrive. */
export async function needMulticast(context: TestContext): Promise<void> {
  works ??= await tryMulticast();
  if (!works) context.skip('multicast does not work on the loopback interface here');
}

async function tryMulticast(): Promise<boolean> {
  const peer = await GroupPeer.open(await anyGroup());
  try {
    const heard = once(peer.ear, 'message');
    peer.raw(Buffer.from('hello'));
    return await Promise.race([heard.then(() => true), pause(30_000, false)]);
  } catch {
    return false;
  } finally {
    peer.close();
  }
}

/** Whoever speaks PGM by hand: says packets to a group, hears what is said there and to it. */
export class GroupPeer {
  readonly #group: Group;
  readonly ear: Socket;
  readonly mouth: Socket;
  readonly heard: Packet[] = [];

  private constructor(group: Group, ear: Socket, mouth: Socket) {
    this.#group = group;
    this.ear = ear;
    this.mouth = mouth;
    for (const socket of [ear, mouth]) {
      socket.on('message', (bytes) => {
        const packet = decodePacket(bytes);
        if (packet) this.heard.push(packet);
      });
    }
  }

  static async open(group: Group): Promise<GroupPeer> {
    const ear = createSocket({ type: 'udp4', reuseAddr: true });
    ear.bind(group.port, process.platform === 'win32' ? '0.0.0.0' : group.group);
    await once(ear, 'listening');
    ear.addMembership(group.group, HERE);
    const mouth = createSocket('udp4').bind(0, HERE);
    await once(mouth, 'listening');
    mouth.setMulticastInterface(HERE);
    return new GroupPeer(group, ear, mouth);
  }

  /** To the whole group. */
  raw(bytes: Buffer): void {
    this.mouth.send(bytes, this.#group.port, this.#group.group);
  }

  /** To a publisher. */
  ask(bytes: Buffer): void {
    this.mouth.send(bytes, this.#group.port, HERE);
  }

  close(): void {
    this.ear.close();
    this.mouth.close();
  }
}
