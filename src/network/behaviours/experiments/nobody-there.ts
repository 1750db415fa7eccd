import { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment } from '../experiment.ts';
import { codeOf } from '../lab.ts';

export const nobodyThere = experiment({
  name: 'nobody-there',
  question: "Nobody is listening on the port. What does a client's first call return?",
  answers: {
    both: 'an error, over UDP and over TCP',
    tcp: 'UDP: the message was sent; TCP: connection refused',
    neither: 'nothing: both wait until a server starts',
  },
  expected: 'tcp',

  async run(lab) {
    const port = await lab.freePort();
    const sender = await lab.datagramSocket();
    const sent = await sender.sendto(Buffer.from('hello'), { port });

    const client = lab.keep(new ConnectionSocket());
    const refused = await codeOf(client.connect({ port }));

    return {
      udp: { told: `sendto: ${sent} bytes sent`, measured: { bytesSent: sent } },
      tcp: { told: `connect: ${refused}`, measured: { connect: refused } },
      answer: sent === 5 && refused === 'ECONNREFUSED' ? 'tcp' : undefined,
    };
  },

  because:
    "In UDP, sent means handed to the system. The machine at the other end does answer that the port is closed (ICMP), but Node's unconnected sockets are not told. TCP asks first: if nobody listens, the answer to the first packet (SYN) is a reset, so connect fails before any data is sent.",
  sources: ['udp(7)', 'connect(2), ECONNREFUSED', 'RFC 9293 §3.5.2', 'RFC 1122 §4.1.3.3'],
  read: [
    'examples/06-nobody-there/udp-nobody.ts',
    'examples/06-nobody-there/tcp-nobody.ts',
    'src/udp/datagram-socket.ts#which says nothing about',
  ],
  differs: {
    win32:
      'Windows tries a refused connection twice more, so the error takes a second or two.',
  },
});
