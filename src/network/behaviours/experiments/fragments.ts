import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { loopbackPackets } from '../linux-proc.ts';
import { count } from '../words.ts';

const SIZE = 9000;
/** What fits into an Ethernet packet; and no packet is cut by a card instead of the kernel. */
const PREPARED = ['ip link set lo mtu 1500 gso_max_segs 1'];

interface Sent {
  packets: number;
  received: number;
}

export const fragments = experiment({
  name: 'fragments',
  question:
    'The link carries packets of at most 1,500 bytes, as Ethernet does. One call sends 9,000 bytes. What becomes of them?',
  answers: {
    one: 'they travel in one packet, over both: 1,500 is only a recommendation',
    error: 'UDP: the call fails, because the message is too long; TCP: several packets',
    both: 'they travel in several packets, over both, and all of them arrive',
  },
  expected: 'both',

  programs: {
    async alone(lab, parent) {
      const receiver = await lab.datagramSocket();
      const sender = await lab.datagramSocket();
      let before = loopbackPackets();
      await sender.sendto(Buffer.alloc(SIZE), receiver.address);
      const datagram = (await receiver.recvfrom(SIZE)).data.length;
      const udp: Sent = { packets: loopbackPackets() - before, received: datagram };

      const { client, server } = await lab.connection();
      before = loopbackPackets();
      await client.sendall(Buffer.alloc(SIZE));
      const stream = (await server.recvExactly(SIZE)).length;
      const tcp: Sent = { packets: loopbackPackets() - before, received: stream };
      await parent.say({ udp, tcp });
    },
  },

  async run(lab) {
    const { udp, tcp } = await lab
      .program('alone', null, PREPARED)
      .heard<Record<'udp' | 'tcp', Sent>>()
      .catch(() => {
        throw new NotHere(
          'a link with small packets needs a network namespace (Linux, unshare(1) and ip(8)). According to RFC 791, it takes 7 packets over UDP',
        );
      });
    const several = udp.packets > 1 && tcp.packets > 1;
    return {
      udp: {
        told: `${udp.packets} packets, and one message of ${count(udp.received)} bytes received`,
        measured: { ...udp },
      },
      tcp: {
        told: `${tcp.packets} packets with the acknowledgements, and ${count(tcp.received)} bytes received`,
        measured: { ...tcp },
      },
      answer: whichHolds({
        both: several && udp.received === SIZE && tcp.received === SIZE,
        one: udp.packets === 1,
      }),
    };
  },

  because:
    'IP cuts the datagram into fragments, and the receiving system puts them together again; only the first has the UDP header. Nobody repeats a lost fragment: when one is missing, the rest is thrown away and the whole message is lost, so large datagrams are lost more often than small ones. Many firewalls drop fragments. TCP cuts its stream itself, into segments that each fit into a packet, and repeats only the one that is lost. So keep datagrams below the size of a packet: 1,200 bytes are safe nearly everywhere.',
  sources: ['RFC 791 §2.3', 'RFC 8200 §4.5', 'RFC 8085 §3.2', 'RFC 8900', 'RFC 9000 §14'],
  read: [
    'src/network/behaviours/experiments/splitting.ts',
    'src/network/behaviours/experiments/largest-message.ts',
  ],
});
