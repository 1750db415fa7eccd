import type { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const oneAtATime = experiment({
  name: 'one-at-a-time',
  question:
    'A server serves its clients one after the other. The first has connected and says nothing. A second one comes and asks. When is it answered?',
  answers: {
    once: 'at once, over UDP and over TCP',
    refused: 'UDP: at once; TCP: never, it cannot connect',
    later: 'UDP: at once; TCP: it connects at once, but waits until the first has gone',
  },
  expected: 'later',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const [first, second] = [await lab.datagramSocket(), await lab.datagramSocket()];
    await second.sendto(HELLO, receiver.address);
    const { data, address } = await receiver.recvfrom(10);
    await receiver.sendto(data, address);
    const datagram = (await second.recvfrom(10)).data.toString();
    const known = first.queued + receiver.queued > 0;

    const inTurn = await served(lab, 300, (serving) => serving);
    const atOnce = await served(lab, 20_000, () => undefined);
    return {
      udp: {
        told: `answered at once ('${datagram}'); the server never hears of a silent client`,
        measured: { answer: datagram, silentClientKnown: known },
      },
      tcp: {
        told: `one at a time: ${told(inTurn)}; side by side: ${told(atOnce)}`,
        measured: { oneAtATimeWaited: inTurn, sideBySideWaited: atOnce },
      },
      answer: whichHolds({ later: inTurn && !atOnce, once: !inTurn }),
    };
  },

  because:
    'The system makes the connection, so connect works while the server is busy with somebody else; nobody reads the question. One client that connects and says nothing stops such a server for all others, on purpose or because its cable was pulled out. So give each connection its own thread, process or task; in Node each has its own events. And limit how long a client may be silent. A UDP server takes whatever datagram comes next, so nobody can keep it waiting, as long as one datagram is the whole question.',
  sources: ['listen(2)', 'accept(2)', 'Stevens: UNIX Network Programming 1 §4.8'],
  read: [
    'examples/03-blocking-calls/tcp-server.ts',
    'examples/02-tcp-uppercase/server.ts',
  ],
});

/**
 * Whether a second client had to wait until a silent first one had gone.
 * @param patience milliseconds after which it counts as waiting
 * @param awaited what the server waits for before it accepts the next connection
 */
async function served(
  lab: Lab,
  patience: number,
  awaited: (serving: Promise<void>) => Promise<void> | undefined,
): Promise<boolean> {
  const door = await lab.welcomingSocket();
  const serveAll = async (): Promise<void> => {
    for (;;) {
      const { connectionSocket } = await lab.accept(door);
      await awaited(lab.later(serve(connectionSocket)));
    }
  };
  void lab.later(serveAll());
  const silent = await lab.connectedTo(door);
  const asking = await lab.connectedTo(door);
  await asking.sendall(HELLO);
  const answer = lab.later(asking.recvExactly(HELLO.length));
  const waited = await lab.stillPending(
    answer,
    patience,
    'on one machine an answer takes less than a millisecond',
  );
  await silent.close();
  await answer;
  return waited;
}

async function serve(connection: ConnectionSocket): Promise<void> {
  for (;;) {
    const data = await connection.recv(100);
    if (data.length === 0) return await connection.close();
    await connection.sendall(data);
  }
}

function told(waited: boolean): string {
  return waited ? 'no answer until the first had gone' : 'at once';
}
