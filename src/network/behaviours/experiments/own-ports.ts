import { experiment, whichHolds } from '../experiment.ts';
import { portOf } from '../lab.ts';
import { some } from '../words.ts';

const TALKS = 3;

export const ownPorts = experiment({
  name: 'own-ports',
  question:
    'A client talks to one server three times: three datagrams from one socket, three connections. How many clients does the server see?',
  answers: {
    one: 'one address, over UDP and over TCP: the client is one program',
    three: 'three addresses, over both',
    tcp: 'UDP: one address; TCP: three',
  },
  expected: 'tcp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    const datagrams: number[] = [];
    for (let k = 0; k < TALKS; k += 1) {
      await sender.sendto(Buffer.from('x'), receiver.address);
      datagrams.push((await receiver.recvfrom(10)).address.port);
    }

    const door = await lab.welcomingSocket();
    const connections: number[] = [];
    const servers: number[] = [];
    for (let k = 0; k < TALKS; k += 1) {
      await lab.connectedTo(door);
      const { address, connectionSocket } = await lab.accept(door);
      connections.push(portOf(address));
      servers.push(portOf(connectionSocket.address));
    }

    const [udp, tcp] = [new Set(datagrams).size, new Set(connections).size];
    const same = new Set([...servers, portOf(door.address)]).size === 1;
    return {
      udp: {
        told: `${some(udp, 'port')}: ${[...new Set(datagrams)].join(', ')}`,
        measured: { clientPorts: datagrams },
      },
      tcp: {
        told: `${some(tcp, 'port')}: ${connections.join(', ')}; the server's own: ${same ? 'always the same' : 'different'}`,
        measured: { clientPorts: connections, serverPorts: servers },
      },
      answer: whichHolds({
        one: udp === 1 && tcp === 1,
        tcp: udp === 1,
        three: tcp === TALKS,
      }),
    };
  },

  because:
    "A socket has one address. A UDP socket sends to everybody from that address; each TCP connection is a separate socket, for which the system chooses a free port. Only the client's port tells these connections apart, because the server's address is the same in all of them. Neither address identifies a user: an address only says where to send an answer.",
  sources: ['ip(7), ip_local_port_range', 'RFC 9293 §3.3.1', 'RFC 6056'],
  read: [
    'examples/02-tcp-uppercase/addresses.ts',
    "src/tcp/connection-socket.ts#The other end's address",
  ],
});
