import { WelcomingSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

const HELLO = Buffer.from('hello');
/** A v4-mapped IPv6 address: only this machine can reach it. */
const MAPPED = '::ffff:127.0.0.1';

export const dualStack = experiment({
  name: 'dual-stack',
  question: 'A server has only an IPv6 socket. Can an IPv4 client reach it?',
  answers: {
    no: 'no: IPv4 and IPv6 are two different protocols',
    plain: 'yes, over both; it sees the client as 127.0.0.1',
    tcp: 'over TCP yes, over UDP no',
    both: 'yes, over UDP and over TCP; it sees the client as ::ffff:127.0.0.1',
  },
  expected: 'both',

  async run(lab) {
    const receiver = lab.keep(new DatagramSocket({ family: 'IPv6' }));
    const bound = await codeOf(receiver.bind({ host: MAPPED, port: 0 }));
    if (bound !== 'done') throw new NotHere(`this machine has no IPv6 (${bound})`);
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, { port: receiver.address.port });
    const { address: from } = await receiver.recvfrom(10);

    const door = lab.keep(new WelcomingSocket());
    await door.bind({ host: MAPPED, port: 0 });
    await door.listen(5);
    await lab.connectedTo({ address: { host: '127.0.0.1', port: portOf(door.address) } });
    const { address } = await lab.accept(door);
    const peer = 'host' in address ? address.host : '';

    const seen = [from.host, peer];
    return {
      udp: {
        told: `a datagram from ${seen[0]}`,
        measured: { clientSeenAs: seen[0]! },
      },
      tcp: {
        told: `a connection from ${seen[1]}`,
        measured: { clientSeenAs: seen[1]! },
      },
      answer: whichHolds({
        both: seen.every((host) => host === MAPPED),
        plain: seen.every((host) => host === '127.0.0.1'),
      }),
    };
  },

  because:
    "An IPv6 socket can serve both families; an IPv4 peer appears under an IPv6 address that contains its own (v4-mapped). That is convenient until a program compares addresses as text, or checks them against a list: 127.0.0.1 and ::ffff:127.0.0.1 are the same machine. IPV6_V6ONLY turns it off; Node sets or clears it for every server (ipv6Only), so the system's own default does not count.",
  sources: ['ipv6(7), IPV6_V6ONLY', 'RFC 4291 §2.5.5.2', 'RFC 3493 §3.7'],
  read: [
    'examples/07-families-and-paths/dual-stack.ts',
    'src/common/address.ts#export function inetAddress(',
  ],
  differs: {
    openbsd: 'OpenBSD has no v4-mapped addresses: its IPv6 sockets serve only IPv6.',
  },
});
