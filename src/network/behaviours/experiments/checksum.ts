import { readFileSync } from 'node:fs';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { overStream } from '../over-link.ts';

const MESSAGES = 5;
const FLIPPED = 3;
/** Cut into two packets: for a datagram in one, Linux's loopback leaves the checksum out. */
const SIZE = 2000;
/** The first byte of the third datagram changes, between its sender and its receiver. */
const THIRD = `ip frag-off \\& 0x1fff == 0 numgen inc mod ${MESSAGES} ${FLIPPED - 1}`;
const PREPARED = [
  'ip link set lo mtu 1500',
  'nft add table ip bad',
  "nft add chain ip bad link '{ type filter hook prerouting priority -450; }'",
  `nft add rule ip bad link meta l4proto udp ${THIRD} @th,64,8 set 0x58`,
];

export const checksum = experiment({
  name: 'checksum',
  question:
    'Five messages are sent, and a byte of the third changes on its way. What does the receiver get?',
  answers: {
    changed: 'UDP: five messages, one of them changed; TCP: five as they were sent',
    udp: 'UDP: four messages; TCP: five as they were sent',
    four: 'four messages, over both',
    error: 'four messages and an error, over both',
  },
  expected: 'udp',

  programs: {
    async alone(lab, parent) {
      const receiver = await lab.datagramSocket();
      const sender = await lab.datagramSocket();
      const exchange = async (size: number): Promise<number[]> => {
        for (let k = 1; k <= MESSAGES; k += 1) {
          await sender.sendto(Buffer.alloc(size, k), receiver.address);
        }
        const received: number[] = [];
        while (received.at(-1) !== MESSAGES) {
          received.push((await receiver.recvfrom(size)).data[0]!);
        }
        return received;
      };
      const received = await exchange(SIZE);
      const wrong = wrongChecksums();
      await parent.say({ received, wrong, unchecked: await exchange(1) });
    },
  },

  async run(lab) {
    const { received, unchecked, wrong } = await lab
      .program('alone', null, PREPARED)
      .heard<{ received: number[]; unchecked: number[]; wrong: number }>()
      .catch(() => {
        throw new NotHere(
          'changing a byte on its way needs a network namespace (Linux, unshare(1), ip(8) and nft(8)). According to RFC 768, the datagram is dropped',
        );
      });
    const flipped = { lost: true, delay: 0, copies: [], overtakenBy: 0, flippedAt: 0 };
    const stream = await overStream(
      lab,
      {
        replay: (direction, k, _line, attempt) =>
          direction === 'there' && k === FLIPPED && attempt === 0 ? flipped : undefined,
      },
      MESSAGES,
    );
    const [viaUdp, viaTcp] = [received, stream.map(({ k }) => k)].map((all) =>
      all.join(' '),
    );
    const whole = viaTcp === '1 2 3 4 5';
    return {
      udp: {
        told: `arrived: ${viaUdp}; wrong checksums that the system counted: ${wrong}`,
        measured: { received, wrongChecksums: wrong, receivedUnchecked: unchecked },
      },
      tcp: {
        told: `arrived: ${viaTcp} (the link is modelled)`,
        measured: { received: stream.map(({ k }) => k) },
      },
      answer: whichHolds({
        udp: viaUdp === '1 2 4 5' && wrong === 1 && whole,
        changed: received.length === MESSAGES && whole,
        four: viaUdp === '1 2 4 5' && viaTcp === '1 2 4 5',
      }),
    };
  },

  because:
    'Both have a checksum over the data, and the receiving system silently drops a packet that does not match it. TCP then sends it again; UDP does not, so over UDP a changed message is a lost one. Over IPv4 a sender may leave UDP’s checksum out (SO_NO_CHECK on Linux); over IPv6 it may not. A checksum of 16 bits does not detect every change, so a program that must be sure adds a longer checksum. (On the loopback nothing but a trick like ours can change a packet, so Linux computes no checksum there for a packet that it hands over whole, and would deliver the changed one. These datagrams are long enough to be cut in two, and for those it does.)',
  sources: ['RFC 768', 'RFC 9293 §3.1', 'RFC 8200 §8.1', 'RFC 1071', 'socket(7)'],
  read: ['src/network/behaviours/experiments/loss.ts', 'src/network/link/model/fate.ts'],
});

/** How many datagrams the system has dropped for their checksum in this network so far. */
function wrongChecksums(): number {
  const lines = readFileSync('/proc/net/snmp', 'utf8').match(/^Udp: .*/gm) ?? [];
  const [names = [], values = []] = lines.map((line) => line.split(' '));
  return Number(values[names.indexOf('InCsumErrors')]);
}
