import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf, type Lab } from '../lab.ts';

/** The broadcast address of the loopback network: nothing leaves this machine. */
const EVERYBODY = '127.255.255.255';

export const broadcast = experiment({
  name: 'broadcast',
  question:
    'One message should reach every program on the network that listens on a port. Can one send call do that?',
  answers: {
    both: 'yes, over UDP and over TCP',
    plain: 'over UDP yes, without asking first; over TCP no',
    asked: 'over UDP yes, if the program has asked for it (SO_BROADCAST); over TCP no',
    no: 'no: one call for each receiver',
  },
  expected: 'asked',

  async run(lab) {
    const port = await lab.freePort();
    const listeners = [await listener(lab, port), await listener(lab, port)];
    const heard = lab.later(
      Promise.all(listeners.map((socket) => once(socket, 'message'))),
    );

    const sender = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
    await once(sender, 'listening');
    const plain = await codeOf(shout(sender, port));
    sender.setBroadcast(true);
    const asked = await codeOf(shout(sender, port));
    if (asked !== 'done')
      throw new NotHere(
        `this system does not broadcast on its loopback network (${asked})`,
      );
    const nobody = await lab.stillPending(
      heard,
      1000,
      'on one machine a packet takes less than a millisecond',
    );
    if (nobody)
      throw new NotHere('this system delivers no broadcast on its loopback network');

    const client = lab.keep(new ConnectionSocket());
    const tcp = await codeOf(client.connect({ host: EVERYBODY, port }));
    return {
      udp: {
        told: `without asking: ${plain}; then 1 call reached ${listeners.length} sockets`,
        measured: { withoutAsking: plain, received: listeners.length },
      },
      tcp: { told: `connect: ${tcp}`, measured: { connect: tcp } },
      answer: whichHolds({
        both: tcp === 'done',
        asked: plain === 'EACCES',
        plain: true,
      }),
    };
  },

  because:
    'A datagram can be sent to an address that means everybody on this network, and every socket that is bound to the port gets a copy. This disturbs every machine there, so the system makes the program confirm that it is not an accident. Routers do not pass a broadcast on, and IPv6 has none. A connection has two ends, so TCP cannot broadcast.',
  sources: ['socket(7), SO_BROADCAST', 'ip(7)', 'RFC 919', 'RFC 1122 §3.3.6, §4.2.3.10'],
  read: [
    'src/common/explanations.ts#not allowed to send to',
    'src/network/behaviours/experiments/multicast.ts',
  ],
  differs: {
    win32:
      'Windows requires receivers to bind to all addresses; on the loopback network a broadcast may not arrive.',
    darwin: 'macOS has no broadcast on the loopback network.',
  },
});

async function listener(lab: Lab, port: number): Promise<Socket> {
  const socket = lab.keep(createSocket({ type: 'udp4', reuseAddr: true }));
  const bound = await codeOf(once(socket.bind(port, EVERYBODY), 'listening'));
  if (bound === 'done') return socket;
  throw new NotHere(`this system does not let a socket bind to ${EVERYBODY} (${bound})`);
}

async function shout(sender: Socket, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sender.send('hear, hear', port, EVERYBODY, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}
