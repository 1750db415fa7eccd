import { ConnectionSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment } from '../experiment.ts';
import { codeOf } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const nobodyThereConnected = experiment({
  name: 'nobody-there-connected',
  question:
    'A UDP socket can be connected too. A program connects one to a port where nobody listens, sends, and then receives. Which call fails?',
  answers: {
    receive: 'connect and send work, receiving fails',
    connect: 'connect, as over TCP',
    send: 'connect works, send fails',
    none: 'none: the receive call waits for ever',
  },
  expected: 'receive',

  async run(lab) {
    const port = await lab.freePort();
    const sender = lab.keep(new DatagramSocket());
    const connected = await codeOf(sender.connect({ port }));
    const sent = await codeOf(sender.send(HELLO));
    const receiving = codeOf(sender.recvfrom(100));
    const silent = await lab.stillPending(
      receiving,
      500,
      'on one machine the report of a closed port takes less than a millisecond',
    );
    const received = silent ? 'nothing' : await receiving;

    const client = lab.keep(new ConnectionSocket());
    const refused = await codeOf(client.connect({ port }));

    const calls = [connected, sent, received];
    const failing = calls.findIndex((code) => code === 'ECONNREFUSED');
    return {
      udp: {
        told: `connect: ${connected}, send: ${sent}, recvfrom: ${received}`,
        measured: { connect: connected, send: sent, recvfrom: received },
      },
      tcp: { told: `connect: ${refused}`, measured: { connect: refused } },
      answer: (['connect', 'send', 'receive'] as const)[failing] ?? 'none',
    };
  },

  because:
    "Connecting a UDP socket sends nothing. It only stores the peer's address, so it cannot find out whether anybody is there. The datagram leaves, and the other machine answers that the port is closed (ICMP port unreachable). Because the socket has a peer, the system knows which socket to tell: the next call on it gets the error. So the error arrives late, in a call that did nothing wrong.",
  sources: ['connect(2)', 'udp(7), ECONNREFUSED', 'RFC 1122 §4.1.3.3', 'RFC 792'],
  read: [
    'src/udp/datagram-socket.ts#async connect(',
    'src/udp/datagram-socket.ts#else if (!this.#arrived.fail(error)) this.#pendingError = error',
    'examples/06-nobody-there/udp-nobody.ts',
  ],
  differs: {
    win32:
      'Windows can report it too, but Node turns that off, so the program is not told.',
  },
});
