import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { experiment, whichHolds } from '../experiment.ts';
import { nextOn } from '../lab.ts';

const QUESTION = Buffer.alloc(300_000);
const ANSWER = Buffer.from('no!');

export const unreadThenClosed = experiment({
  name: 'unread-then-closed',
  question:
    'A server answers, and closes without reading everything that its client sent. What does the client see after the answer?',
  answers: {
    end: 'TCP: the end of the stream; UDP: nothing',
    both: 'an error, over both',
    reset: 'TCP: an error (the connection was reset); UDP: nothing',
  },
  expected: 'reset',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(QUESTION.subarray(0, 9000), receiver.address);
    await receiver.sendto(ANSWER, sender.address);
    await sender.recvfrom(10);
    await receiver.close();
    const silent = await lab.stillPending(
      sender.recvfrom(10),
      200,
      'on one machine a packet takes less than a millisecond',
    );

    // Bare: our ConnectionSocket says goodbye (FIN) before it closes, and so hides it.
    const door = lab.keep(createServer({ pauseOnConnect: true }));
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const { port } = door.address() as AddressInfo;
    const [client, [accepted]] = await Promise.all([
      lab.connectedTo({ address: { host: '127.0.0.1', port } }),
      once(door, 'connection') as Promise<[Socket]>,
    ]);
    const server = lab.keep(accepted);
    client.sendall(QUESTION).catch(() => {}); // the reset may cut it off
    // It reads the first piece, so that data has been sent, and then no more.
    const [piece] = (await once(server.resume(), 'data')) as [Buffer];
    server.pause();
    server.write(ANSWER);
    const answer = (await client.recvExactly(ANSWER.length)).toString();
    server.destroy();
    const behind = await nextOn(client);

    return {
      udp: {
        told: silent ? 'nothing' : 'something',
        measured: { silent },
      },
      tcp: {
        told: `'${answer}', then ${behind}`,
        measured: {
          answer,
          behindIt: behind,
          bytesRead: piece.length,
          bytesSent: QUESTION.length,
        },
      },
      answer: whichHolds({
        reset: silent && behind === 'ECONNRESET',
        end: silent && behind === 'the end of the stream',
      }),
    };
  },

  because:
    "Closing with bytes unread throws away the client's data, and TCP must not hide that: it sends a reset instead of a goodbye. The reset discards what the server has not sent yet. On Linux the client can still read what had already arrived, before the error; on other systems that may be lost as well. A server that refuses a request should first read it to its end, or shut down its side, wait, and then close. A datagram that nobody reads is silently thrown away.",
  sources: ['RFC 9293 §3.6.1', 'RFC 1122 §4.2.2.13', 'RFC 2525 §2.17', 'RFC 9112 §9.6'],
  read: [
    'src/tcp/connection-socket.ts#Node has not read yet make the system send a reset',
    'examples/06-nobody-there/vanishing-server.ts#what came in stays unread',
  ],
});
