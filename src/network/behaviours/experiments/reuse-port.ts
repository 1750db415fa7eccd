import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type ListenOptions } from 'node:net';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf, type Lab } from '../lab.ts';

const CLIENTS = 40;
const HERE = '127.0.0.1';
/** Node 22.12 and 23.1 have it; the types of Node 20 do not. */
const SHARED = { reusePort: true };

export const reusePort = experiment({
  name: 'reuse-port',
  question:
    'Two servers listen on one port, and both have set SO_REUSEPORT. Forty clients arrive. Which server serves them?',
  answers: {
    error: 'the first: the second gets an error (address already in use)',
    last: 'the one that was started last',
    both: 'both: each gets everything',
    shared: 'some clients the first, some the second, over UDP and over TCP',
  },
  expected: 'shared',

  async run(lab) {
    if (!offered())
      throw new NotHere(`Node ${process.version} has no reusePort (22.12 has)`);
    const datagrams = [0, 0];
    const first = await receiver(lab, 0);
    const { port } = first.address();
    const second = await receiver(lab, port);
    for (const [index, socket] of [first, second].entries()) {
      socket.on('message', () => (datagrams[index]! += 1));
    }
    for (let k = 0; k < CLIENTS; k += 1) {
      // Each from a port of its own: the system chooses by the addresses of both ends.
      await (await lab.datagramSocket()).sendto(Buffer.from('x'), { port });
    }
    const all = (counts: readonly number[]): boolean =>
      counts[0]! + counts[1]! >= CLIENTS;
    await lab.until(() => all(datagrams));

    const connections = [0, 0];
    const place = await lab.freePort();
    for (const index of connections.keys()) {
      const server = lab.keep(
        createServer((socket) => {
          lab.keep(socket);
          connections[index]! += 1;
        }),
      );
      const options: ListenOptions = { host: HERE, port: place, ...SHARED };
      await once(server.listen(options), 'listening');
    }
    for (let k = 0; k < CLIENTS; k += 1) {
      await once(lab.keep(connect(place, HERE)), 'connect');
    }
    await lab.until(() => all(connections));

    const counts = [...datagrams, ...connections];
    return {
      udp: {
        told: `of ${CLIENTS} datagrams ${datagrams.join(' and ')}`,
        measured: { received: datagrams },
      },
      tcp: {
        told: `of ${CLIENTS} connections ${connections.join(' and ')}`,
        measured: { accepted: connections },
      },
      answer: whichHolds({
        shared: counts.every((count) => count > 0 && count < CLIENTS),
        both: counts.every((count) => count === CLIENTS),
        last: datagrams[0] === 0 && connections[0] === 0,
      }),
    };
  },

  because:
    "SO_REUSEPORT is made for servers with several processes: each has its own socket at the same port, and the system uses the addresses of both ends to decide who gets a datagram or a connection, so a client's datagrams stay with one process. All of them must set the option, and belong to one user, so that nobody can steal a port. If a process ends, the connections that wait in its queue are lost, and another process gets its share of the clients. SO_REUSEADDR does something else: see shared-port and restart.",
  sources: ['socket(7), SO_REUSEPORT', 'Node.js, net: server.listen(), reusePort'],
  read: ['src/network/behaviours/experiments/shared-port.ts'],
  differs: {
    freebsd: 'On FreeBSD Node sets SO_REUSEPORT_LB, which does the same.',
  },
});

function offered(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

async function receiver(lab: Lab, port: number): Promise<Socket> {
  const options: SocketOptions = { type: 'udp4', ...SHARED };
  const socket = lab.keep(createSocket(options));
  const bound = await codeOf(once(socket.bind(port, HERE), 'listening'));
  if (bound !== 'done') throw new NotHere(`this system does not share ports (${bound})`);
  return socket;
}
