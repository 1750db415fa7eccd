import { experiment, whichHolds } from '../experiment.ts';

const TRIALS = 20;
const [HELLO, WORLD] = [Buffer.from('hello'), Buffer.from('world')];

export const coalescing = experiment({
  name: 'coalescing',
  question:
    'Two messages of 5 bytes are sent, one right after the other and with TCP_NODELAY. What does the first receive call return?',
  answers: {
    apart: 'one message of 5 bytes, over UDP and over TCP',
    both: 'both in one piece of 10 bytes, over UDP and over TCP',
    joined: 'UDP: one message of 5 bytes; TCP: both in one piece of 10',
  },
  expected: 'joined',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    const datagrams: number[] = [];
    for (let trial = 0; trial < TRIALS; trial += 1) {
      await sender.sendto(HELLO, receiver.address);
      await sender.sendto(WORLD, receiver.address);
      datagrams.push((await receiver.recvfrom(1024)).data.length);
      await receiver.recvfrom(1024);
    }

    const { client, server } = await lab.connection({ noDelay: true });
    const pieces: number[] = [];
    for (let trial = 0; trial < TRIALS; trial += 1) {
      await client.sendall(HELLO);
      await client.sendall(WORLD);
      const first = await server.recv(1024);
      if (first.length < 10) await server.recvExactly(10 - first.length);
      pieces.push(first.length);
    }

    const apart = datagrams.filter((length) => length === 5).length;
    const joined = pieces.filter((length) => length === 10).length;
    return {
      udp: {
        told: `5 bytes, in ${apart} of ${TRIALS} trials`,
        measured: { trials: TRIALS, firstReceived: datagrams },
      },
      tcp: {
        told: `both, 10 bytes, in ${joined} of ${TRIALS} trials`,
        measured: { trials: TRIALS, firstReceived: pieces },
      },
      // That it may happen is the point: a program must not rely on its not happening.
      answer: whichHolds({ both: apart < TRIALS, joined: joined > 0, apart: true }),
    };
  },

  because:
    'A datagram is a message: one send, one receive. A TCP connection is a stream of bytes, in which nothing says where one send ended and the next began. A receive call returns whatever has arrived by then. TCP_NODELAY changes when packets leave, not what a receive call returns. To send messages over TCP, a program must mark where each one ends: that is framing.',
  sources: ['recv(2)', 'RFC 9293 §3.7', 'RFC 768'],
  read: [
    'examples/04-stream-without-messages/receiver.ts#const message = await connectionSocket.recv(1024)',
    'src/tcp/connection-socket.ts#async recv(',
    'src/framing/frame.ts',
  ],
});
