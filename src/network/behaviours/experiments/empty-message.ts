import { experiment, whichHolds } from '../experiment.ts';

const EMPTY = Buffer.alloc(0);
const X = Buffer.from('x');

export const emptyMessage = experiment({
  name: 'empty-message',
  question: "A message of zero bytes is sent, and then 'x'. What does the receiver see?",
  answers: {
    udp: 'UDP: an empty message and then x; TCP: only the x',
    both: 'an empty message and then x, over both',
    neither: 'only the x, over both: an empty message cannot be sent',
    end: 'UDP: only the x; TCP: the end of the stream',
  },
  expected: 'udp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(EMPTY, receiver.address);
    await sender.sendto(X, receiver.address);
    const datagrams = [(await receiver.recvfrom(10)).data.length];
    if (datagrams[0] === 0) datagrams.push((await receiver.recvfrom(10)).data.length);

    const { client, server } = await lab.connection();
    await client.sendall(EMPTY);
    await client.sendall(X);
    const pieces = [(await server.recv(10)).length];
    await client.shutdown();
    const afterTheEnd = (await server.recv(10)).length;

    const [udp, tcp] = [datagrams[0] === 0, pieces[0] === 0];
    return {
      udp: {
        told: `recvfrom gave ${datagrams.join(', then ')} bytes`,
        measured: { received: datagrams },
      },
      tcp: {
        told: `recv gave ${pieces[0]} byte; only the end of the stream gave ${afterTheEnd}`,
        measured: { received: pieces, afterTheEnd },
      },
      answer: whichHolds({ both: udp && tcp, udp, end: tcp, neither: true }),
    };
  },

  because:
    'A datagram without payload is a packet like any other: eight bytes of UDP header. In a stream zero bytes are nothing, and no packet leaves. When a receive call on a stream returns zero bytes, it means something else: the peer has finished. A program that mistakes an empty datagram for the end has a bug.',
  sources: ['recv(2), RETURN VALUE', 'RFC 768'],
  read: [
    'src/udp/datagram-socket.ts#an empty datagram is a datagram',
    'src/tcp/connection-socket.ts#@returns empty when the peer has finished sending',
  ],
});
