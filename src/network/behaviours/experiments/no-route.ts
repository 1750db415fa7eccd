import { ConnectionSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

/** Addresses of example networks (RFC 5737). */
const [NO_ROUTE, NEIGHBOUR] = ['192.0.2.1', '203.0.113.7'];
/** A cable to a machine that is not there; the kernel looks for it more often than every second. */
const PREPARED = [
  'ip link add near type veth peer name far',
  'ip address add 203.0.113.1/24 dev near',
  'ip link set near up',
  'ip link set far up',
  'echo 50 > /proc/sys/net/ipv4/neigh/near/retrans_time_ms',
];

type Codes = Record<'noRoute' | 'neighbour', string>;

export const noRoute = experiment({
  name: 'no-route',
  question:
    "The client's machine has no route to the server's, for example because its network is off. What does the first call return?",
  answers: {
    both: 'an error at once, over UDP and over TCP',
    tcp: 'UDP: the message was sent; TCP: an error',
    wait: 'nothing: both wait until there is a route',
  },
  expected: 'both',

  programs: {
    async alone(lab, parent) {
      const send = async (host: string): Promise<string> => {
        const sender = lab.keep(new DatagramSocket()); // at all addresses
        return await codeOf(sender.sendto(Buffer.from('hello'), { host, port: 9 }));
      };
      const connect = (host: string): Promise<string> =>
        codeOf(lab.keep(new ConnectionSocket()).connect({ host, port: 9 }));
      await parent.say({
        udp: { noRoute: await send(NO_ROUTE), neighbour: await send(NEIGHBOUR) },
        tcp: { noRoute: await connect(NO_ROUTE), neighbour: await connect(NEIGHBOUR) },
      });
    },
  },

  async run(lab) {
    const { udp, tcp } = await lab
      .program('alone', null, PREPARED)
      .heard<Record<'udp' | 'tcp', Codes>>()
      .catch(() => {
        throw new NotHere(
          'a network without a route needs a network namespace (Linux, unshare(1) and ip(8)). According to connect(2) and send(2), both calls fail with ENETUNREACH',
        );
      });
    const told = ({ neighbour, noRoute: none }: Codes, call: string): string =>
      `${call}: ${none}; to a neighbour that is switched off: ${neighbour}`;
    return {
      udp: { told: told(udp, 'sendto'), measured: udp },
      tcp: { told: told(tcp, 'connect'), measured: tcp },
      answer: whichHolds({
        both: udp.noRoute === 'ENETUNREACH' && tcp.noRoute === 'ENETUNREACH',
        tcp: udp.noRoute === 'done' && tcp.noRoute !== 'done',
      }),
    };
  },

  because:
    'Before a packet can leave, the system looks for a route in its routing table. If there is none, nothing can be sent, and even the UDP call says so (ENETUNREACH). If there is a route but the next machine does not answer, the system finds out only later: it asks for that machine’s hardware address (ARP) and hears nothing. By then the datagram counts as sent; connect, which still waits, fails with EHOSTUNREACH, as it does when a router reports that it cannot go on. If such a report comes for an established connection, TCP keeps trying: the route may come back.',
  sources: [
    'connect(2), ENETUNREACH',
    'ip(7), EHOSTUNREACH',
    'RFC 1122 §4.2.3.9',
    'RFC 826',
  ],
  read: [
    'src/common/explanations.ts',
    'src/network/behaviours/experiments/nobody-answers.ts',
  ],
});
