import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

export const samePort = experiment({
  name: 'same-port',
  question:
    'Can a UDP server and a TCP server have the same port number at the same time?',
  answers: {
    no: 'no: the second gets an error (address already in use)',
    mixed: 'yes, but each also receives what is meant for the other',
    yes: 'yes, and each gets what is sent over its own transport',
  },
  expected: 'yes',

  async run(lab) {
    const port = await lab.freePort();
    const receiver = lab.keep(new DatagramSocket());
    const udp = await codeOf(receiver.bind({ port }));
    const door = await lab.welcomingSocket(undefined, port);

    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('by datagram'), { port });
    const client = await lab.connectedTo(door);
    await client.sendall(Buffer.from('by stream'));
    const datagram = (await receiver.recvfrom(100)).data.toString();
    const { connectionSocket } = await lab.accept(door);
    const stream = (await connectionSocket.recvExactly(9)).toString();

    const apart = receiver.queued === 0 && door.queued === 0;
    return {
      udp: {
        told: `port ${port}: received '${datagram}'`,
        measured: { bind: udp, received: datagram },
      },
      tcp: { told: `port ${port}: received '${stream}'`, measured: { received: stream } },
      answer: whichHolds({
        yes: datagram === 'by datagram' && apart,
        mixed: datagram === 'by datagram',
      }),
    };
  },

  because:
    'An IP packet says which transport it carries, and each transport has its own ports: port 12000 of UDP and port 12000 of TCP have only the number in common. DNS uses port 53 of both. So "the port is taken" always means: for this transport, at this address.',
  sources: ['RFC 768', 'RFC 9293 §3.1', 'RFC 6335 §6'],
  read: [
    "examples/06-nobody-there/vanishing-server.ts#TCP's ports",
    'src/auction/server/auctioneer.ts',
  ],
});
