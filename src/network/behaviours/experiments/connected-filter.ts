import { DatagramSocket } from '../../../udp/index.ts';
import { experiment } from '../experiment.ts';

export const connectedFilter = experiment({
  name: 'connected-filter',
  question:
    'A UDP socket is connected to its friend. A stranger sends to it, then the friend does. What does it receive?',
  answers: {
    both: 'both: UDP has no connections; connect only saves typing the address',
    error: 'an error, because of the stranger',
    friend: 'only what the friend sent: the system filters the rest out',
  },
  expected: 'friend',

  async run(lab) {
    const [friend, stranger] = [await lab.datagramSocket(), await lab.datagramSocket()];
    const socket = lab.keep(new DatagramSocket());
    await socket.connect(friend.address);
    await stranger.sendto(Buffer.from('stranger'), socket.address);
    await friend.sendto(Buffer.from('friend'), socket.address);
    const received = [(await socket.recvfrom(100)).data.toString()];
    const more = socket.recvfrom(100).then(({ data }) => received.push(data.toString()));
    await lab.stillPending(
      more,
      200,
      'the stranger sent first, and on one machine a packet takes less than a millisecond',
    );

    const { client, server } = await lab.connection();
    await client.sendall(Buffer.from('friend'));
    const stream = (await server.recvExactly(6)).toString();
    return {
      udp: { told: `received: ${received.join(', ')}`, measured: { received } },
      tcp: {
        told: `received: ${stream}; a stranger cannot even send to it`,
        measured: { received: stream },
      },
      answer: received.includes('stranger') ? 'both' : 'friend',
    };
  },

  because:
    "Connecting a UDP socket sends no packet, but it does more than store an address: the system drops datagrams from other addresses before the program sees them, and reports a closed port to the program. A client with one server should connect its socket. (A sender who forges the friend's address still gets through.)",
  sources: ['connect(2)', 'udp(7)'],
  read: [
    'src/udp/datagram-socket.ts#that datagrams of others are filtered out',
    'src/network/link/datagram-relay.ts#These sockets are connected',
  ],
});
