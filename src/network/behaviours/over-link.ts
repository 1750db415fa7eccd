/**
 * Sends numbered messages over a bad link, once as datagrams and once in a stream, with the
 * same fates: segment k of the stream carries message k.
 *
 *     sender ──► relay ──► receiver
 *
 * The stream's relay models what packet loss does to TCP, and passes every byte on. See ../link.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { InetAddress } from '../../common/index.ts';
import { type LinkOptions, openDatagramRelay, openStreamRelay } from '../link/index.ts';
import type { Lab } from './lab.ts';

/** A message that has arrived. */
export interface Arrived {
  /** Its number, from 1. */
  k: number;
  /** Milliseconds from the send call to the receive call. */
  latency: number;
}

/** Bytes of a message. */
const SIZE = 4;

/**
 * @param every milliseconds from one message to the next; 0 for one right after the other
 * @returns what arrived, in the order of arrival
 */
export async function overDatagrams(
  lab: Lab,
  link: LinkOptions,
  messages: number,
  every = 0,
): Promise<Arrived[]> {
  const receiver = await lab.datagramSocket();
  const relay = lab.keep(
    await openDatagramRelay({ listen: { port: 0 }, to: receiver.address, link }),
  );
  const sentAt: number[] = [];
  const arrived: Arrived[] = [];
  const receiving = (async (): Promise<void> => {
    for (;;) arrived.push(arrival((await receiver.recvfrom(SIZE)).data, sentAt));
  })();
  receiving.catch(() => {}); // ends when the lab closes the receiver
  const sender = await lab.datagramSocket();
  await atPace(messages, every, async (k) => {
    sentAt[k] = performance.now();
    await sender.sendto(message(k), relay.address);
  });
  // A receiver of datagrams cannot know that no more will come; here the relay knows.
  await lab.until(() => {
    const { delivered, duplicated, lost, received } = relay.statistics.there;
    const all = received === messages && delivered === received - lost + duplicated;
    return all && arrived.length === delivered;
  });
  return [...arrived];
}

/** Like `overDatagrams`, in a stream. */
export async function overStream(
  lab: Lab,
  link: LinkOptions,
  messages: number,
  every = 0,
): Promise<Arrived[]> {
  const door = await lab.welcomingSocket();
  const relay = lab.keep(
    await openStreamRelay({
      listen: { port: 0 },
      to: door.address as InetAddress,
      link: { ...link, segment: SIZE },
    }),
  );
  const sender = await lab.connectedTo(relay, { noDelay: true });
  const receiver = (await lab.accept(door)).connectionSocket;
  const sentAt: number[] = [];
  const sending = lab.later(
    atPace(messages, every, async (k) => {
      sentAt[k] = performance.now();
      await sender.sendall(message(k));
    }),
  );
  const arrived: Arrived[] = [];
  while (arrived.length < messages) {
    arrived.push(arrival(await receiver.recvExactly(SIZE), sentAt));
  }
  await sending;
  return arrived;
}

async function atPace(
  messages: number,
  every: number,
  send: (k: number) => Promise<void>,
): Promise<void> {
  for (let k = 1; k <= messages; k += 1) {
    await send(k);
    if (every > 0) await sleep(every);
  }
}

function message(k: number): Buffer {
  const bytes = Buffer.alloc(SIZE);
  bytes.writeUInt32BE(k);
  return bytes;
}

function arrival(bytes: Buffer, sentAt: readonly number[]): Arrived {
  const k = bytes.readUInt32BE();
  return { k, latency: performance.now() - sentAt[k]! };
}
