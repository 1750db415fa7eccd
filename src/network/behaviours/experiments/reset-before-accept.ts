import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const resetBeforeAccept = experiment({
  name: 'reset-before-accept',
  question:
    'The server is busy. A client sends and closes, or connects and breaks off (reset); a second client connects. Then the server receives. What does it get?',
  answers: {
    second: 'UDP: the message; TCP: the second connection, since the first is gone',
    error: 'UDP: the message; TCP: an error from accept',
    both: 'UDP: the message; TCP: both connections, but the first is broken',
    nothing: 'nothing from the client that broke off, over both',
  },
  expected: 'both',

  programs: {
    async server(lab, parent) {
      const datagrams = await lab.datagramSocket();
      // A bare server, because our WelcomingSocket asks who has connected.
      const door = lab.keep(createServer());
      const accepted: Promise<string>[] = [];
      const second = new Promise<void>((resolve) => {
        door.on('connection', (socket) => {
          const read = text(lab.keep(socket));
          const seen = read.catch(() => codeOf(read));
          accepted.push(seen);
          void seen.then((what) => what === 'hello' && resolve());
        });
      });
      await once(door.listen(0, '127.0.0.1'), 'listening');
      parent.sayAndGoDeaf({ udp: datagrams.address, tcp: door.address() });
      const { data } = await datagrams.recvfrom(10);
      await second; // they are accepted in order
      await parent.say({ udp: data.toString(), tcp: await Promise.all(accepted) });
    },
  },

  async run(lab) {
    const program = lab.program('server');
    const server = await program.heard<Record<'udp' | 'tcp', AddressInfo>>();
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, server.udp);
    await sender.close();

    (await lab.connectedTo({ address: server.tcp })).reset();
    const second = await lab.connectedTo({ address: server.tcp });
    await second.sendall(HELLO);
    await second.shutdown();
    program.wake();
    const { udp, tcp } = await program.heard<{ udp: string; tcp: string[] }>();
    return {
      udp: { told: `received '${udp}'`, measured: { received: udp } },
      tcp: {
        told: `${tcp.length} connections accepted: ${tcp.join(', then ')}`,
        measured: { accepted: tcp },
      },
      answer: whichHolds({
        both: tcp.length === 2 && tcp[0] === 'ECONNRESET' && tcp[1] === 'hello',
        second: tcp.length === 1 && tcp[0] === 'hello',
        nothing: udp === '',
      }),
    };
  },

  because:
    "The system completes connections by itself and queues them for accept; the client's reset reaches a connection that is already in the queue. Linux leaves it there: accept returns a socket that looks like any other, and the first call on it fails (ECONNRESET; even asking who the peer was fails, ENOTCONN). Elsewhere accept passes over it or fails (ECONNABORTED). A server must survive all of this: such an error is no reason to stop accepting, and Node goes on. A datagram that has arrived stays, whatever happens to its sender.",
  sources: [
    'accept(2), ECONNABORTED',
    'RFC 9293 §3.5.2',
    'Stevens: UNIX Network Programming 1 §5.11',
  ],
  read: ['src/tcp/welcoming-socket.ts#async accept(', 'src/common/hear-out.ts'],
  differs: {
    darwin: 'On macOS accept does not hand out the first connection.',
    freebsd: 'On FreeBSD accept does not hand out the first connection (ECONNABORTED).',
  },
});
