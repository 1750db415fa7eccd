import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { experiment, whichHolds } from '../experiment.ts';
import type { ProgramEnd } from '../program.ts';

/** How long the programs live when nothing ends them, in milliseconds. */
const LIFE = 700;

export const nobodyThereUnheard = experiment({
  name: 'nobody-there-unheard',
  question:
    "Two small Node programs without a listener for 'error' send to a port where nobody listens, one over connected UDP, one over TCP. What happens to them?",
  answers: {
    crash: 'both crash',
    run: 'both keep running: without a listener nothing happens',
    tcp: 'the one over TCP crashes, the one over UDP keeps running',
  },
  expected: 'crash',

  programs: {
    async udp(_, { given }) {
      const socket = createSocket('udp4');
      socket.connect(given as number, '127.0.0.1', () => socket.send('hello'));
      setTimeout(() => process.exit(0), LIFE);
    },
    async tcp(_, { given }) {
      connect(given as number, '127.0.0.1');
      setTimeout(() => process.exit(0), LIFE);
    },
  },

  async run(lab) {
    const port = await lab.freePort();
    const [udp, tcp] = await Promise.all(
      ['udp', 'tcp'].map((role) => lab.program(role, port).ended),
    );
    const crashed = ({ code, stderr }: typeof udp & {}): boolean =>
      code !== 0 && stderr.includes('ECONNREFUSED');
    const [udpCrashed, tcpCrashed] = [crashed(udp!), crashed(tcp!)];
    return {
      udp: { told: words(udp!, udpCrashed), measured: { exitStatus: udp!.code ?? -1 } },
      tcp: { told: words(tcp!, tcpCrashed), measured: { exitStatus: tcp!.code ?? -1 } },
      answer: whichHolds({
        crash: udpCrashed && tcpCrashed,
        tcp: tcpCrashed,
        run: !udpCrashed,
      }),
    };
  },

  because:
    "An 'error' event without a listener is thrown, and ends the process. That is well known for connections. But a connected datagram socket gets errors too: the report that a datagram found a closed port. A UDP program with hundreds of peers must not die because one of them has gone: give every socket an 'error' listener.",
  sources: ['Node.js, Events: error events', 'udp(7), ECONNREFUSED'],
  read: [
    "src/udp/datagram-socket.ts#this.#socket.on('error', (error) => {",
    "src/tcp/connection-socket.ts#this.#socket.on('error', this.#onFailure);",
  ],
  differs: {
    win32: 'On Windows the UDP program is not told, and keeps running.',
  },
});

function words({ code, signal }: ProgramEnd, refused: boolean): string {
  if (refused) return `exit status ${code}, ECONNREFUSED not handled`;
  return `ran to its end, ${signal ?? code}`;
}
