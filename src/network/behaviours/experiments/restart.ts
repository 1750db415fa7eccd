import type { ConnectionSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, portOf } from '../lab.ts';

export const restart = experiment({
  name: 'restart',
  question:
    'A Node server closes its connections, ends, and is started again at once. Does it get its port back?',
  answers: {
    both: 'yes, at once, over UDP and over TCP',
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
    await goodbye(connectionSocket, client);
    await door.close();
    const tcp = await codeOf(lab.welcomingSocket(undefined, place));

    // A client's port that the system chose: its socket had no SO_REUSEADDR.
    const other = await lab.welcomingSocket();
    const without = await lab.connectedTo(other);
    const left = portOf(without.address);
    await goodbye(without, (await lab.accept(other)).connectionSocket);
    const after = await codeOf(lab.welcomingSocket(undefined, left));

    return {
      udp: { told: `bind: ${udp}`, measured: { bind: udp } },
      tcp: {
        told: `listen: ${tcp}; if the earlier socket had no SO_REUSEADDR: ${after}`,
        measured: { listen: tcp, afterSocketWithoutReuse: after },
      },
      answer: whichHolds({
        both: udp === 'done' && tcp === 'done',
        udp: udp === 'done' && tcp !== 'done',
        neither: udp !== 'done' && tcp !== 'done',
      }),
    };
  },

  because:
    "The side that closes a TCP connection first remembers it for a while (TIME_WAIT, a minute on Linux), so that late packets do not reach a new connection. Meanwhile Linux lets a server bind to the port only if the server before it and the new one have both set SO_REUSEADDR. Node sets it for every TCP server, except on Windows. The lecture's Python has to set it (setsockopt) from the very first start: after a server without it, even a second one with it is refused. If the clients closed first, nothing is left at the server, and the port is free in any case.",
  sources: ['RFC 9293 §3.3.2, §3.6', 'socket(7), SO_REUSEADDR', 'RFC 1122 §4.2.2.13'],
  read: [
    'src/tcp/welcoming-socket.ts#async listen(',
    'src/tcp/welcoming-socket.ts#  async close(): Promise<void> {',
  ],
  differs: {
    win32:
      "On Windows Node does not set SO_REUSEADDR, which there lets a program take another's port; a port in TIME_WAIT follows other rules.",
    darwin: 'On macOS it is enough that the new server sets SO_REUSEADDR.',
    freebsd: 'On FreeBSD it is enough that the new server sets SO_REUSEADDR.',
  },
});

/** Ends a connection; `first` sends its FIN first and stays in TIME_WAIT. */
async function goodbye(first: ConnectionSocket, second: ConnectionSocket): Promise<void> {
  await first.shutdown();
  await second.recv(1);
  await second.shutdown();
  await first.recv(1);
  await Promise.all([first.close(), second.close()]);
}
