import { once } from 'node:events';
import { connect } from 'node:net';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const timeWait = experiment({
  name: 'time-wait',
  question:
    'A client closes its connection, and connects again from the same local port. Does that work?',
  answers: {
    both: 'yes, over UDP and over TCP',
    neither: 'no, over both',
    udp: 'UDP: yes; TCP: no, its old port is still in use',
  },
  expected: 'udp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, receiver.address);
    const { port } = (await receiver.recvfrom(10)).address;
    await sender.close();
    const again = lab.keep(new DatagramSocket());
    const udp = await codeOf(again.bind({ port }));

    const door = await lab.welcomingSocket();
    const to = { host: '127.0.0.1', port: portOf(door.address) };
    const client = lab.keep(connect({ ...to, allowHalfOpen: true }));
    await once(client, 'connect');
    const localPort = client.localPort!; // the system's choice
    const { connectionSocket } = await lab.accept(door);
    client.end();
    await connectionSocket.recv(1); // the client said goodbye first
    await connectionSocket.close();
    await once(client.resume(), 'close');
    const tcp = await codeOf(once(lab.keep(connect({ ...to, localPort })), 'connect'));

    return {
      udp: { told: `bind: ${udp}`, measured: { bind: udp } },
      tcp: { told: `connect from port ${localPort}: ${tcp}`, measured: { connect: tcp } },
      answer: whichHolds({
        both: udp === 'done' && tcp === 'done',
        udp: udp === 'done' && tcp !== 'done',
        neither: udp !== 'done' && tcp !== 'done',
      }),
    };
  },

  because:
    'The side that says goodbye first keeps the connection in TIME_WAIT (for a minute on Linux), for two reasons: its last acknowledgement may be lost and have to be repeated, and late packets must not be mistaken for those of a new connection between the same two ports. That is why clients let the system choose a port, and why a client that opens thousands of short connections can run out of ports.',
  sources: ['RFC 9293 §3.3.2, §3.6', 'bind(2), EADDRINUSE', 'tcp(7), tcp_tw_reuse'],
  read: [
    'src/tcp/connection-socket.ts#A client gets one, with a port',
    'src/network/behaviours/experiments/time-wait.ts',
  ],
  differs: {
    win32: 'Windows may report it differently, or free the port sooner.',
    darwin: 'On macOS TIME_WAIT lasts 30 seconds.',
  },
});
