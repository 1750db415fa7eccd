/** Cores, each with a fault: what the check says about them, under which seed, and how briefly. */
import { describe, expect, it } from 'vitest';
import {
  type Failure,
  verdictOn,
} from '../../../../../src/network/reliable/check/check.ts';
import type { CoreMaker } from '../../../../../src/network/reliable/check/guarded.ts';
import { play } from '../../../../../src/network/reliable/check/play.ts';
import {
  type Luck,
  replayOptions,
} from '../../../../../src/network/reliable/check/case.ts';
import type { RungOptions } from '../../../../../src/network/reliable/options.ts';

interface Fault {
  file: string;
  rung: string;
  seed: number | null;
  sentence: string;
  /** The options of `ladder replay`, without the role. */
  shortest: string;
}

const FAULTS: readonly Fault[] = [
  {
    file: 'back-off-kept',
    rung: 'round-trip-time',
    seed: 9,
    sentence:
      'The sender sent data 2 at 420 ms, and not again by 710 ms: a round trip takes 40 ms, and it has measured some.',
    shortest: '--messages 3 --window 1 --fates data0:lost,data1:lost,ack2:lost',
  },
  {
    file: 'karn-ignored',
    rung: 'round-trip-time',
    seed: 9,
    sentence:
      'The sender sent data 0 at 180 ms, and not again by 470 ms: a round trip takes 40 ms, and it has measured some.',
    shortest: '--messages 3 --window 1 --space 2 --fates data0:lost',
  },
  {
    file: 'duplicate-delivered',
    rung: 'stop-and-wait',
    seed: 2,
    sentence: 'The receiver delivered message 1 again.',
    shortest: '--messages 1 --window 1 --fates ack0:lost',
  },
  {
    file: 'last-acknowledgement-lost',
    rung: 'go-back-n',
    seed: 10,
    sentence:
      'The receiver did not answer data 0, which came again: its first answer, the last acknowledgement, may have been lost.',
    shortest: '--messages 1 --window 1 --fates ack0:lost',
  },
  {
    file: 'window-too-large',
    rung: 'selective-repeat',
    seed: 5,
    sentence:
      'The sender sent data 1 while data 0 was not acknowledged: the window is 1 packet.',
    shortest: '--messages 2 --window 1',
  },
  {
    file: 'old-session-accepted',
    rung: 'selective-repeat',
    seed: 4,
    sentence:
      'The receiver answered with deliver because of a packet of session 2 in session 1: it must ignore those.',
    shortest: '--messages 1 --window 1 --strangers',
  },
  {
    file: 'cumulative-off-by-one',
    rung: 'go-back-n',
    seed: 1,
    sentence:
      'The receiver answered data 0 with ack 0, but the number that is expected next is 1.',
    shortest: '--messages 1 --window 1',
  },
  {
    file: 'timer-for-the-wrong-packet',
    rung: 'selective-repeat',
    seed: 2,
    sentence:
      'The sender sent data 0 at 0 ms, and not again at 100 ms, when its time-out of 100 ms ended.',
    shortest: '--messages 2 --window 2 --fates data0:lost',
  },
  {
    file: 'busy-repeat',
    rung: 'stop-and-wait',
    seed: 1,
    sentence: 'The sender sent data 0 again after 10 ms; its time-out is 100 ms.',
    shortest: '--messages 1 --window 1',
  },
  {
    file: 'window-never-reopened',
    rung: 'flow-control',
    seed: 7,
    sentence: 'The receiver announced no room, though 1 of 1 places are free.',
    shortest: '--messages 2 --window 1 --buffer 1',
  },
  {
    file: 'spurious-fast-retransmit',
    rung: 'congestion-control',
    seed: 31,
    sentence:
      'The sender sent data 3 again after 0 ms, less than a round trip, when 1 later packet had arrived: it takes 3 to tell a loss from packets out of order.',
    shortest:
      '--window 1 --delay 40ms --write-every 80ms --fates ack2:lost,data3:lost,data4:overtaken+1',
  },
  {
    file: 'fairness-broken',
    rung: 'congestion-control',
    seed: null,
    sentence:
      "Beside one of ours, on a link that they share, it got 80 % of what both got through: Jain's index is 0.74, and should be 0.86 or more.",
    shortest: '',
  },
  {
    file: 'no-timer',
    rung: 'selective-repeat',
    seed: 2,
    sentence:
      'The sender sent data 0 at 0 ms, and not again at 100 ms, when its time-out of 100 ms ended.',
    shortest: '--messages 1 --window 1 --fates data0:lost',
  },
  {
    file: 'one-at-a-time',
    rung: 'go-back-n',
    seed: 1,
    sentence:
      'The sender refused the last message with 1 of 2 packets in flight: its window has room.',
    shortest: '--messages 2 --window 2',
  },
  {
    file: 'timer-at-every-send',
    rung: 'go-back-n',
    seed: 17,
    sentence:
      'The sender did not send data 0 again at 100 ms, when its time-out of 100 ms ended: the timer is for the oldest packet, and what is sent later does not restart it.',
    shortest: '--messages 2 --window 2 --write-every 20ms --fates data0:lost',
  },
  {
    file: 'timers-at-every-send',
    rung: 'round-trip-time',
    seed: 17,
    sentence:
      'The sender sent data 1 at 20 ms, and not again by 190 ms: a round trip takes 20 ms, and it has measured some.',
    shortest:
      '--messages 9 --window 8 --delay 10ms --write-every 20ms --fates data1:lost,data2:lost,ack4:lost',
  },
  {
    file: 'fast-or-never',
    rung: 'congestion-control',
    seed: 24,
    sentence:
      'The sender did not send data 1 again by 90 ms, when nothing new had been acknowledged since 10 ms: a round trip takes 10 ms, and what is sent meanwhile does not restart a timer.',
    shortest:
      '--messages 8 --window 1 --delay 5ms --write-every 10ms --fates ack1:lost,ack2:lost,ack3:lost,ack4:lost,ack5:lost,ack6:lost,ack7:lost',
  },
  {
    file: 'timer-not-restarted',
    rung: 'congestion-control',
    seed: 9,
    sentence:
      'The sender sent data 7 again after 0 ms, less than a round trip, when 0 later packets had arrived: it takes 3 to tell a loss from packets out of order.',
    shortest:
      '--messages 8 --window 1 --buffer 5 --delay 10ms --read-every 20ms --fates ack0:lost',
  },
  {
    file: 'never-fast',
    rung: 'congestion-control',
    seed: 47,
    sentence:
      'The sender did not send data 1 again at 80 ms, when 3 later packets had arrived.',
    shortest: '--window 1 --fates data1:lost',
  },
  {
    file: 'goes-back-in-reverse',
    rung: 'go-back-n',
    seed: 2,
    sentence:
      'The sender sent data 1 again before data 0: the receiver throws away what is not next in order.',
    shortest: '--messages 2 --window 2 --fates data0:lost',
  },
  {
    file: 'silent-when-early',
    rung: 'go-back-n',
    seed: 2,
    sentence:
      'The receiver did not answer data 1: it must ask for data 0, the next in order.',
    shortest: '--messages 2 --window 2 --fates data0:lost',
  },
  {
    file: 'never-begins-again',
    rung: 'go-back-n',
    seed: 6,
    sentence:
      'The sender gave message 5 the number 4: it is 0, as numbers wrap around at 4.',
    shortest: '--window 2 --space 4',
  },
];

type Maker = new (options: RungOptions) => ReturnType<CoreMaker>;
type Module = Partial<Record<'Sender' | 'Receiver', Maker>>;

async function faulty(
  file: string,
): Promise<{ role: 'sender' | 'receiver'; make: CoreMaker }> {
  const module = (await import(`../../../../fixtures/ladder/${file}.ts`)) as Module;
  const role = module.Sender ? 'sender' : 'receiver';
  const Core = (module.Sender ?? module.Receiver)!;
  return { role, make: (_, options) => new Core(options) };
}

async function failureOf({ file, rung }: Fault): Promise<Failure> {
  const { make, role } = await faulty(file);
  return verdictOn(rung, role, 100, make).failure!;
}

describe.each(FAULTS)('$file', (fault) => {
  it('is found out, named in a sentence, and shown in the shortest run', async () => {
    const { rule, seed, sentence, shortest } = await failureOf(fault);
    const options = shortest ? replayOptions(shortest.run, shortest.mishaps) : [];
    expect({ seed, sentence, shortest: options.slice(1).join(' ') }).toEqual({
      seed: fault.seed,
      sentence: fault.sentence,
      shortest: fault.shortest,
    });
    if (!shortest) return;
    const { make } = await faulty(fault.file);
    const { mishaps, run } = shortest;
    const broken = (without?: string): string | undefined => {
      const luck: Luck = (name) => (name === without ? undefined : mishaps.get(name));
      return play(fault.rung, run, luck, make).foul?.rule;
    };
    expect(broken()).toBe(rule);
    for (const name of mishaps.keys()) expect(broken(name)).not.toBe(rule);
  });
});
