import { experiment, whichHolds } from '../experiment.ts';

const [HELLO, WORLD] = [Buffer.from('HELLO'), Buffer.from('WORLD')];

export const smallBuffer = experiment({
  name: 'small-buffer',
  question:
    'HELLO is sent and then WORLD; the receiver takes four bytes at a time. What does its second call return?',
  answers: {
    rest: 'the O that was left of HELLO, over both',
    error: 'an error, because the buffer was too small',
    lost: 'UDP: WORL, the O is lost; TCP: the O, and perhaps what follows',
    world: 'WORL, the O is lost, over both',
  },
  expected: 'lost',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, receiver.address);
    await sender.sendto(WORLD, receiver.address);
    const first = await receiver.recvfrom(4);
    const second = await receiver.recvfrom(4);
    const udp = [first.data.toString(), second.data.toString()];

    const { client, server } = await lab.connection();
    await client.sendall(HELLO);
    await client.sendall(WORLD);
    const head = await server.recv(4);
    const next = await server.recv(4);
    const tcp = [head.toString(), next.toString()];

    const [lost, kept] = [udp[1] === 'WORL', tcp[1]!.startsWith('O')];
    return {
      udp: {
        told: `${udp.join(', then ')}; the first was cut: ${first.truncated ? 'yes' : 'no'}`,
        measured: { received: udp, truncated: first.truncated },
      },
      tcp: { told: tcp.join(', then '), measured: { received: tcp } },
      answer: whichHolds({ lost: lost && kept, world: lost, rest: kept }),
    };
  },

  because:
    'A receive call takes one whole datagram out of the queue; what does not fit into the buffer is thrown away. A stream has no such unit, so what one call leaves is there for the next. (Node itself always reads datagrams into 64 KiB and cuts none; our socket cuts as the system call would. On Windows the call also reports an error, WSAEMSGSIZE.)',
  sources: ['recv(2), MSG_TRUNC', 'udp(7)'],
  read: [
    'src/udp/datagram-socket.ts#truncated: data.length > bufsize',
    'examples/03-blocking-calls/small-buffer.ts',
  ],
});
