import { ConnectionSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

export const reusedPort = experiment({
  name: 'reused-port',
  question:
    'A server ends, and another program takes its port. The old client keeps sending. Who receives its messages?',
  answers: {
    both: 'the new program, over UDP and over TCP',
    nobody: 'nobody, over both: they were not meant for the new program',
    udp: 'UDP: the new program; TCP: nobody, the client gets an error',
  },
  expected: 'udp',

  async run(lab) {
    const port = await lab.freePort();
    const old = lab.keep(new DatagramSocket());
    await old.bind({ port });
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('hello'), { port });
    await old.recvfrom(10);
    await old.close();
    const heir = lab.keep(new DatagramSocket());
    await heir.bind({ port });
    await sender.sendto(Buffer.from('for the old one'), { port });
    const datagram = (await heir.recvfrom(100)).data.toString();

    const door = await lab.welcomingSocket(undefined, port);
    const client = await lab.connectedTo(door, { noDelay: true });
    const { connectionSocket } = await lab.accept(door);
    connectionSocket.reset(); // ended abruptly, as by a crash with unread data
    await door.close();
    const newDoor = await lab.welcomingSocket(undefined, port);
    const sent = await sendUntilItFails(client);
    const fresh = lab.keep(new ConnectionSocket());
    const anew = await codeOf(fresh.connect({ port }));
    const { connectionSocket: newOne } = await lab.accept(newDoor);
    const heard = await lab.stillPending(
      newOne.recv(100),
      200,
      'on one machine a packet takes less than a millisecond',
    );

    return {
      udp: {
        told: `the new program received '${datagram}'`,
        measured: { newProgramReceived: datagram },
      },
      tcp: {
        told: `the client got ${sent}; only a new connection works (${anew})`,
        measured: {
          oldConnection: sent,
          newConnection: anew,
          newProgramHeardNothing: heard,
        },
      },
      answer: whichHolds({
        udp: datagram === 'for the old one' && sent !== 'done' && heard,
        both: datagram === 'for the old one',
      }),
    };
  },

  because:
    'A datagram is addressed to a port, and the program that has the port now gets it, like any other datagram. So questions and answers should carry a number or a name that shows whom they are for. A connection is identified by the addresses of both ends, and its bytes are numbered. The new program has no such connection, so the system answers with a reset.',
  sources: ['RFC 768', 'RFC 9293 §3.5.2', 'RFC 8085 §5.1'],
  read: [
    'src/auction/server/doors/datagram-door.ts',
    'src/udp/datagram-socket.ts#async bind(',
  ],
});

/** The program sees a reset in one of its next calls. */
async function sendUntilItFails(client: ConnectionSocket): Promise<string> {
  for (let k = 0; k < 100; k += 1) {
    const code = await codeOf(client.sendall(Buffer.from('for the old one')));
    if (code !== 'done') return code;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return 'done';
}
