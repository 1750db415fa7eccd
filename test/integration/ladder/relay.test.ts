/** `socketlab relay --ladder`: fates by the numbers in a packet, in any language. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  decode,
  encode,
  type Packet,
  packetOf,
} from '../../../src/network/reliable/packet.ts';
import { inProcess } from '../../support/command-line.ts';
import { eventually } from '../../support/eventually.ts';
import { Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
const sockets: Socket[] = [];
afterEach(async () => {
  await programs.stopAll();
  for (const socket of sockets.splice(0)) socket.close();
});

async function socketOn(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe('socketlab relay --ladder', () => {
  it('loses by --drop 3 the first attempt of message 3, in whatever order they come', async () => {
    const to = await ownPort();
    const listen = to + 1;
    const server = await socketOn(to);
    const came: (string | undefined)[] = [];
    server.on('message', (data) => {
      const packet = decode(data);
      came.push(packet && `${packet.seq}.${packet.attempt}`);
    });
    await programs
      .cli(
        'relay',
        '--listen',
        `udp:${listen}`,
        '--to',
        String(to),
        '--ladder',
        '--drop',
        '3',
      )
      .printed('ready');
    const client = await socketOn(0);
    const send = (seq: number, attempt: number): void => {
      const fields: Partial<Packet> = { attempt, payload: Buffer.from('hi') };
      client.send(
        encode(packetOf({ kind: 'data', session: 1, seq, ...fields })),
        listen,
        '127.0.0.1',
      );
    };
    send(5, 0);
    send(2, 0);
    send(0, 0);
    send(2, 1);
    await eventually(() => expect(came).toContain('2.1'));
    expect(came).toEqual(['5.0', '0.0', '2.1']);
  });

  it('is for datagrams', async () => {
    const end = await inProcess(
      'relay',
      '--listen',
      'tcp:12001',
      '--to',
      '12000',
      '--ladder',
    );
    expect(end.code).toBe(2);
    expect(end.stderr).toContain(
      "--ladder reads the ladder's packets, which are datagrams",
    );
  });
});
