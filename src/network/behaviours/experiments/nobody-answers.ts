import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { ConnectionSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';
import { kernelTimer } from '../linux-proc.ts';
import { rounded } from '../words.ts';

/** A machine of an example network (RFC 5737) that is not there. */
const NOBODY = { host: '192.0.2.1', port: 9 };
/** Packets to it leave and reach nobody; the kernel repeats a SYN once, and not for minutes. */
const PREPARED = [
  'ip route add 192.0.2.0/24 dev lo',
  'echo 1 > /proc/sys/net/ipv4/tcp_syn_retries',
  '{ echo 0 > /proc/sys/net/ipv4/tcp_syn_linear_timeouts; } 2> /dev/null || true', // Linux 6.5
];
/** The longest wait for new connections, from Linux 6.15 on. */
const LONGEST_WAIT = '/proc/sys/net/ipv4/tcp_rto_max_ms';
/** Milliseconds between two checks. */
const LOOK = 5;

interface Heard {
  sent: string;
  heard: boolean;
  /** How long the kernel waits after each packet, in seconds. */
  waits: number[];
  connected: string;
  /** Seconds until then. */
  after: number;
}

export const nobodyAnswers = experiment({
  name: 'nobody-answers',
  question:
    "The server's machine is switched off, or a firewall swallows every packet. What does a client's first call return?",
  answers: {
    refused: 'UDP: the message was sent; TCP: connection refused, at once',
    late: 'UDP: the message was sent; TCP: an error, after minutes',
    ever: 'UDP: the message was sent; TCP: nothing, it waits for ever',
    both: 'an error after minutes, over both',
  },
  expected: 'late',
  runs: 'first',

  programs: {
    async alone(lab, parent) {
      const watched = lab.keep(connect(NOBODY));
      const sender = lab.keep(new DatagramSocket());
      const sent = await codeOf(sender.sendto(Buffer.from('hello'), NOBODY));
      let heard = false;
      void lab.later(sender.recvfrom(5).then(() => (heard = true)));
      const waits: number[] = [];
      let left = 0;
      const look = setInterval(() => {
        const ports = { localPort: watched.localPort, remotePort: NOBODY.port };
        const { seconds = left } = kernelTimer(ports) ?? {};
        if (seconds > left) waits.push(rounded(seconds));
        left = seconds;
      }, LOOK);

      // A second one, later, never waits for longer than a second, so that we need not either.
      if (existsSync(LONGEST_WAIT)) writeFileSync(LONGEST_WAIT, '1000');
      const start = performance.now();
      const connected = await codeOf(new ConnectionSocket().connect(NOBODY));
      const after = rounded((performance.now() - start) / 1000);
      clearInterval(look);
      await parent.say({ sent, heard, waits, connected, after } satisfies Heard);
    },
  },

  async run(lab) {
    const { after, connected, heard, sent, waits } = await lab
      .program('alone', null, PREPARED)
      .heard<Heard>()
      .catch(() => {
        throw new NotHere(
          'a network in which nobody answers needs a network namespace (Linux, unshare(1) and ip(8)). According to RFC 9293, connect fails with ETIMEDOUT, on Linux after about two minutes',
        );
      });
    return {
      udp: {
        told: `sendto: ${sent}; then ${heard ? 'something' : 'nothing'} came in ${after} s`,
        measured: { sendto: sent, heard },
      },
      tcp: {
        told: `repeated after ${waits.join(' s, then ')} s; with one repetition and short waits connect: ${connected} after ${after} s (by default Linux takes about two minutes)`,
        measured: { connect: connected, afterS: after, waitsS: waits },
      },
      answer: whichHolds({
        refused: connected === 'ECONNREFUSED',
        late: sent === 'done' && connected === 'ETIMEDOUT' && waits.length > 1,
        both: sent !== 'done',
      }),
    };
  },

  because:
    'Silence proves nothing: the packet may be lost, or the answer late. So TCP repeats its first packet (SYN), waits twice as long each time, to spare an overloaded network, and gives up in the end: on Linux after 6 repetitions (tcp_syn_retries), about two minutes in all; since 6.5 it first makes 4 more at intervals of a second. A refusal comes at once, because a machine is there to send it. So programs should set their own limit for connect, of some seconds. UDP sends, and waits for nothing.',
  sources: [
    'RFC 9293 §3.8.3',
    'RFC 6298 §5',
    'connect(2), ETIMEDOUT',
    'tcp(7), tcp_syn_retries',
  ],
  read: [
    'examples/06-nobody-there/silence.ts',
    'src/network/behaviours/experiments/no-route.ts',
  ],
  differs: {
    darwin: 'macOS gives up after 75 seconds.',
    win32: 'Windows gives up after about 21 seconds.',
  },
});
