import type { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { type Lab, nextOn } from '../lab.ts';

export const reset = experiment({
  name: 'reset',
  question:
    'A server can end a conversation by close or by reset. Can its client tell which it was?',
  answers: {
    tcp: 'over TCP yes; over UDP it notices neither',
    both: 'yes, over UDP and over TCP',
    no: 'no: both look the same',
  },
  expected: 'tcp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('hello'), receiver.address);
    const { address } = await receiver.recvfrom(10);
    await receiver.sendto(Buffer.from('hello'), address);
    await sender.recvfrom(10);
    await receiver.close();
    const silent = await lab.stillPending(
      sender.recvfrom(10),
      200,
      'on one machine a packet takes less than a millisecond',
    );

    const closed = await seen(lab, (server) => void server.close());
    const broken = await seen(lab, (server) => server.reset());
    return {
      udp: { told: silent ? 'close: nothing' : 'close: something', measured: { silent } },
      tcp: {
        told: `close: ${closed}; reset: ${broken}`,
        measured: { close: closed, reset: broken },
      },
      answer: whichHolds({ no: closed === broken, tcp: silent, both: true }),
    };
  },

  because:
    'Close is a goodbye (FIN): everything before it arrives, and the reader sees the end of the stream. A reset (RST) slams the door: what was not yet sent is discarded, and the reader gets an error. A server may reset a client that misbehaves, and the system answers with a reset when nobody listens on a port. A datagram socket sends nothing when it closes, so no peer can notice.',
  sources: ['RFC 9293 §3.5.2, §3.6', 'socket(7), SO_LINGER'],
  read: [
    'src/tcp/connection-socket.ts#  reset(): void {',
    'src/tcp/connection-socket.ts#  close(): Promise<void> {',
  ],
});

async function seen(lab: Lab, end: (server: ConnectionSocket) => void): Promise<string> {
  const { client, server } = await lab.connection();
  end(server);
  return await nextOn(client);
}
