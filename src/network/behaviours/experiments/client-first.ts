import { once } from 'node:events';
import { connect } from 'node:net';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

const [EARLY, AGAIN] = [Buffer.from('early'), Buffer.from('again')];

export const clientFirst = experiment({
  name: 'client-first',
  question:
    'The client starts and sends before there is a server. The server starts. The client sends again. What arrives?',
  answers: {
    waits: 'both messages: the first waited for the server, over both',
    nothing: 'nothing: both clients must be restarted',
    udp: 'UDP: the second; TCP: the second, if the client connects again first',
  },
  expected: 'udp',

  async run(lab) {
    const port = await lab.freePort();
    const sender = await lab.datagramSocket();
    await sender.sendto(EARLY, { port });
    const receiver = lab.keep(new DatagramSocket());
    await receiver.bind({ port });
    await sender.sendto(AGAIN, { port });
    // Datagrams from one socket keep their order on this machine, so the first to arrive tells.
    const udp = (await receiver.recvfrom(100)).data.toString();

    // A bare socket, so that the first message waits inside it while it connects.
    const early = lab.keep(connect(port, '127.0.0.1'));
    early.write(EARLY);
    const first = await codeOf(once(early, 'connect'));
    const door = await lab.welcomingSocket({}, port);
    const client = lab.keep(connect(port, '127.0.0.1'));
    client.write(AGAIN);
    const second = await codeOf(once(client, 'connect'));
    const { connectionSocket } = await lab.accept(door);
    const tcp = (await connectionSocket.recvExactly(5)).toString();

    const anew = first !== 'done' && second === 'done' && tcp === 'again';
    return {
      udp: {
        told: `the first that arrived: ${udp}`,
        measured: { firstReceived: udp },
      },
      tcp: {
        told: `connect: ${first}, connect again: ${second}; the first that arrived: ${tcp}`,
        measured: { connect: first, connectAgain: second, firstReceived: tcp },
      },
      answer: whichHolds({
        waits: udp === 'early' && tcp === 'early',
        udp: udp === 'again' && anew,
      }),
    };
  },

  because:
    "A datagram socket has no connection that could have failed: each datagram travels on its own, and goes to whatever socket is bound to the port when it arrives. The first one was simply too early. Over TCP nothing leaves before there is a connection, and what was written goes with the attempt that failed, so the client must connect again. On Linux it may use the same socket again; elsewhere that may fail, because POSIX leaves the socket's state unspecified after a failed connect. So a portable program makes a new socket for each try; Node gives it no choice, because it closes a socket that could not connect. Neither transport keeps messages for a server that has not started yet (a message queue would).",
  sources: ['connect(2), NOTES', 'udp(7)', 'POSIX.1-2024, connect()'],
  read: [
    'examples/08-peer-to-peer/peer.ts',
    'src/tcp/connection-socket.ts#connect: this socket is',
  ],
});
