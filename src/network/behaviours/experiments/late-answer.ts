import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { experiment, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';

export const lateAnswer = experiment({
  name: 'late-answer',
  question:
    'A client sends its question and shuts down its side. A bare Node server works for a moment, then answers. Does the answer arrive?',
  answers: {
    no: 'no: Node has closed the connection by itself, unless allowHalfOpen is set',
    yes: 'yes',
    both: 'no: a half-closed connection carries no answer',
  },
  expected: 'no',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('question'), receiver.address);
    const { address } = await receiver.recvfrom(100);
    await receiver.sendto(Buffer.from('answer'), address);
    const datagram = (await sender.recvfrom(100)).data.toString();

    const usual = await asked(lab, {});
    const halfOpen = await asked(lab, { allowHalfOpen: true });
    return {
      udp: {
        told: `'${datagram}' arrived; UDP has no end of stream`,
        measured: { answer: datagram },
      },
      tcp: {
        told: `usually: ${usual || 'no answer'}; with allowHalfOpen: ${halfOpen || 'no answer'}`,
        measured: { usual, allowHalfOpen: halfOpen },
      },
      answer: whichHolds({
        yes: usual === 'answer',
        no: halfOpen === 'answer',
        both: true,
      }),
    };
  },

  because:
    "Node ends its own side as soon as the peer has ended the other; what the program writes later is not sent (EPIPE). That is handy for programs that forget to close, but it is Node's choice, not TCP's: allowHalfOpen: true leaves the decision to the program, as the system calls do. Our sockets always set it.",
  sources: ['Node.js, net: allowHalfOpen', 'RFC 9293 §3.6.1'],
  read: [
    'src/tcp/welcoming-socket.ts#this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true })',
    'src/tcp/connection-socket.ts#when the peer has finished sending we may still answer',
  ],
});

async function asked(lab: Lab, options: { allowHalfOpen?: boolean }): Promise<string> {
  const door = lab.keep(createServer(options));
  await once(door.listen(0, '127.0.0.1'), 'listening');
  const { port } = door.address() as AddressInfo;
  const [client, [accepted]] = await Promise.all([
    lab.connectedTo({ address: { host: '127.0.0.1', port } }),
    once(door, 'connection') as Promise<[Socket]>,
  ]);
  const server = lab.keep(accepted).resume();
  const ended = lab.later(once(server, 'end'));
  await client.sendall(Buffer.from('question'));
  await client.shutdown();
  await ended;
  // The server works for a moment: until Node's own FIN, if there is one, has been sent.
  if (!server.allowHalfOpen) await once(server, 'finish');
  server.end('answer');
  return (await client.recv(100)).toString();
}
