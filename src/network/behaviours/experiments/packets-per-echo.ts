import { experiment, NotHere, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';
import { loopbackPackets } from '../linux-proc.ts';

const WORD = Buffer.from('hello');
/** A conversation is over when no packet passes for this long; an ACK waits up to 200 ms. */
const QUIET = 250;

export const packetsPerEcho = experiment({
  name: 'packets-per-echo',
  question:
    'A client sends five bytes, gets five back, and closes. How many packets does that take?',
  answers: {
    two: '2, over UDP and over TCP',
    four: 'UDP: 2; TCP: 4, since each is acknowledged',
    ten: 'UDP: 2; TCP: about 10',
  },
  expected: 'ten',

  programs: {
    // Alone in a network of its own, so that every packet on it is one of these.
    async alone(lab, parent) {
      const udp = await counted(lab, async () => {
        const server = await lab.datagramSocket();
        const client = await lab.datagramSocket();
        await client.sendto(WORD, server.address);
        const { data, address } = await server.recvfrom(100);
        await server.sendto(data, address);
        await client.recvfrom(100);
      });
      const tcp = await counted(lab, async () => {
        const { client, server } = await lab.connection();
        await client.sendall(WORD);
        await server.sendall(await server.recvExactly(WORD.length));
        await client.recvExactly(WORD.length);
        await client.close();
        await server.recv(1); // the end
        await server.close();
      });
      await parent.say({ udp, tcp });
    },
  },

  async run(lab) {
    const { udp, tcp } = await lab
      .program('alone', null, [])
      .heard<{ udp: number; tcp: number }>()
      .catch(() => {
        throw new NotHere(
          'counting the packets needs a network namespace (Linux, unshare(1) and ip(8)), which this system does not have or does not allow. According to RFC 768 and RFC 9293, it takes 2 packets over UDP and 8 to 11 over TCP',
        );
      });
    return {
      udp: { told: `${udp} packets, counted`, measured: { packets: udp } },
      tcp: { told: `${tcp} packets, counted`, measured: { packets: tcp } },
      answer: whichHolds({ ten: udp === 2 && tcp >= 8, four: udp === 2 && tcp === 4 }),
    };
  },

  because:
    'UDP sends the question and the answer. TCP connects with three packets, carries the question and its acknowledgement, the answer and its acknowledgement, and closes both directions with three or four more. If one connection carries many questions, that hardly matters; for a single short question it is most of the traffic, which is one reason why DNS asks over UDP.',
  sources: ['RFC 9293 §3.5, §3.6', 'RFC 768', 'network_namespaces(7)'],
  read: [
    'src/network/behaviours/experiments/packets-per-echo.ts',
    'examples/02-tcp-uppercase/client.ts',
  ],
});

/** How many packets passed the loopback interface meanwhile. */
async function counted(lab: Lab, talk: () => Promise<void>): Promise<number> {
  const before = loopbackPackets();
  await talk();
  let [last, since] = [loopbackPackets(), performance.now()];
  await lab.until(() => {
    const now = loopbackPackets();
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since > QUIET;
  });
  return last - before;
}
