import { DatagramSocket } from '../../../udp/index.ts';
import { experiment } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

export const twoBinders = experiment({
  name: 'two-binders',
  question:
    'A second server binds to the port of one that is already running. What happens?',
  answers: {
    both: 'an error, over UDP and over TCP',
    tcp: 'TCP: an error; UDP: both receive, since nobody is connected',
    replaced: 'the second takes over the port',
  },
  expected: 'both',

  async run(lab) {
    const first = await lab.datagramSocket();
    const { port } = first.address;
    const udp = await codeOf(lab.keep(new DatagramSocket()).bind({ port }));

    const door = await lab.welcomingSocket();
    const tcp = await codeOf(lab.welcomingSocket(undefined, portOf(door.address)));

    const refused = udp === 'EADDRINUSE' ? 'both' : 'tcp';
    return {
      udp: { told: `bind: ${udp}`, measured: { bind: udp } },
      tcp: { told: `listen: ${tcp}`, measured: { listen: tcp } },
      answer: tcp === 'EADDRINUSE' ? refused : undefined,
    };
  },

  because:
    'The port tells the system which socket a packet is for, so one address belongs to one socket. SO_REUSEADDR, which Node sets for TCP, changes nothing while the first one listens. The error comes from bind; Node has no separate bind call for TCP and reports the error from listen.',
  sources: ['bind(2), EADDRINUSE', 'socket(7)'],
  read: [
    'src/common/explanations.ts#another program listens there. Stop it',
    'src/common/process/free-port.ts',
  ],
});
