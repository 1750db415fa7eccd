import { ConnectionSocket } from '../../../tcp/index.ts';
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
    udp: 'UDP: the second, from the same socket; TCP: only from a new socket that connects',
  },
  expected: 'udp',

  async run(lab) {
    const port = await lab.freePort();
    const sender = await lab.datagramSocket();
    await sender.sendto(EARLY, { port });
    const receiver = lab.keep(new DatagramSocket());
    await receiver.bind({ port });
    await sender.sendto(AGAIN, { port });
    // Datagrams from one socket keep their order on this machine: what comes first tells.
    const udp = (await receiver.recvfrom(100)).data.toString();

    const client = lab.keep(new ConnectionSocket());
    const first = await codeOf(client.connect({ port }));
    const door = await lab.welcomingSocket({}, port);
    const second = await codeOf(client.connect({ port }));
    const fresh = await lab.connectedTo(door);
    const { connectionSocket } = await lab.accept(door);
    await fresh.sendall(AGAIN);
    const tcp = (await connectionSocket.recvExactly(5)).toString();

    const anew = first !== 'done' && second !== 'done' && tcp === 'again';
    return {
      udp: {
        told: `the first that arrived: ${udp}`,
        measured: { firstReceived: udp },
      },
      tcp: {
        told: `connect: ${first}, the same socket again: ${second}, a new one: ${tcp}`,
        measured: { connect: first, sameSocketAgain: second, newSocket: tcp },
      },
      answer: whichHolds({ udp: udp === 'again' && anew, waits: udp === 'early' }),
    };
  },

  because:
    'A datagram socket has no connection that could have failed: each datagram travels on its own, and goes to whatever socket is bound to the port when it arrives. The first one was simply too early. A TCP socket whose connect has failed cannot be used again: POSIX leaves its state unspecified, so a program makes a new one and tries again. Neither transport keeps messages for a server that has not started yet (a message queue would).',
  sources: ['connect(2), NOTES', 'udp(7)'],
  read: [
    'examples/08-peer-to-peer/peer.ts',
    'src/tcp/connection-socket.ts#connect: this socket is',
  ],
});
