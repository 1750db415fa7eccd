import { setImmediate } from 'node:timers/promises';
import { experiment, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';
import { some } from '../words.ts';

const WORD = Buffer.from('hello');
const TRIES = 1000;

export const sendAfterClose = experiment({
  name: 'send-after-close',
  question: 'A program has seen that its peer has closed. Does its next send call fail?',
  answers: {
    first: 'over TCP the first one fails, over UDP none',
    both: 'the first one fails, over both',
    never: 'none fails, over both',
    later: 'over TCP the first one works and a later one fails, over UDP none',
  },
  expected: 'later',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    const { port } = receiver.address;
    await receiver.close();
    const datagrams = await untilOneFails(() => sender.sendto(WORD, { port }), 10);

    const { client, server } = await lab.connection({ noDelay: true });
    await server.close();
    const end = (await client.recv(10)).length; // zero: we know it
    const stream = await untilOneFails(() => client.sendall(WORD), TRIES);

    return {
      udp: {
        told: `${some(datagrams.worked, 'call')} worked, none failed`,
        measured: { worked: datagrams.worked, error: datagrams.code },
      },
      tcp: {
        told: `recv gave ${end} bytes; then ${some(stream.worked, 'call')} worked, the next: ${stream.code}`,
        measured: { worked: stream.worked, error: stream.code },
      },
      answer: whichHolds({
        both: datagrams.code !== 'done',
        never: stream.code === 'done',
        first: stream.worked === 0,
        later: true,
      }),
    };
  },

  because:
    "TCP's goodbye says only that the peer will send no more; it might still read. So the first send works, and its data reaches the other kernel. No program there has the socket any more, so that kernel answers with a reset. From then on the socket is broken, and the next call says so (EPIPE, ECONNRESET). So the call that fails comes after the call whose data was lost.",
  sources: ['RFC 9293 §3.5.2', 'send(2), EPIPE', 'shutdown(2)'],
  read: [
    'src/tcp/connection-socket.ts#What broke the connection; every later call reports it',
    'examples/06-nobody-there/half-close-server.ts',
  ],
});

/** The reset is on its way meanwhile, so each try waits for one turn of the event loop. */
async function untilOneFails(
  send: () => Promise<unknown>,
  tries: number,
): Promise<{ worked: number; code: string }> {
  for (let worked = 0; worked < tries; worked += 1) {
    const code = await codeOf(send());
    if (code !== 'done') return { worked, code };
    await setImmediate();
  }
  return { worked: tries, code: 'done' };
}
