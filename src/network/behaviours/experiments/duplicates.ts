import { experiment, whichHolds } from '../experiment.ts';
import { type Arrived, overDatagrams, overStream } from '../over-link.ts';

const MESSAGES = 5;

export const duplicates = experiment({
  name: 'duplicates',
  question:
    'A link sometimes delivers a packet twice. Can a program receive the same message twice?',
  answers: {
    udp: 'over UDP yes, over TCP no',
    both: 'yes, over UDP and over TCP',
    never: 'no: the system drops a packet that it has already seen',
  },
  expected: 'udp',

  async run(lab) {
    const link = { dup: 0.5, seed: 7, delay: 2 };
    const udp = await overDatagrams(lab, link, MESSAGES);
    const tcp = await overStream(lab, link, MESSAGES);
    return {
      udp: {
        told: told(udp),
        measured: { received: udp.map(({ k }) => k), copies: twice(udp) },
      },
      tcp: {
        told: `${told(tcp)} (the link is modelled)`,
        measured: { received: tcp.map(({ k }) => k), copies: twice(tcp) },
      },
      answer: whichHolds({ both: twice(tcp) > 0, udp: twice(udp) > 0, never: true }),
    };
  },

  because:
    'A datagram has no number, so the second copy looks like a second message. It also happens on a good link: a client that gets no answer in time asks again, and the server may get both requests. So a request in a datagram should do no harm if it is carried out twice, or it should carry a number. TCP numbers its bytes, so the receiver discards a copy.',
  sources: ['RFC 768', 'RFC 9293 §3.4', 'RFC 8085 §3.3'],
  read: [
    'src/network/link/model/fate.ts',
    'src/network/behaviours/over-link.ts',
    'src/auction/server/native-protocol.ts',
  ],
});

function twice(all: readonly Arrived[]): number {
  return all.length - new Set(all.map(({ k }) => k)).size;
}

function told(all: readonly Arrived[]): string {
  return `received: ${all.map(({ k }) => k).join(' ')}`;
}
