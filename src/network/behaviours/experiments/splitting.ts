import { experiment, whichHolds } from '../experiment.ts';
import { count, some } from '../words.ts';

/** Six Ethernet packets' worth; and the most that macOS lets through. */
const DATAGRAM = 9000;
const STREAM = 200_000;

export const splitting = experiment({
  name: 'splitting',
  question:
    'One call sends a large message (9,000 bytes over UDP, 200,000 over TCP). In how many pieces does the receiver get it?',
  answers: {
    whole: 'in one piece, over UDP and over TCP',
    packets: 'in packets of about 1,500 bytes, over both',
    pieces: 'UDP: in one piece; TCP: in several',
  },
  expected: 'pieces',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.alloc(DATAGRAM), receiver.address);
    const { data } = await receiver.recvfrom(1_000_000);

    const { client, server } = await lab.connection();
    const sending = lab.later(client.sendall(Buffer.alloc(STREAM)));
    const pieces: number[] = [];
    for (let received = 0; received < STREAM; received += pieces.at(-1)!) {
      pieces.push((await server.recv(1_000_000)).length);
    }
    await sending;

    const whole = data.length === DATAGRAM;
    return {
      udp: {
        told: `${count(data.length)} of ${count(DATAGRAM)} bytes in the first piece`,
        measured: { sent: DATAGRAM, firstReceived: data.length },
      },
      tcp: {
        told: `${some(pieces.length, 'piece')}: ${pieces.map(count).join(' + ')}`,
        measured: { sent: STREAM, received: pieces },
      },
      answer: whichHolds({ packets: !whole, pieces: pieces.length > 1, whole: true }),
    };
  },

  because:
    "IP cuts a datagram that is too long for one packet into fragments and reassembles it, so it arrives whole or not at all. A stream arrives in pieces of any size: recv returns what is there, however large its buffer is. The pieces of 65,536 are Node's, which reads at most 64 KiB at a time; a program in C or Python with a large buffer gets other pieces, and on one machine perhaps all at once. To get a whole message, a program must read until it is complete.",
  sources: ['recv(2)', 'RFC 791 §2.3', 'RFC 9293 §3.7'],
  read: [
    'src/tcp/connection-socket.ts#async recvExactly(',
    'src/tcp/stream-reader.ts#readonly #onData = ',
    'src/udp/datagram-socket.ts#async recvfrom(',
  ],
});
