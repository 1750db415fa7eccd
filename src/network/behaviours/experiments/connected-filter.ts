import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { experiment, whichHolds } from '../experiment.ts';

export const connectedFilter = experiment({
  name: 'connected-filter',
  question:
    'A stranger sends to a UDP socket, which is then connected to its friend. The stranger sends again, then the friend does. What does the socket receive?',
  answers: {
    both: 'all three: UDP has no connections; connect only saves typing the address',
    error: 'an error, because of the stranger',
    friend: 'only what the friend sent: the system filters the rest out',
    waiting: 'what came before connect, and what the friend sent',
  },
  expected: 'waiting',

  async run(lab) {
    const [friend, stranger] = [await lab.datagramSocket(), await lab.datagramSocket()];
    // A bare socket: datagrams are to wait in the system, not in our DatagramSocket's queue.
    const socket = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const here = socket.address();
    const received: string[] = [];
    socket.on('message', (data) => received.push(data.toString()));
    // In one turn of the event loop, in which the socket reads nothing.
    const sending = stranger.sendto(Buffer.from('early'), here);
    socket.connect(friend.address.port, '127.0.0.1');
    await Promise.all([sending, once(socket, 'connect')]);
    await stranger.sendto(Buffer.from('stranger'), here);
    await friend.sendto(Buffer.from('friend'), here);
    // Datagrams keep their order on one machine, so what is missing by then was dropped.
    await lab.until(() => received.includes('friend'));

    const { client, server } = await lab.connection();
    await client.sendall(Buffer.from('friend'));
    const stream = (await server.recvExactly(6)).toString();
    return {
      udp: { told: `received: ${received.join(', ')}`, measured: { received } },
      tcp: {
        told: `received: ${stream}; a stranger cannot even send to it`,
        measured: { received: stream },
      },
      answer: whichHolds({
        both: received.includes('stranger'),
        waiting: received.includes('early'),
        friend: true,
      }),
    };
  },

  because:
    "Connecting a UDP socket sends no packet, but it does more than store an address: from then on the system drops datagrams from other addresses, and reports a closed port to the program. It looks at a datagram when it arrives, so what was already waiting is still received: connect first, before anybody can know the port. A client with one server should connect its socket. (A sender who forges the friend's address still gets through.)",
  sources: ['connect(2)', 'udp(7)', 'POSIX.1-2024, connect()'],
  read: [
    'src/udp/datagram-socket.ts#that datagrams of others are filtered out',
    'src/network/link/datagram-relay.ts#These sockets are connected',
  ],
});
