import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { experiment, whichHolds } from '../experiment.ts';
import { type Lab, portOf } from '../lab.ts';
import { kernelTimer } from '../linux-proc.ts';
import { count } from '../words.ts';

export const keepAlive = experiment({
  name: 'keep-alive',
  question:
    "A connection is idle when the peer's machine is switched off. When does TCP notice by itself?",
  answers: {
    seconds: 'within seconds: it checks that its peer is still there',
    hours: 'after two hours',
    never:
      'never, unless keep-alive is turned on, and then it first checks after two hours',
  },
  expected: 'never',

  async run(lab) {
    const usual = await timer(lab, () => {});
    const on = await timer(lab, (socket) => socket.setKeepAlive(true));
    const short = await timer(lab, (socket) => socket.setKeepAlive(true, 5000));

    const udp = 'setKeepAlive' in lab.keep(createSocket('udp4'));
    return {
      udp: {
        told: 'UDP has no keep-alive: there is no connection to keep',
        measured: { keepAlive: udp },
      },
      tcp: {
        told: `first probe by default: ${told(usual)}; keep-alive: ${told(on)}; set to 5 s: ${told(short)}`,
        measured: { byDefaultS: usual ?? -1, keepAliveS: on ?? -1, setTo5S: short ?? -1 },
      },
      answer: whichHolds({
        never: usual === undefined && on !== undefined && on >= 3600,
        seconds: usual !== undefined && usual < 3600,
        hours: usual !== undefined,
      }),
    };
  },

  because:
    'Two ends that have nothing to say send nothing, so a connection survives a cable that is pulled out and put back. The price: on an idle connection neither end can know whether the other is still there. Keep-alive sends an empty packet now and then and counts the answers that are missing. Two hours is the shortest default that the standard allows. A program that wants to know sooner sends messages of its own (heartbeats).',
  sources: ['RFC 1122 §4.2.3.6', 'RFC 9293 §3.8.4', 'tcp(7), SO_KEEPALIVE', 'proc(5)'],
  read: [
    'src/network/behaviours/experiments/keep-alive.ts',
    'src/auction/server/doors/presence.ts',
  ],
});

/**
 * In how many seconds the kernel will probe a silent connection by itself; undefined if it will
 * not. This is read from the kernel, so that nobody has to wait.
 */
async function timer(
  lab: Lab,
  prepare: (socket: Socket) => void,
): Promise<number | undefined> {
  const door = await lab.welcomingSocket();
  const socket = lab.keep(connect(portOf(door.address), '127.0.0.1'));
  await once(socket, 'connect');
  await lab.accept(door);
  prepare(socket);
  let timer: ReturnType<typeof kernelTimer>;
  await lab.until(() => (timer = kernelTimer(socket)) !== undefined);
  const { kind, seconds } = timer!;
  if (kind === 'none') return undefined;
  if (kind === 'keep-alive') return Math.round(seconds);
  throw new Error(`an idle connection has a ${kind} timer`);
}

function told(seconds: number | undefined): string {
  return seconds === undefined ? 'never' : `after ${count(seconds)} s`;
}
