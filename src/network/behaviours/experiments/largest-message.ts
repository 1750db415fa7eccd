import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';
import { count } from '../words.ts';

/** What an IPv4 packet's 16-bit length leaves: 65,535 less 20 for IP and 8 for UDP. */
const LARGEST = 65_507;
const STREAM = 1_000_000;

export const largestMessage = experiment({
  name: 'largest-message',
  question: 'How many bytes can one send call send over IPv4?',
  answers: {
    udp: 'UDP: 65,507; TCP: as many as you like',
    packet: 'about 1,500, the size of a packet, over both',
    same: '65,507, over both',
    any: 'as many as you like, over both',
  },
  expected: 'udp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    const send = (size: number): Promise<string> =>
      codeOf(sender.sendto(Buffer.alloc(size), receiver.address));
    const largest = await send(LARGEST);
    const arrived =
      largest === 'done' ? (await receiver.recvfrom(LARGEST + 1)).data.length : 0;
    const larger = await send(LARGEST + 1);

    const { client, server } = await lab.connection();
    const sending = lab.later(client.sendall(Buffer.alloc(STREAM)));
    const received = (await server.recvExactly(STREAM)).length;
    await sending;

    const limited = arrived === LARGEST && larger === 'EMSGSIZE';
    return {
      udp: {
        told: `${count(LARGEST)}: ${arrived === LARGEST ? 'arrived' : largest}; ${count(LARGEST + 1)}: ${larger}`,
        measured: { largest, arrived, oneMore: larger },
      },
      tcp: {
        told: `${count(received)} bytes in one call arrived`,
        measured: { sent: STREAM, arrived: received },
      },
      answer: whichHolds({ udp: limited, any: larger === 'done' }),
    };
  },

  because:
    'A datagram is one IP packet, in fragments if need be, and the length of an IP packet is a 16-bit number: 65,535 less 20 for the header of IPv4 and 8 for that of UDP. (IPv6 does not count its header, so there it is 65,527.) Over a real network keep datagrams small: one that travels in fragments is lost when any fragment is lost. A stream has no largest size; TCP cuts it into packets of its own choice.',
  sources: [
    'RFC 791 §3.1',
    'RFC 8200 §3',
    'RFC 768',
    'udp(7), EMSGSIZE',
    'RFC 8085 §3.2',
  ],
  read: [
    'src/udp/datagram-socket.ts#async sendto(',
    'src/common/explanations.ts#the text is too long for one datagram',
  ],
  differs: {
    darwin:
      'macOS sends at most 9,216 bytes in a datagram (sysctl net.inet.udp.maxdgram), so both sizes are refused.',
    freebsd:
      'FreeBSD limits a datagram by sysctl net.inet.udp.maxdgram, often to 9,216 bytes.',
  },
});
