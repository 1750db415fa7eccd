/** Lesson 17's numbers: what they tell its receiver, and what they tell its sender. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { IN_PEACE, Programs } from '../../support/programs.ts';
import { askOverUdp, ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

it('counts each payment once, and nothing that is not a payment', async () => {
  const port = await ownPort();
  const name = '17-stop-and-wait/receiver';
  const receiver = programs.lesson(name, '--port', String(port));
  await receiver.printed('The receiver is ready');
  const strange = createSocket('udp4');
  onTestFinished(() => void strange.close());
  for (const packet of ['', '0', '2 10', '0 ten', '0 1234567', '0 10 ', '0 10\n']) {
    await new Promise((sent) => strange.send(packet, port, '127.0.0.1', sent));
  }
  const ask = async (packet: string): Promise<string> =>
    (await askOverUdp(port, packet)).text;
  expect(await ask('1 99')).toBe('ACK 1'); // as if it had come before
  expect(await ask('0 10')).toBe('ACK 0');
  expect(await ask('0 10')).toBe('ACK 0');
  expect(await ask('1 20')).toBe('ACK 1');
  await receiver.printed('packet 1: 20 euros');
  expect(receiver.stdout).toBe(
    'The receiver is ready\npacket 1: again\npacket 0: 10 euros, 10 in all\n' +
      'packet 0: again\npacket 1: 20 euros, 30 in all\n',
  );
});

it('goes on only when the packet that it sent last is acknowledged', async () => {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const came: string[] = [];
  socket.on('message', (packet, sender: AddressInfo) => {
    const text = packet.toString();
    const isNew = !came.includes(text);
    came.push(text);
    // What is said to the first packet of 20 euros does not acknowledge it.
    const answers = text === '1 20' && isNew ? ['ACK 0', 'ACK', ''] : [`ACK ${text[0]}`];
    for (const answer of answers) socket.send(answer, sender.port, sender.address);
  });
  const sender = programs.lesson('17-stop-and-wait/sender', '--port', String(port));
  expect(await sender.ended()).toEqual(IN_PEACE);
  // However often: a slow machine repeats what was not lost.
  expect([...new Set(came)]).toEqual(['0 10', '1 20', '0 30', '1 40']);
  expect(came.filter((text) => text === '1 20').length).toBeGreaterThan(1);
});
