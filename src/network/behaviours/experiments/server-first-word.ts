import { DatagramSocket } from '../../../udp/index.ts';
import { experiment } from '../experiment.ts';

const WELCOME = Buffer.from('welcome');

export const serverFirstWord = experiment({
  name: 'server-first-word',
  question: 'A client has connected and says nothing. Can the server speak first?',
  answers: {
    both: 'yes, over UDP and over TCP',
    tcp: 'over TCP yes; over UDP it does not know that the client exists',
    neither: 'no: a client asks, a server answers',
  },
  expected: 'tcp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const client = lab.keep(new DatagramSocket());
    await client.connect(receiver.address);
    const unknown = await lab.stillPending(
      receiver.recvfrom(100),
      200,
      'on one machine a packet takes less than a millisecond',
    );

    const door = await lab.welcomingSocket();
    const silent = await lab.connectedTo(door);
    const { connectionSocket } = await lab.accept(door);
    await connectionSocket.sendall(WELCOME);
    const heard = (await silent.recvExactly(WELCOME.length)).toString();

    return {
      udp: {
        told: unknown
          ? 'connect sent nothing: the server has no address'
          : 'the server heard something',
        measured: { serverHeard: !unknown },
      },
      tcp: {
        told: `the client received '${heard}' before it sent anything`,
        measured: { clientReceived: heard },
      },
      answer: unknown ? 'tcp' : 'both',
    };
  },

  because:
    'TCP exchanges packets to connect, so the server knows a client that has not sent anything yet; mail servers greet first. Connecting a UDP socket sends no packet, so nobody else notices. A UDP server learns an address only from a datagram, so over UDP the client must begin.',
  sources: ['connect(2)', 'RFC 9293 §3.5', 'RFC 5321 §3.1'],
  read: [
    'src/udp/datagram-socket.ts#Nothing is sent:',
    'src/tcp/welcoming-socket.ts#async accept(',
  ],
});
