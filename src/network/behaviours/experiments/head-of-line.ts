import { experiment, whichHolds } from '../experiment.ts';
import { overDatagrams, overStream } from '../over-link.ts';
import { ms, rounded } from '../words.ts';

const MESSAGES = 8;
const EVERY = 5;
const LOST = 2;
const DELAY = 20;
const TRIES = 50;

export const headOfLine = experiment({
  name: 'head-of-line',
  question:
    'A message is sent every 5 ms and takes 20 ms to arrive. The second is lost. How long does the third take to reach the program?',
  answers: {
    both: '20 ms, over UDP and over TCP',
    tcp: 'UDP: 20 ms; TCP: much longer, until the second has been sent again',
    never: 'UDP and TCP: 20 ms; over TCP the second follows much later',
  },
  expected: 'tcp',
  runs: 'alone',

  async run(lab) {
    const link = { delay: DELAY, drop: [LOST] };
    const udp = await overDatagrams(lab, link, MESSAGES, EVERY);
    const third = (all: typeof udp): number =>
      all.find(({ k }) => k === LOST + 1)?.latency ?? NaN;
    // News of the loss must travel back, and the second message again: two more trips.
    const isLate = (all: typeof udp): boolean => third(all) >= 2.5 * DELAY;
    let tcp: typeof udp = [];
    // A busy machine may have held up the sender so long that the third had nothing to wait for.
    for (let tries = 0; tries < TRIES && !isLate(tcp); tries += 1) {
      tcp = await overStream(lab, link, MESSAGES, EVERY);
    }
    const [viaUdp, viaTcp] = [third(udp), third(tcp)];

    const udpWithoutSecond = !udp.some(({ k }) => k === LOST);
    const inOrder = tcp.every(({ k }, index) => k === index + 1);
    return {
      udp: {
        told: `after ${ms(viaUdp)}; the second never came`,
        measured: { latencyMs: rounded(viaUdp), received: udp.map(({ k }) => k) },
      },
      tcp: {
        told: `after ${ms(viaTcp)}, behind the second (modelled)`,
        measured: {
          latencyMs: rounded(viaTcp),
          allLatenciesMs: tcp.map(({ latency }) => rounded(latency)),
        },
      },
      answer: whichHolds({
        never: udpWithoutSecond && !inOrder,
        tcp: udpWithoutSecond && isLate(tcp),
        both: udpWithoutSecond,
      }),
    };
  },

  because:
    'A stream is read in order, so bytes that have arrived wait in the kernel until the bytes before them are there: head-of-line blocking. Sending again takes at least a round trip. For a file that is right. In a call or a game, a late third message is worse than a missing second one, so these programs use datagrams.',
  sources: ['RFC 9293 §3.8', 'RFC 5681 §3.2', 'RFC 9000 §2'],
  read: [
    'src/network/link/model/stream-model.ts',
    'src/network/link/model/passage.ts',
    'src/network/compare/measure.ts',
  ],
});
