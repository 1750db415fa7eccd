import { experiment, whichHolds } from '../experiment.ts';
import { overDatagrams, overStream } from '../over-link.ts';

const MESSAGES = 5;

export const loss = experiment({
  name: 'loss',
  question: 'Five messages are sent, and the link loses the third packet. What arrives?',
  answers: {
    both: 'four messages, over UDP and over TCP',
    error: 'UDP: four messages; TCP: an error instead of the third',
    all: 'all five, over both',
    tcp: 'UDP: four messages; TCP: all five',
  },
  expected: 'tcp',

  async run(lab) {
    const link = { drop: [3], delay: 5 };
    const udp = await overDatagrams(lab, link, MESSAGES);
    const tcp = await overStream(lab, link, MESSAGES);
    const [viaUdp, viaTcp] = [udp, tcp].map((all) => all.map(({ k }) => k).join(' '));
    return {
      udp: { told: `arrived: ${viaUdp}`, measured: { received: udp.map(({ k }) => k) } },
      tcp: {
        told: `arrived: ${viaTcp} (the loss is modelled)`,
        measured: { received: tcp.map(({ k }) => k) },
      },
      answer: whichHolds({
        both: viaTcp === '1 2 4 5',
        tcp: viaTcp === '1 2 3 4 5' && viaUdp === '1 2 4 5',
        all: viaTcp === '1 2 3 4 5',
      }),
    };
  },

  because:
    'TCP numbers every byte, the receiver acknowledges what arrives, and the sender repeats what is not acknowledged. UDP numbers nothing, so neither side knows that anything is missing. (Here a relay loses the datagram. It cannot lose a packet of TCP, because it never sees one; it holds the bytes back for as long as TCP would have needed to send them again.)',
  sources: ['RFC 9293 §3.8', 'RFC 6298', 'udp(7)'],
  read: [
    'src/network/link/model/fate.ts',
    'src/network/link/model/stream-model.ts',
    'src/network/behaviours/over-link.ts',
  ],
});
