import { once } from 'node:events';
import { experiment, whichHolds } from '../experiment.ts';
import { lastWord } from '../last-word.ts';
import { kernelTimer } from '../linux-proc.ts';
import { megabytes } from '../words.ts';

/** More than the buffers of both ends hold. */
const SIZE = 20_000_000;
const DATAGRAMS = 500;
/** Enough to show that the waits grow: the third begins after 0.6 s. */
const WAITS = 3;

export const closedWindow = experiment({
  name: 'closed-window',
  question:
    'A receiver that does not read has closed its window, so the sender may send nothing. Later it reads, but the packet that says so is lost. What then?',
  answers: {
    ever: 'TCP: both wait for ever',
    error: 'TCP: the send call fails after a while',
    probes: 'TCP: the sender asks again and again, and so finds out',
  },
  expected: 'probes',
  runs: 'first',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    // All in one turn of the event loop: nobody reads meanwhile.
    const sent = Array.from({ length: DATAGRAMS }, () =>
      sender.sendto(Buffer.alloc(1000), receiver.address),
    );
    await Promise.all(sent);
    const kept = (await lastWord(lab, sender, receiver)).length;

    const { client, server } = await lab.bareConnection();
    client.end(Buffer.alloc(SIZE));

    // If the timer now runs for longer than before, it has run out in between: a probe was sent.
    const waits: number[] = [];
    let left = 0;
    await lab.until(() => {
      const { kind, seconds } = kernelTimer(client) ?? { kind: 'probe', seconds: left };
      if (kind === 'probe' && seconds > left) waits.push(seconds);
      left = kind === 'probe' ? seconds : 0;
      return waits.length >= WAITS;
    });
    let received = 0;
    server.on('data', (data) => (received += data.length)).resume();
    await once(server, 'end');
    return {
      udp: {
        told: `there is no window: ${DATAGRAMS} sent, ${kept} kept, the others lost`,
        measured: { sent: DATAGRAMS, received: kept },
      },
      tcp: {
        told: `a probe after ${waits.join(', ')} s of waiting; then the receiver read, and ${megabytes(received)} of ${megabytes(SIZE)} arrived`,
        measured: { waitsS: waits, bytesReceived: received },
      },
      answer: whichHolds({ probes: received === SIZE, error: true }),
    };
  },

  because:
    'A window of zero stops the sender. When there is room again, the receiver says so in a packet without data, and such a packet is neither acknowledged nor repeated. If it is lost, each would wait for the other. So the sender of a closed window sends a probe now and then, and waits longer each time (on Linux first for about a fifth of a second, at most for two minutes); every answer states the window. As long as answers come, it probes for ever: a peer that reads nothing holds the connection and its memory as long as it likes, and only a limit in the program itself can end that.',
  sources: ['RFC 9293 §3.8.6.1', 'RFC 1122 §4.2.2.17', 'RFC 6429', 'proc(5)'],
  read: [
    'src/network/behaviours/linux-proc.ts',
    'src/network/behaviours/experiments/full-buffer.ts',
  ],
});
