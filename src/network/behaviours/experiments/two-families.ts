import { ConnectionSocket, WelcomingSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const twoFamilies = experiment({
  name: 'two-families',
  question:
    "A server listens on ::1, this machine's own address in IPv6. A client connects to the same port of 127.0.0.1. Does it reach the server?",
  answers: {
    yes: 'yes: both mean this machine, and the port is the same',
    no: 'no, over UDP and over TCP: it is a different address',
    tcp: 'over TCP yes, over UDP no',
  },
  expected: 'no',

  async run(lab) {
    const port = await lab.freePort();
    const receiver = lab.keep(new DatagramSocket({ family: 'IPv6' }));
    const bound = await codeOf(receiver.bind({ host: '::1', port }));
    if (bound !== 'done') throw new NotHere(`this machine has no ::1 (${bound})`);
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, { port });
    const other = lab.keep(new DatagramSocket({ family: 'IPv6' }));
    await other.sendto(Buffer.from('by IPv6'), { host: '::1', port });
    const datagram = (await receiver.recvfrom(10)).data.toString();
    const more = !(await lab.stillPending(
      receiver.recvfrom(10),
      200,
      'on one machine a packet takes less than a millisecond',
    ));

    const door = lab.keep(new WelcomingSocket());
    await door.bind({ host: '::1', port });
    await door.listen(5);
    const wrong = await codeOf(lab.keep(new ConnectionSocket()).connect({ port }));
    const right = await codeOf(
      lab.keep(new ConnectionSocket()).connect({ host: '::1', port }),
    );

    const udp = datagram === 'hello' || more;
    return {
      udp: {
        told: `received only '${datagram}'${more ? ' and more' : ''}`,
        measured: { received: datagram, fromIPv4: udp },
      },
      tcp: {
        told: `connect to 127.0.0.1: ${wrong}; to ::1: ${right}`,
        measured: { connectIPv4: wrong, connectIPv6: right },
      },
      answer: whichHolds({ yes: wrong === 'done' && udp, no: wrong !== 'done' && !udp }),
    };
  },

  because:
    'A socket is bound to an address, and these are two different addresses, although both mean this machine. The name localhost is a common surprise: it means ::1 to one program and 127.0.0.1 to another. A TCP client that is given a name may try all its addresses (Node does); a datagram goes to one.',
  sources: ['ipv6(7)', 'RFC 4291 §2.5.3', 'RFC 8305'],
  read: [
    'examples/07-families-and-paths/server.ts#Using the port twice is not a conflict',
    'src/common/address.ts#export const LOOPBACK',
  ],
});
