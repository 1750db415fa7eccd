import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { experiment, whichHolds } from '../experiment.ts';
import { lastWord } from '../last-word.ts';

const TRIALS = 5;

export const closeAtOnce = experiment({
  name: 'close-at-once',
  question:
    "A bare Node program calls send('hello') and close() in the next line; another connects, calls write('hello') and end(). Does the message arrive?",
  answers: {
    both: 'yes, over UDP and over TCP',
    tcp: 'over TCP yes, over UDP no',
    neither: 'no, over both: close comes too soon',
  },
  expected: 'tcp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const { port } = receiver.address;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const sender = createSocket('udp4');
      sender.send('hello', port, '127.0.0.1');
      sender.close();
      await once(sender, 'close');
    }
    // Once more, with patience: close when the system has taken it.
    const patient = lab.keep(createSocket('udp4'));
    await new Promise((resolve) => {
      patient.send('patient', port, '127.0.0.1', resolve);
    });
    const datagrams = await lastWord(lab, await lab.datagramSocket(), receiver);
    const [hasty, waited] = ['hello', 'patient'].map(
      (word) => datagrams.filter((data) => data.toString() === word).length,
    );

    const received: Promise<string>[] = [];
    const door = lab.keep(
      createServer((socket) => received.push(lab.later(text(lab.keep(socket))))),
    );
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const address = door.address() as AddressInfo;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const client = lab.keep(connect(address.port, '127.0.0.1'));
      client.write('hello');
      client.end();
      await once(client.resume(), 'close');
    }
    await lab.until(() => received.length === TRIALS);
    const streams = (await Promise.all(received)).filter(
      (word) => word === 'hello',
    ).length;

    return {
      udp: {
        told: `${hasty} of ${TRIALS} arrived; ${waited} of 1 that closed in send's callback`,
        measured: { trials: TRIALS, arrived: hasty!, arrivedWithCallback: waited! },
      },
      tcp: {
        told: `${streams} of ${TRIALS} arrived`,
        measured: { trials: TRIALS, arrived: streams },
      },
      answer: whichHolds({
        neither: streams < TRIALS,
        both: hasty === TRIALS,
        tcp: hasty === 0,
      }),
    };
  },

  because:
    "Node's send only queues the datagram: a new socket must first get an address, in a later turn of the event loop, and close silently discards what has not been sent. Close the socket in send's callback, which runs when the system has taken the datagram. This is Node's rule, not UDP's: in C or Python sendto returns when the system has the datagram, and close discards nothing. A stream's end waits for what was written before it (destroy does not).",
  sources: ['Node.js, dgram: socket.send()', 'Node.js, Stream: writable.end()'],
  read: ['examples/01-udp-uppercase/client.ts', 'src/udp/datagram-socket.ts#  #sent('],
});
