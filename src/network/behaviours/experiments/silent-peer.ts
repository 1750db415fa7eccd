import { experiment, whichHolds } from '../experiment.ts';

const HELLO = Buffer.from('hello');
/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 500;

export const silentPeer = experiment({
  name: 'silent-peer',
  question:
    'The server program hangs: it is running, but makes no calls. A new client connects, sends and waits. When does it get an error?',
  answers: {
    connect: 'TCP: connect fails; UDP: never',
    send: 'TCP: connect works, sending fails; UDP: never',
    soon: 'TCP: the missing answer is noticed within half a second; UDP: never',
    never: 'never, over both: all calls work, and no answer comes',
  },
  expected: 'never',

  programs: {
    async server(lab, parent) {
      const datagrams = await lab.datagramSocket();
      const door = await lab.welcomingSocket();
      parent.sayAndGoDeaf({ udp: datagrams.address, tcp: door.address }); // and nobody wakes it
    },
  },

  async run(lab) {
    const program = lab.program('server');
    const server = await program.heard<Record<'udp' | 'tcp', { port: number }>>();

    const sender = await lab.datagramSocket();
    const sent = await sender.sendto(HELLO, server.udp);
    const datagram = lab.later(sender.recvfrom(5));
    const client = await lab.connectedTo({ address: server.tcp });
    await client.sendall(HELLO);
    const piece = lab.later(client.recv(5));

    const because =
      'waiting longer would change nothing: with nothing unacknowledged, TCP runs no timer';
    const [udp, tcp] = await Promise.all([
      lab.stillPending(datagram, PATIENCE, because),
      lab.stillPending(piece, PATIENCE, because),
    ]);
    return {
      udp: {
        told: `sendto: ${sent} bytes; recvfrom: ${udp ? 'nothing' : 'something'} in ${PATIENCE} ms`,
        measured: { bytesSent: sent, silent: udp },
      },
      tcp: {
        told: `connect and sendall: done; recv: ${tcp ? 'nothing' : 'something'} in ${PATIENCE} ms`,
        measured: { connected: true, sent: true, silent: tcp },
      },
      answer: whichHolds({ never: udp && tcp, soon: udp }),
    };
  },

  because:
    "The kernel makes connections, acknowledges data and stores it, and the kernel is still running. TCP can tell that the peer's kernel has the bytes, not that a program reads them. Only an answer shows that the program is alive, and only a time-out ends the wait for one: that is why every waiting call here takes one.",
  sources: ['listen(2)', 'RFC 1122 §4.2.3.6', 'RFC 5482 §1'],
  read: [
    'examples/06-nobody-there/silence.ts',
    'src/common/wait.ts#export class Wait<T>',
  ],
});
