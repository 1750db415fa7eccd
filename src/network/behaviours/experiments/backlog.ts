import { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';

const CLIENTS = 4;
const WORD = Buffer.from('hello');

export const backlog = experiment({
  name: 'backlog',
  question:
    'A server calls listen(1) and is then too busy to call accept. Four clients try to connect. What happens to them?',
  answers: {
    refused: 'one connects, three are refused',
    late: 'two connect at once; the others wait, and connect later',
    all: 'all four connect at once',
    none: 'none connects before accept is called',
  },
  expected: 'late',
  runs: 'first',

  programs: {
    async server(lab, parent) {
      const datagrams = await lab.datagramSocket();
      const door = await lab.welcomingSocket(undefined, 0, 1);
      parent.sayAndGoDeaf({ udp: datagrams.address, tcp: door.address });
      let received = 0;
      while (received < CLIENTS)
        received += (await datagrams.recvfrom(5)).data.length / 5;
      await parent.say(received);
    },
  },

  async run(lab) {
    const program = lab.program('server');
    const server = await program.heard<Record<'udp' | 'tcp', { port: number }>>();
    for (let k = 0; k < CLIENTS; k += 1) {
      const sender = await lab.datagramSocket();
      await sender.sendto(WORD, server.udp);
    }

    let connected = 0;
    let refused = 0;
    const start = performance.now();
    const attempts = Array.from({ length: CLIENTS }, async () => {
      const client = lab.keep(new ConnectionSocket());
      await client.connect(server.tcp).then(
        () => (connected += 1),
        () => (refused += 1),
      );
    });
    const ended = Promise.all(attempts);
    await lab.stillPending(
      ended,
      300,
      'on one machine connecting takes less than a millisecond, and a client whose first packet was ignored repeats it after a second',
    );
    const atOnce = connected;
    program.wake();
    await ended;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const received = await program.heard<number>();

    return {
      udp: {
        told: `nothing to accept: ${received} of ${CLIENTS} datagrams waited for the server`,
        measured: { sent: CLIENTS, received },
      },
      tcp: {
        told: `${atOnce} of ${CLIENTS} connected at once, ${connected} after ${seconds} s, ${refused} refused`,
        measured: { connectedAtOnce: atOnce, connectedInTheEnd: connected, refused },
      },
      answer: whichHolds({
        refused: refused > 0,
        all: atOnce === CLIENTS,
        none: atOnce === 0,
        late: true,
      }),
    };
  },

  because:
    "The system completes connections by itself and keeps them for accept: backlog + 1 of them on Linux. When no more fit, Linux ignores a new client's first packet, as if it had been lost. The client sends it again a second later, and again after that: since Linux 6.5 four more times at intervals of about a second, before that after two, four and eight seconds. The lecture says that those clients are refused; that is only one of the two things that a system may do.",
  sources: ['listen(2)', 'RFC 9293 §3.10.7.2', 'tcp(7), tcp_abort_on_overflow'],
  read: [
    'examples/03-blocking-calls/busy-server.ts#while (Date.now() < end);',
    'src/tcp/welcoming-socket.ts#async listen(',
  ],
  differs: {
    win32:
      'Windows refuses clients when the queue is full, and its clients retry for about two seconds.',
    darwin: 'macOS queues up to one and a half times the backlog.',
  },
});
