import { experiment } from '../experiment.ts';
import { nextOn } from '../lab.ts';
import { count } from '../words.ts';

const SIZE = 20_000;

export const sentIsNotRead = experiment({
  name: 'sent-is-not-read',
  question:
    'A send call for 20,000 bytes has returned without an error. How many of them has the other program received?',
  answers: {
    all: 'all of them, over UDP and over TCP',
    unknown: 'the sender cannot know, over both: perhaps none',
    tcp: 'UDP: the sender cannot know; TCP: all of them',
  },
  expected: 'unknown',

  programs: {
    async server(lab, parent) {
      const datagrams = await lab.datagramSocket();
      const door = await lab.welcomingSocket();
      parent.sayAndGoDeaf({ udp: datagrams.address, tcp: door.address });
      // This program has received nothing so far. It could end here, and never receive anything.
      await parent.say({ udp: datagrams.queued, tcp: door.queued });
    },
  },

  async run(lab) {
    const program = lab.program('server');
    const server = await program.heard<Record<'udp' | 'tcp', { port: number }>>();
    const sender = await lab.datagramSocket();
    let udpSent = 0;
    while (udpSent < SIZE) {
      udpSent += await sender.sendto(Buffer.alloc(SIZE / 4), server.udp);
    }
    const client = await lab.connectedTo({ address: server.tcp });
    await client.sendall(Buffer.alloc(SIZE));

    program.wake();
    const received = await program.heard<{ udp: number; tcp: number }>();
    // The program is gone, and with it everything that it had not read.
    await program.kill();
    const end = await nextOn(client);
    return {
      udp: {
        told: `${count(udpSent)} bytes sent, ${received.udp} received`,
        measured: { bytesSent: udpSent, received: received.udp },
      },
      tcp: {
        told: `${count(SIZE)} bytes sent, ${received.tcp} received; then the program was killed: ${end}`,
        measured: { bytesSent: SIZE, received: received.tcp, afterTheKill: end },
      },
      answer: received.udp + received.tcp === 0 ? 'unknown' : undefined,
    };
  },

  because:
    "A send call returns when its own kernel has the bytes. From there they go to the other kernel, and later perhaps to the other program. TCP's acknowledgements come from the other kernel, and the sending program does not even see those. If it matters that a message was received, or processed, the other program has to say so in an answer of its own.",
  sources: [
    'send(2)',
    'RFC 9293 §3.8',
    'Saltzer, Reed, Clark: End-to-End Arguments (1984)',
  ],
  read: [
    'src/tcp/connection-socket.ts#that the peer has read them, only an answer can tell',
    'src/udp/datagram-socket.ts#It resolves when the system has taken it',
  ],
});
