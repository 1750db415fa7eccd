import { experiment, whichHolds } from '../experiment.ts';
import { type Arrived, overDatagrams, overStream } from '../over-link.ts';

const MESSAGES = 10;

export const order = experiment({
  name: 'order',
  question:
    'Ten messages are sent over a link on which later packets overtake earlier ones. In what order does the program receive them?',
  answers: {
    tcp: 'UDP: in the order of arrival; TCP: in the order of sending',
    sent: 'in the order of sending, over both',
    arrival: 'in the order of arrival, over both',
  },
  expected: 'tcp',

  async run(lab) {
    // With this seed enough later packets come to overtake each that is held back, so that no
    // patience runs out and the order is the same on every machine, however busy it is.
    const link = { reorder: 0.4, seed: 3, delay: 2, hold: 60_000 };
    const udp = await overDatagrams(lab, link, MESSAGES, 2);
    const tcp = await overStream(lab, link, MESSAGES, 2);
    return {
      udp: { told: numbers(udp), measured: { received: udp.map(({ k }) => k) } },
      tcp: {
        told: `${numbers(tcp)} (the link is modelled)`,
        measured: { received: tcp.map(({ k }) => k) },
      },
      answer: whichHolds({ arrival: !sorted(tcp), sent: sorted(udp), tcp: true }),
    };
  },

  because:
    'Packets may take different routes, or wait in different queues, and nothing in a UDP header says which was sent first. TCP numbers its bytes, and the receiver puts them in order before the program sees them. On one machine datagrams hardly ever overtake each other, so a program that relies on their order works until it runs over a real network.',
  sources: ['RFC 768', 'RFC 9293 §3.4', 'RFC 4737 §1'],
  read: [
    'src/network/link/model/wire.ts',
    'src/network/link/model/fate.ts',
    'src/network/behaviours/over-link.ts',
  ],
});

function numbers(all: readonly Arrived[]): string {
  return all.map(({ k }) => k).join(' ');
}

function sorted(all: readonly Arrived[]): boolean {
  return all.every(({ k }, index) => index === 0 || all[index - 1]!.k < k);
}
