import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { openDatagramRelay, openStreamRelay } from '../../link/index.ts';
import { experiment } from '../experiment.ts';
import { rounded } from '../words.ts';

/** Each way, in milliseconds: a server on the other side of the world. */
const DELAY = 75;
const ROUND_TRIP = 2 * DELAY;
/** Enough tries for one to be undisturbed, even beside two test runs; it is usually the first. */
const ROUNDS = 100;
/** How many round trips each should take, and how much this machine's own work may add. */
const [UDP, TCP, WORK] = [1, 2, 0.4];
const WORD = Buffer.from('hello');

export const setUpCost = experiment({
  name: 'set-up-cost',
  question:
    'A packet takes 75 ms to the server and 75 ms back. How long after it starts does a new client get its first answer?',
  answers: {
    one: '150 ms, over UDP and over TCP',
    three: 'UDP: 150 ms; TCP: 450 ms or more',
    two: 'UDP: 150 ms; TCP: 300 ms',
  },
  expected: 'two',
  runs: 'alone',

  async run(lab) {
    const link = { delay: DELAY };
    const datagrams = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    datagrams.on('message', (data, from) => datagrams.send(data, from.port));
    await once(datagrams, 'listening');
    const udpRelay = lab.keep(
      await openDatagramRelay({ listen: { port: 0 }, to: datagrams.address(), link }),
    );
    const streams = lab.keep(createServer((socket) => lab.keep(socket).pipe(socket)));
    await once(streams.listen(0, '127.0.0.1'), 'listening');
    const { port } = streams.address() as AddressInfo;
    const tcpRelay = lab.keep(
      await openStreamRelay({ listen: { port: 0 }, to: { port }, link }),
    );

    const udp: number[] = [];
    const tcp: number[] = [];
    // Other work on this machine only adds time. So the shortest of each counts, and what is
    // longer than expected is tried again.
    while (
      udp.length < ROUNDS &&
      (tripsOf(udp) > UDP + WORK || tripsOf(tcp) > TCP + WORK)
    ) {
      const start = performance.now();
      await Promise.all([
        (async () => {
          const sender = await lab.datagramSocket();
          await sender.sendto(WORD, udpRelay.address);
          await sender.recvfrom(100);
          udp.push(performance.now() - start);
        })(),
        (async () => {
          const client = await lab.connectedTo(tcpRelay);
          await client.sendall(WORD);
          await client.recvExactly(WORD.length);
          tcp.push(performance.now() - start);
        })(),
      ]);
    }
    const least = [Math.min(...udp), Math.min(...tcp)] as const;
    const trips = [udp, tcp].map((times) => Math.round(tripsOf(times)));
    const told = (index: 0 | 1): string =>
      `${rounded(least[index])} ms: ${trips[index]} × ${ROUND_TRIP} ms`;
    return {
      udp: { told: told(0), measured: { firstAnswerMs: udp.map(rounded) } },
      tcp: {
        told: `${told(1)} (the delay is modelled)`,
        measured: { firstAnswerMs: tcp.map(rounded) },
      },
      answer:
        trips[0] !== 1
          ? undefined
          : ([undefined, 'one', 'two', 'three'] as const)[Math.min(3, trips[1]!)],
    };
  },

  because:
    'TCP makes sure that somebody is there before it sends data: one packet out (SYN), one back (SYN-ACK), and only then the question. That is a whole round trip before the first byte, for every new connection, however fast the line is. TLS 1.3 adds one more. That is why programs keep connections open, and QUIC combines the two.',
  sources: ['RFC 9293 §3.5', 'RFC 8446 §2', 'RFC 9000 §1'],
  read: [
    'src/network/link/stream-connection.ts#its first bytes leave a round trip later',
    'src/tcp/connection-socket.ts#Makes the connection: three packets',
  ],
});

function tripsOf(times: readonly number[]): number {
  return Math.min(...times) / ROUND_TRIP;
}
