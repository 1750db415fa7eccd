import { WelcomingSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

const ALL = '0.0.0.0';

export const allAddresses = experiment({
  name: 'all-addresses',
  question:
    'One server is bound to a port at all addresses of its machine (0.0.0.0). Another asks for the same port at 127.0.0.1 only. Does it get the port?',
  answers: {
    no: 'no: all addresses include that one, over UDP and over TCP',
    yes: 'yes, over both, and it gets what is sent to 127.0.0.1',
    asked: 'UDP: yes if both set SO_REUSEADDR, and it gets what is sent there; TCP: no',
    first: 'UDP: yes if both set SO_REUSEADDR, but the first gets everything; TCP: no',
  },
  expected: 'asked',

  async run(lab) {
    const wide = lab.keep(new DatagramSocket({ reuseAddress: true }));
    const { port } = await wide.bind({ host: ALL, port: 0 });
    const plain = await codeOf(lab.keep(new DatagramSocket()).bind({ port }));
    const narrow = lab.keep(new DatagramSocket({ reuseAddress: true }));
    const asked = await codeOf(narrow.bind({ port }));
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('x'), { port });
    await lab.until(() => wide.queued + narrow.queued > 0);
    const exact = narrow.queued === 1;

    const door = lab.keep(new WelcomingSocket());
    await door.bind({ host: ALL, port: 0 });
    await door.listen(5);
    const tcp = await codeOf(lab.welcomingSocket(undefined, portOf(door.address)));

    const only = asked === 'done' && plain === 'EADDRINUSE' && tcp === 'EADDRINUSE';
    return {
      udp: {
        told: `bind: ${plain}; with SO_REUSEADDR: ${asked}, and then ${exact ? 'the second' : 'the first'} received`,
        measured: { bind: plain, bindReuse: asked, exactReceived: exact },
      },
      tcp: { told: `listen, both with SO_REUSEADDR: ${tcp}`, measured: { listen: tcp } },
      answer: whichHolds({
        asked: only && exact,
        first: only,
        no: asked === 'EADDRINUSE' && tcp === 'EADDRINUSE',
        yes: plain === 'done' && tcp === 'done',
      }),
    };
  },

  because:
    "A socket at 0.0.0.0 has its port at every address, so the two collide. If both ask for it, Linux lets datagram sockets overlap, and gives a datagram to the socket whose address fits best. That can be an attack: a program takes over part of another program's port. So Linux refuses it for TCP as long as one of the two listens, and other systems have options to forbid it. Two different addresses never collide: a server at 127.0.0.1 and one at the address of the network card can have the same port.",
  sources: ['bind(2), EADDRINUSE', 'socket(7), SO_REUSEADDR', 'ip(7), INADDR_ANY'],
  read: [
    'src/common/address.ts#export const LOOPBACK',
    'src/network/behaviours/experiments/two-families.ts',
  ],
  differs: {
    darwin: 'macOS also allows it over TCP, since Node sets SO_REUSEADDR.',
    freebsd: 'FreeBSD also allows it over TCP, since Node sets SO_REUSEADDR.',
    win32: 'Windows allows both, even without an option.',
  },
});
