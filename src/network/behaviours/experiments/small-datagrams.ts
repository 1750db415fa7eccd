import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { experiment, whichHolds } from '../experiment.ts';
import { count, some } from '../words.ts';

const MESSAGES = 2000;
const BUFFER = 10_000;
const [X, LAST] = [Buffer.from('x'), Buffer.from('last')];

export const smallDatagrams = experiment({
  name: 'small-datagrams',
  question:
    'The receive buffer is set to 10,000 bytes. While nobody reads, 2,000 messages of one byte are sent. How many of them can be read afterwards?',
  answers: {
    all: 'all: they are only 2,000 bytes',
    few: 'UDP: fewer than 200; TCP: all',
    half: 'UDP: about half, because each has a header; TCP: all',
  },
  expected: 'few',
  runs: 'alone',

  async run(lab) {
    // Bare, because our DatagramSocket does not let the system's buffer be set.
    const receiver = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    await once(receiver, 'listening');
    receiver.setRecvBufferSize(BUFFER);
    const size = receiver.getRecvBufferSize();
    let received = 0;
    let over = false;
    receiver.on('message', (data) => {
      if (data.equals(X)) received += 1;
      else over = true;
    });
    const sender = await lab.datagramSocket();
    const { port } = receiver.address();
    // All in one turn of the event loop: nobody reads meanwhile.
    await Promise.all(Array.from({ length: MESSAGES }, () => sender.sendto(X, { port })));
    // Now the program reads, so there is room: a last datagram queues behind the survivors.
    await lab.until(() => {
      sender.sendto(LAST, { port }).catch(() => {});
      return over;
    });

    const { client, server } = await lab.connection({ noDelay: true });
    for (let k = 0; k < MESSAGES; k += 1) await client.sendall(X);
    const first = (await server.recv(BUFFER)).length;
    let bytes = first;
    while (bytes < MESSAGES) bytes += (await server.recv(BUFFER)).length;

    return {
      udp: {
        told: `${some(received, 'message')} of ${count(MESSAGES)} (SO_RCVBUF became ${count(size)})`,
        measured: { sent: MESSAGES, received, receiveBuffer: size },
      },
      tcp: {
        told: `${count(bytes)} bytes, ${count(first)} in the first call`,
        measured: { sent: MESSAGES, received: bytes, firstReceived: first },
      },
      answer: whichHolds({ all: received === MESSAGES, few: received < 200, half: true }),
    };
  },

  because:
    "The kernel counts more than the payload: each datagram in the buffer takes several hundred bytes, however little it carries (832 where these answers were measured, on Linux, which doubles the requested size to allow for that). A stream's bytes are stored without their packets. So small datagrams fill a receive buffer long before their payload would.",
  sources: ['socket(7), SO_RCVBUF', 'udp(7), udp_mem'],
  read: [
    'src/network/link/datagram-relay.ts#const RECEIVE_BUFFER',
    'src/udp/datagram-socket.ts#queueLimit?: number',
  ],
  differs: {
    win32: 'Windows counts differently, so more of them may fit.',
    darwin: 'macOS counts differently, so more of them may fit.',
  },
});
