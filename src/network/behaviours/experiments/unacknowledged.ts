import { once } from 'node:events';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';
import { kernelTimer } from '../linux-proc.ts';
import {
  connectionThere,
  HERE,
  switchOff,
  THERE,
  TWO_MACHINES,
} from '../other-machine.ts';
import { rounded } from '../words.ts';

/** Makes the kernel give up much earlier than after fifteen repetitions. */
const PREPARED = [...TWO_MACHINES, 'echo 0 > /proc/sys/net/ipv4/tcp_retries2'];
/** A program's own limit, in milliseconds. */
const LIMIT = 100;

interface Heard {
  sent: string;
  heard: boolean;
  written: string;
  /** How long the kernel waits after each packet, in seconds. */
  waits: number[];
  error: string;
  /** Seconds until then; and until the program's own limit ended another, milliseconds. */
  after: number;
  limitedAfter: number;
}

export const unacknowledged = experiment({
  name: 'unacknowledged',
  question:
    "A client and a server have talked; then the server's machine is switched off. The client sends once more, and waits for the answer. What do its calls return?",
  answers: {
    send: 'UDP: nothing; TCP: the send call fails',
    late: 'UDP: nothing; TCP: sending works, and after many minutes waiting fails',
    ever: 'nothing, over both: they wait for ever',
  },
  expected: 'late',

  programs: {
    async alone(lab, parent) {
      const { client } = await connectionThere(lab);
      const { client: limited } = await connectionThere(lab);
      const sender = lab.keep(new DatagramSocket());
      await sender.bind({ host: HERE, port: 0 });
      switchOff();

      const nowhere = { host: THERE, port: 9 };
      const sent = await codeOf(sender.sendto(Buffer.from('hello'), nowhere));
      let heard = false;
      void lab.later(sender.recvfrom(5).then(() => (heard = true)));

      const start = performance.now();
      limited.write('hello');
      limited.setTimeout(LIMIT, () => limited.destroy());
      const limitedAfter = once(limited, 'close').then(() => performance.now() - start);

      const failed = once(client, 'error');
      const written = await codeOf(
        new Promise<void>((resolve, reject) => {
          client.write('hello', (error) => (error ? reject(error) : resolve()));
        }),
      );
      const waits: number[] = [];
      let left = 0;
      const look = setInterval(() => {
        const { kind, seconds = left } = kernelTimer(client) ?? {};
        if (kind === 'retransmission' && seconds > left) waits.push(rounded(seconds));
        left = seconds;
      }, 5);
      const [{ code = '' }] = (await failed) as [NodeJS.ErrnoException];
      const after = rounded((performance.now() - start) / 1000);
      clearInterval(look);
      const ended = { error: code, after, limitedAfter: await limitedAfter };
      await parent.say({ sent, heard, written, waits, ...ended } satisfies Heard);
    },
  },

  async run(lab) {
    const { after, error, heard, limitedAfter, sent, waits, written } = await lab
      .program('alone', null, PREPARED)
      .heard<Heard>()
      .catch(() => {
        throw new NotHere(
          'a machine that is switched off needs a network namespace (Linux, unshare(1) and ip(8)). According to RFC 9293, sending works, and the connection fails with ETIMEDOUT, on Linux after about 15 minutes',
        );
      });
    return {
      udp: {
        told: `sendto: ${sent}; then ${heard ? 'something' : 'nothing'} came in ${after} s`,
        measured: { sendto: sent, heard },
      },
      tcp: {
        told: `write: ${written}; repeated after ${waits.join(' s, then ')} s; told to give up early, recv: ${error} after ${after} s (by default Linux takes about 15 minutes); a program that set its own limit, ${LIMIT} ms, closed another connection after ${rounded(limitedAfter)} ms`,
        measured: { write: written, recv: error, afterS: after, waitsS: waits },
      },
      answer: whichHolds({
        send: written !== 'done',
        late: !heard && error === 'ETIMEDOUT' && waits.length > 1,
        ever: error === '',
      }),
    };
  },

  because:
    'A send call hands its bytes to its own kernel, and is done. The kernel keeps them until they are acknowledged, and sends them again: first after a fifth of a second or more, then after twice as long each time. (The very first repetition may be a tail loss probe; the wait does not double after it.) On Linux it gives up after 15 repetitions (tcp_retries2), which takes about 15 minutes, and only then does a call fail. (Without unacknowledged data it would never notice: see keep-alive.) In C or Python the option TCP_USER_TIMEOUT sets a limit for this. Node does not offer that option. Its setTimeout tells the program when a connection has been idle for too long, and the program has to close it. UDP keeps nothing and repeats nothing: a program that wants an answer needs its own time limit anyway.',
  sources: [
    'RFC 9293 §3.8.3',
    'RFC 5482',
    'RFC 6298 §5; RFC 8985 §7, tail loss probe',
    'tcp(7), tcp_retries2 and TCP_USER_TIMEOUT',
  ],
  read: [
    'examples/06-nobody-there/silence.ts',
    'src/network/behaviours/experiments/keep-alive.ts',
  ],
});
