import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { experiment, whichHolds } from '../experiment.ts';
import { megabytes, some } from '../words.ts';

const CHUNK = Buffer.alloc(64 * 1024);
/** How much is written all the same after the first `false`. */
const MORE = 100;
const ENOUGH = 256_000_000;

export const writeReturnsFalse = experiment({
  name: 'write-returns-false',
  question:
    "The peer does not read, and Node's socket.write(data) returns false. What has happened to the data?",
  answers: {
    refused: 'it was refused: send it again later',
    lost: 'it is lost, as over UDP',
    kept: "it waits in the program's own memory and will be sent",
  },
  expected: 'kept',
  runs: 'alone',

  async run(lab) {
    const receiver = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    const sender = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    await Promise.all([once(receiver, 'listening'), once(sender, 'listening')]);
    for (let k = 0; k < MORE; k += 1) {
      sender.send(CHUNK.subarray(0, 1000), receiver.address().port, '127.0.0.1');
    }
    const queued = sender.getSendQueueSize();

    const { client, server } = await lab.bareConnection();

    let written = 0;
    for (let more = true; more && written < ENOUGH; written += CHUNK.length) {
      more = client.write(CHUNK);
    }
    const atFalse = written;
    for (let k = 0; k < MORE; k += 1) client.write(CHUNK);
    written += MORE * CHUNK.length;
    const waiting = client.writableLength;

    let received = 0;
    server.on('data', (data) => (received += data.length)).resume();
    client.end();
    await once(server, 'end');

    return {
      udp: {
        told: `send does not say: it kept ${some(queued, 'byte')} in memory; the system took or dropped the rest`,
        measured: { sendQueueSize: queued },
      },
      tcp: {
        told: `false after ${megabytes(atFalse)}; of ${megabytes(written)} written, ${megabytes(waiting)} waited, ${megabytes(received)} arrived`,
        measured: {
          bytesAtFalse: atFalse,
          bytesWritten: written,
          bytesWaiting: waiting,
          bytesReceived: received,
        },
      },
      answer: whichHolds({
        kept: received === written && waiting > 0,
        lost: received < written,
      }),
    };
  },

  because:
    "Node's write does not refuse data for lack of room. It keeps what the system does not take, without a limit; false only asks the program to stop. If the program goes on, its memory grows until it runs out; if it writes the data again, it sends it twice. Stop, and continue at the drain event; or await a sendall that waits by itself.",
  sources: ['Node.js, Stream: writable.write()', 'send(2)'],
  read: ['src/tcp/connection-socket.ts#async sendall(', 'src/framing/frame-writer.ts'],
});
