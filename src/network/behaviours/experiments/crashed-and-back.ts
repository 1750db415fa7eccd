import { once } from 'node:events';
import { DatagramSocket } from '../../../udp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf } from '../lab.ts';
import {
  connectionThere,
  HERE,
  switchOff,
  switchOn,
  THERE,
  TWO_MACHINES,
} from '../other-machine.ts';

interface Heard {
  udp: string;
  meanwhile: boolean;
  written: string;
  error: string;
}

export const crashedAndBack = experiment({
  name: 'crashed-and-back',
  question:
    "The server's machine crashes and is started again, and so is the server. The client noticed nothing, and sends. What happens?",
  answers: {
    both: 'the server receives it, over UDP and over TCP',
    error: 'an error, over both: the server is another one now',
    reset: 'UDP: the server receives it; TCP: the connection is reset',
    ever: 'UDP: the server receives it; TCP: nothing, it waits for an acknowledgement',
  },
  expected: 'reset',

  programs: {
    async alone(lab, parent) {
      const { client, server } = await connectionThere(lab);
      const receiver = lab.keep(new DatagramSocket());
      await receiver.bind({ host: THERE, port: 0 });
      const { address } = receiver;
      const sender = lab.keep(new DatagramSocket());
      await sender.bind({ host: HERE, port: 0 });

      let meanwhile = false;
      const failed = once(client, 'error');
      failed.catch(() => {});
      client.on('close', () => (meanwhile = true)).resume();
      // A machine that crashes has no time for a goodbye, so what its kernel sends here must get
      // nowhere.
      switchOff();
      server.resetAndDestroy();
      await Promise.all([once(server, 'close'), receiver.close()]);
      switchOn();
      const restarted = lab.keep(new DatagramSocket());
      await restarted.bind(address);

      await sender.sendto(Buffer.from('hello'), address);
      const { data } = await restarted.recvfrom(5);
      const noticed = meanwhile;
      const written = await codeOf(
        new Promise<void>((resolve, reject) => {
          client.write('hello', (error) => (error ? reject(error) : resolve()));
        }),
      );
      const [{ code = '' }] = (await failed) as [NodeJS.ErrnoException];
      await parent.say({
        udp: data.toString(),
        meanwhile: noticed,
        written,
        error: code,
      } satisfies Heard);
    },
  },

  async run(lab) {
    const { error, meanwhile, udp, written } = await lab
      .program('alone', null, TWO_MACHINES)
      .heard<Heard>()
      .catch(() => {
        throw new NotHere(
          'a machine that crashes needs a network namespace (Linux, unshare(1) and ip(8)). According to RFC 9293, the restarted machine answers with a reset',
        );
      });
    return {
      udp: { told: `received '${udp}'`, measured: { received: udp } },
      tcp: {
        told: `${meanwhile ? 'noticed before; ' : ''}write: ${written}; then recv: ${error}`,
        measured: { noticedBefore: meanwhile, write: written, recv: error },
      },
      answer: whichHolds({
        reset: udp === 'hello' && !meanwhile && error === 'ECONNRESET',
        error: udp !== 'hello',
        both: error === '',
        ever: false,
      }),
    };
  },

  because:
    'A connection exists in the memory of two kernels, and one of them has lost it. A packet for a connection that a kernel does not know is answered with a reset (RST), and the client gets ECONNRESET. Until it sends something, it notices nothing: a connection that is half open in this way can stay for days, which is what keep-alive is for. What was sent before the crash, and acknowledged, may be lost all the same. A datagram needs no memory of the one before: the new server takes it as its first.',
  sources: ['RFC 9293 §3.5.1, §3.5.2', 'RFC 1122 §4.2.3.6'],
  read: [
    'src/network/behaviours/experiments/unacknowledged.ts',
    'src/network/behaviours/experiments/keep-alive.ts',
  ],
});
