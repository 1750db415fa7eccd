import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

const MESSAGES = 10;

export const sharedPort = experiment({
  name: 'shared-port',
  question:
    'Two UDP sockets share one port (reuseAddr). Ten datagrams are sent to it. Who gets them?',
  answers: {
    copies: 'both get all ten',
    one: 'one gets all ten, the other none',
    shared: 'they share: about five each',
  },
  expected: 'one',

  async run(lab) {
    const first = await lab.datagramSocket({ reuseAddress: true });
    const { port } = first.address;
    const second = lab.keep(new DatagramSocket({ reuseAddress: true, queueLimit: 1000 }));
    await second.bind({ port });
    const sender = await lab.datagramSocket();
    for (let k = 0; k < MESSAGES; k += 1) await sender.sendto(Buffer.from('x'), { port });
    await lab.until(() => first.queued + second.queued >= MESSAGES);
    const counts = [first.queued, second.queued];

    const door = await lab.welcomingSocket();
    const tcp = await codeOf(lab.welcomingSocket(undefined, portOf(door.address)));

    const [one, other] = counts.toSorted((a, b) => b - a);
    return {
      udp: {
        told: `the first socket got ${counts[0]}, the second ${counts[1]}`,
        measured: { received: counts },
      },
      tcp: {
        told: `a second listener, both with SO_REUSEADDR: ${tcp}`,
        measured: { listen: tcp },
      },
      answer: whichHolds({
        one: one === MESSAGES && other === 0,
        copies: one === MESSAGES && other === MESSAGES,
        shared: one !== MESSAGES,
      }),
    };
  },

  because:
    'reuseAddr (SO_REUSEADDR) lets sockets share an address; it does not say how. For a datagram to one host Linux picks one of them, the one that was bound last, and the other receives nothing. For TCP, where Node always sets it (except on Windows), it lets a server have a port in TIME_WAIT, but not one on which another listens. For datagrams the option is meant for multicast, where each gets a copy. A port that is shared by mistake is a nasty bug: no call fails, and nothing arrives.',
  sources: ['socket(7), SO_REUSEADDR', 'ip(7)', 'Node.js, dgram: reuseAddr'],
  read: [
    'src/udp/datagram-socket.ts#  reuseAddress?: boolean;',
    'src/network/behaviours/experiments/multicast.ts',
  ],
  differs: {
    win32: 'On Windows it is undefined which of them gets a datagram.',
    darwin: 'On macOS the first may get them.',
  },
});
