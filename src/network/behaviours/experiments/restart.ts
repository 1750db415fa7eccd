import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

export const restart = experiment({
  name: 'restart',
  question:
    'A server closes its connections, ends, and is started again at once. Does it get its port back?',
  answers: {
    both: 'yes, at once, over UDP and over TCP (in Node)',
    udp: 'UDP: at once; TCP: only after a minute (address already in use)',
    neither: 'only after a minute, over both',
  },
  expected: 'both',

  async run(lab) {
    const first = await lab.datagramSocket();
    const { port } = first.address;
    await first.close();
    const udp = await codeOf(lab.keep(new DatagramSocket()).bind({ port }));

    const door = await lab.welcomingSocket();
    const place = portOf(door.address);
    const client = await lab.connectedTo(door);
    const { connectionSocket } = await lab.accept(door);
    // The one that says goodbye first keeps the port for a while (TIME_WAIT): the server.
    await connectionSocket.shutdown();
    await client.recv(1);
    await client.shutdown();
    await connectionSocket.recv(1);
    await Promise.all([connectionSocket.close(), client.close(), door.close()]);
    const tcp = await codeOf(lab.welcomingSocket(undefined, place));

    return {
      udp: { told: `bind: ${udp}`, measured: { bind: udp } },
      tcp: { told: `listen: ${tcp}`, measured: { listen: tcp } },
      answer: whichHolds({
        both: udp === 'done' && tcp === 'done',
        udp: udp === 'done' && tcp !== 'done',
        neither: udp !== 'done' && tcp !== 'done',
      }),
    };
  },

  because:
    "The side that closes a TCP connection first remembers it for a while (TIME_WAIT, a minute on Linux), so that late packets do not reach a new connection. During that time Linux refuses the port to a new server, unless the server sets SO_REUSEADDR. Node sets it for every TCP server; the lecture's Python has to set it (setsockopt), or its second start fails.",
  sources: ['RFC 9293 §3.3.2, §3.6', 'socket(7), SO_REUSEADDR', 'RFC 1122 §4.2.2.13'],
  read: [
    'src/tcp/welcoming-socket.ts#async listen(',
    'src/tcp/welcoming-socket.ts#  async close(): Promise<void> {',
  ],
});
