import { experiment, whichHolds } from '../experiment.ts';
import { lastWord } from '../last-word.ts';
import { count, megabytes } from '../words.ts';

const DATAGRAMS = 5000;
const SIZE = 1000;
const CHUNK = Buffer.alloc(16 * 1024);
/** More than any system's buffers hold for one connection. */
const ENOUGH = 256_000_000;

export const fullBuffer = experiment({
  name: 'full-buffer',
  question:
    'A sender sends without a pause, and the receiver is too busy to read. What happens to the data that it has not read?',
  answers: {
    lost: 'UDP: most is lost, and neither side is told; TCP: the sender has to wait',
    kept: 'the system keeps it all until it is read, over both',
    error: 'the send calls fail, over both',
    gone: 'most is lost, over both',
  },
  expected: 'lost',
  runs: 'alone',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    // All in one turn of the event loop: this process is too busy to read meanwhile.
    const datagram = Buffer.alloc(SIZE);
    const sendings = Array.from({ length: DATAGRAMS }, () =>
      sender.sendto(datagram, receiver.address),
    );
    const sent = (await Promise.allSettled(sendings)).filter(
      ({ status }) => status === 'fulfilled',
    ).length;
    const received = (await lastWord(lab, sender, receiver)).length;

    const { client, server } = await lab.connection();
    let taken = 0;
    let sending = client.send(CHUNK);
    while (
      taken < ENOUGH &&
      !(await lab.stillPending(
        sending,
        200,
        'the system takes a piece of this size in far less',
      ))
    ) {
      taken += await sending;
      sending = client.send(CHUNK);
    }
    const total = taken + CHUNK.length;
    let read = 0;
    while (read < total) read += (await server.recv(1_000_000)).length;
    await sending;

    const waited = taken < ENOUGH;
    return {
      udp: {
        told: `${count(sent)} sent without an error, ${count(received)} received`,
        measured: { sent, received, lost: sent - received },
      },
      tcp: {
        told: `after ${megabytes(taken)} the sender had to wait; in the end everything arrived`,
        measured: { bytesTaken: taken, senderWaited: waited, bytesReceived: read },
      },
      answer: whichHolds({
        lost: waited && received < sent,
        gone: !waited && received < sent,
        kept: !waited,
      }),
    };
  },

  because:
    'Every socket has a receive buffer of a limited size. When it is full, an arriving datagram is dropped, and neither side is told. A TCP receiver says with every acknowledgement how much room is left (the window). At zero the sender keeps what it has, and when its own buffer is full too, the send call waits. UDP has no acknowledgements: a program that must not lose anything has to add its own.',
  sources: ['udp(7)', 'socket(7), SO_RCVBUF', 'RFC 9293 §3.8.6'],
  read: [
    'src/udp/datagram-socket.ts#if (!this.#arrived.put({ data, from })) this.#dropped += 1',
    'src/tcp/stream-reader.ts#Nobody wants this yet',
    'src/network/behaviours/experiments/full-buffer.ts',
  ],
});
