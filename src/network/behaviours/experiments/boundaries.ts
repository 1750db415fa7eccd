import { experiment, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';

const FIRST = ['no', 'where'];
const SECOND = ['now', 'here'];

export const boundaries = experiment({
  name: 'boundaries',
  question:
    "One sender sends 'no' and 'where', another 'now' and 'here'. Having received everything, can the receiver tell who sent what?",
  answers: {
    udp: 'over UDP yes, over TCP no',
    both: 'yes, over UDP and over TCP',
    tcp: 'over TCP yes, over UDP no',
    neither: 'no, over neither',
  },
  expected: 'udp',

  async run(lab) {
    const datagrams = [await overUdp(lab, FIRST), await overUdp(lab, SECOND)];
    const streams = [await overTcp(lab, FIRST), await overTcp(lab, SECOND)];
    const udp = new Set(datagrams).size === 2;
    const tcp = new Set(streams).size === 2;
    return {
      udp: {
        told: `${datagrams.join(', and ')}: ${udp ? 'different' : 'the same'}`,
        measured: { received: datagrams },
      },
      tcp: {
        told: `${streams.join(', and ')}: ${tcp ? 'different' : 'the same'}`,
        measured: { received: streams },
      },
      answer: whichHolds({ both: udp && tcp, udp, tcp, neither: true }),
    };
  },

  because:
    'The two senders put the same seven bytes into their streams, and TCP carries nothing but bytes: the difference was gone before the first packet left. Datagrams keep it, because each carries its own length.',
  sources: ['RFC 768', 'RFC 9293 §3.7'],
  read: [
    'examples/04-stream-without-messages/sender.ts',
    'examples/05-framing/receiver.ts',
    'src/framing/framed-connection.ts',
  ],
});

async function overUdp(lab: Lab, messages: readonly string[]): Promise<string> {
  const receiver = await lab.datagramSocket();
  const sender = await lab.datagramSocket();
  for (const text of messages) await sender.sendto(Buffer.from(text), receiver.address);
  const received: string[] = [];
  while (received.length < messages.length) {
    received.push((await receiver.recvfrom(1024)).data.toString());
  }
  return received.join(' | ');
}

async function overTcp(lab: Lab, messages: readonly string[]): Promise<string> {
  const { client, server } = await lab.connection();
  for (const text of messages) await client.sendall(Buffer.from(text));
  await client.shutdown(); // so that there is an end to read to
  let stream = '';
  while (true) {
    const piece = await server.recv(1024);
    if (piece.length === 0) return stream;
    stream += piece.toString();
  }
}
