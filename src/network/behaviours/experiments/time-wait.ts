import { once } from 'node:events';
import { connect } from 'node:net';
import type { WelcomingSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, type Lab, portOf } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const timeWait = experiment({
  name: 'time-wait',
  question:
    'A client closes its connection, and at once connects again, naming the same local port. Does that work?',
  answers: {
    both: 'yes, over UDP and over TCP',
    neither: 'no, over both',
    udp: 'UDP: yes; TCP: no, the port is in use for a while',
    named:
      'UDP: yes; TCP: yes if the client named the port the first time too; otherwise no',
  },
  expected: 'named',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, receiver.address);
    const { port } = (await receiver.recvfrom(10)).address;
    await sender.close();
    const again = lab.keep(new DatagramSocket());
    const udp = await codeOf(again.bind({ port }));

    const door = await lab.welcomingSocket();
    const { port: systems } = await talk(lab, door);
    const chosen = await codeOf(talk(lab, door, systems));
    const mine = await lab.freePort();
    await talk(lab, door, mine);
    const named = await codeOf(talk(lab, door, mine));

    const bound = udp === 'done';
    return {
      udp: { told: `bind: ${udp}`, measured: { bind: udp } },
      tcp: {
        told: `port ${systems}, the system's choice, once more: ${chosen}; port ${mine}, named both times: ${named}`,
        measured: { chosenThenNamed: chosen, namedTwice: named },
      },
      answer: whichHolds({
        both: bound && chosen === 'done' && named === 'done',
        named: bound && chosen !== 'done' && named === 'done',
        udp: bound && named !== 'done',
        neither: !bound && named !== 'done',
      }),
    };
  },

  because:
    'The side that says goodbye first keeps the connection in TIME_WAIT (for a minute on Linux), for two reasons: its last acknowledgement may be lost and may have to be repeated, and late packets must not be mistaken for those of a new connection between the same two ports. What Linux refuses here is not the connection but the bind before it: a port in TIME_WAIT can be bound only if the old socket and the new one have both set SO_REUSEADDR. Node sets it when a program names a port (localPort), and it is not set when the system chooses one. After the bind, connect works at once, because time stamps tell old packets from new ones; where they are turned off, it fails (EADDRNOTAVAIL). So let the system choose a port; but a client that opens thousands of short connections to one server can run out of ports.',
  sources: [
    'RFC 9293 §3.3.2, §3.6',
    'RFC 6191',
    'socket(7), SO_REUSEADDR',
    'bind(2), EADDRINUSE',
    'connect(2), EADDRNOTAVAIL',
    'tcp(7), tcp_timestamps, tcp_tw_reuse',
  ],
  read: [
    'src/tcp/connection-socket.ts#A client gets one, with a port',
    'src/network/behaviours/experiments/restart.ts',
  ],
  differs: {
    win32: 'On Windows Node does not set SO_REUSEADDR, and other rules apply.',
    darwin:
      'On macOS the bind is allowed and connect is refused (EADDRINUSE) as long as TIME_WAIT lasts, 30 seconds.',
    freebsd:
      'On FreeBSD the bind is allowed and connect is refused (EADDRINUSE) as long as TIME_WAIT lasts.',
  },
});

/**
 * A connection, from its beginning to the client's goodbye, which comes first.
 * @returns the client's port @throws what the system says of its bind or its connect
 */
async function talk(
  lab: Lab,
  door: WelcomingSocket,
  localPort?: number,
): Promise<{ port: number }> {
  // Bare: our ConnectionSocket leaves the choice of its port to the system.
  const from = localPort === undefined ? {} : { localPort };
  const to = { host: '127.0.0.1', port: portOf(door.address), allowHalfOpen: true };
  const client = lab.keep(connect({ ...to, ...from }));
  await once(client, 'connect');
  const port = client.localPort!;
  const { connectionSocket } = await lab.accept(door);
  client.end();
  await connectionSocket.recv(1); // the client's end
  await connectionSocket.close();
  await once(client.resume(), 'close');
  return { port };
}
