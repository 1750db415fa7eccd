/** The rungs on real datagrams, through the relay, beside the same rungs in virtual time. */
import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fate, linkOf, type LinkOptions } from '../../../src/network/link/index.ts';
import type { Core } from '../../../src/network/reliable/core.ts';
import { climbReal, drive } from '../../../src/network/reliable/drive.ts';
import { edited, readEdits } from '../../../src/network/reliable/edits.ts';
import { climb, ladderPlan } from '../../../src/network/reliable/ladder.ts';
import { rungOptions } from '../../../src/network/reliable/options.ts';
import {
  encode,
  type Packet,
  packetOf,
  stampOf,
} from '../../../src/network/reliable/packet.ts';
import { Recorder } from '../../../src/network/reliable/report/record.ts';
import {
  type Rung,
  rungNamed,
  RUNGS,
} from '../../../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../../../src/network/reliable/simulate.ts';
import { inProcess } from '../../support/command-line.ts';

const messages = Array.from({ length: 20 }, (_, k) => new Uint8Array(500).fill(k));
const options = rungOptions({ timeout: 40, window: 8 });
const BAD: LinkOptions = {
  loss: 0.2,
  dup: 0.1,
  reorder: 0.1,
  hold: 10,
  corruptPastChecksum: 0.05,
  delay: 2,
};

type Fates = Map<string, Fate>;

async function real(
  rung: Rung,
  link: LinkOptions,
): Promise<{ run: object; fates: Fates }> {
  const fates: Fates = new Map();
  const run = await drive({
    rung,
    options,
    messages,
    link,
    onFate: ({ attempt, direction, fate, k, line }) =>
      fates.set(`${direction} ${line} ${k} ${attempt}`, fate),
  });
  return { run, fates };
}

function virtual(rung: Rung, link: LinkOptions): Fates {
  const fates: Fates = new Map();
  const line = ({ kind }: Packet): number => (kind === 'data' || kind === 'ack' ? 0 : 1);
  simulate({
    rung,
    options,
    messages,
    link: linkOf(link),
    onPassing: ({ direction, fate, packet }) => {
      const { attempt, seq } = packet;
      fates.set(`${direction} ${line(packet)} ${seq + 1} ${attempt}`, fate);
    },
  });
  return fates;
}

it('loses the packets that are named, on real datagrams too', async () => {
  const edits = readEdits('data1,ack3', 'data2');
  const { replay } = edited(linkOf({ delay: 2, drop: [3] }), edits);
  const { fates, run } = await real(RUNGS[2]!, { delay: 2, replay });
  expect(run).toMatchObject({ end: 'done', delivered: 20, wrong: undefined });
  const lost = [...fates].filter(([, fate]) => fate.lost).map(([packet]) => packet);
  expect(lost.sort()).toEqual(['back 0 4 0', 'there 0 2 0']);
});

describe.each(RUNGS)('$name on real datagrams', (rung) => {
  it.each([1, 2, 3])(
    'delivers all, with the fates of virtual time: seed %i',
    async (seed) => {
      const link = { ...BAD, seed };
      const { fates, run } = await real(rung, link);
      expect(run).toMatchObject({
        end: 'done',
        delivered: 20,
        wrong: undefined,
        dropped: 0,
      });
      const same = virtual(rung, link);
      const both = [...fates.keys()].filter((packet) => same.has(packet));
      // At least the first attempts of all messages.
      expect(both.length).toBeGreaterThanOrEqual(messages.length);
      for (const packet of both)
        expect({ packet, ...fates.get(packet) }).toEqual({ packet, ...same.get(packet) });
    },
  );
});

describe('a rung on real datagrams', () => {
  const stopAndWait = rungNamed('stop-and-wait');
  const flowControl = RUNGS.find(({ name }) => name === 'flow-control')!;

  it('gives up on a link that loses everything', async () => {
    const few = rungOptions({ timeout: 5, attempts: 3 });
    const run = await drive({
      rung: stopAndWait,
      options: few,
      messages,
      link: { loss: 1 },
    });
    expect(run).toMatchObject({ end: 'gave-up', delivered: 0 });
  });

  it('waits for a slow reader', async () => {
    const small = rungOptions({ buffer: 2, timeout: 40 });
    const plan = { rung: flowControl, options: small, messages, readEvery: 5, link: {} };
    expect(await drive(plan)).toMatchObject({
      end: 'done',
      delivered: 20,
      wrong: undefined,
    });
  });

  it('counts the delay of the link from when a packet was sent', async () => {
    const hour = 3_600_000;
    // Its packets say that they have been on their way for an hour.
    const early = <Its extends Core>(core: Its): Its => {
      const on = core.on.bind(core);
      core.on = (event, now) => {
        const actions = on(event, now);
        for (const action of actions) {
          if (action.type === 'transmit') action.packet.time = stampOf(now - hour);
        }
        return actions;
      };
      return core;
    };
    const rung: Rung = {
      ...stopAndWait,
      sender: (own) => early(stopAndWait.sender(own)),
      receiver: (own) => early(stopAndWait.receiver(own)),
    };
    const patient = rungOptions({ timeout: 60_000 });
    const run = await drive({ rung, options: patient, messages, link: { delay: hour } });
    expect(run).toMatchObject({ end: 'done', delivered: 20, again: 0 });
  });

  it('is not misled by what others send to its port', async () => {
    const stranger = createSocket('udp4');
    onTestFinished(() => void stranger.close());
    const goBackN = RUNGS.find(({ name }) => name === 'go-back-n')!;
    // All that is in flight, acknowledged by somebody who has none of it.
    const forged = encode(packetOf({ kind: 'ack', session: 1, seq: 7, ack: 8 }));
    const run = await drive({
      rung: goBackN,
      options,
      messages,
      link: { loss: 0.5, seed: 3, delay: 20 },
      onFate: ({ client, direction }) => {
        if (direction === 'there') {
          stranger.send(forged, Number(client.split(':').at(-1)), '127.0.0.1');
        }
      },
    });
    expect(run).toMatchObject({ end: 'done', delivered: 20, wrong: undefined });
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.timeout(50);
    const plan = { rung: stopAndWait, options, messages, link: { loss: 1 }, signal };
    await expect(drive(plan)).rejects.toThrow('aborted due to timeout');
  });
});

describe('socketlab ladder --real', () => {
  const link = [
    '--delay',
    '1ms',
    '--loss',
    '10%',
    '--messages',
    '10',
    '--timeout',
    '30ms',
  ];

  it('says so, and has a row for each rung', async () => {
    const { stdout, code } = await inProcess('ladder', '--real', ...link);
    expect(code).toBe(0);
    expect(stdout).toContain('Real datagrams through a relay on this machine');
    for (const { name } of RUNGS)
      expect(stdout).toMatch(new RegExp(`^ ${name} +[\\d.,]+ kB/s`, 'm'));
  });

  it('says so in its JSON', async () => {
    const { stdout } = await inProcess(
      'ladder',
      'go-back-n',
      '--real',
      '--json',
      ...link,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      real: true,
      rungs: [{ rung: 'go-back-n', end: 'done', delivered: 10, wrong: null }],
    });
  });
});

describe('the record of a run', () => {
  it('has the same losses on real datagrams as in virtual time', async () => {
    const link = { delay: 2, drop: [2, 5], seed: 1 };
    const plan = ladderPlan({
      rungs: ['selective-repeat'],
      messages: 10,
      link,
      real: true,
    });
    const [heard, computed] = [new Recorder(plan.options), new Recorder(plan.options)];
    for await (const { end } of climbReal(plan, { recorder: heard }))
      expect(end).toBe('done');
    for (const { end } of climb(plan, computed)) expect(end).toBe('done');
    const lost = ({ records }: Recorder): object[] =>
      records[0]!.flows[0]!.sendings.filter((one) => one.lost).map(
        ({ attempt, message }) => ({ attempt, message }),
      );
    expect(lost(heard)).toEqual([
      { attempt: 0, message: 1 },
      { attempt: 0, message: 4 },
    ]);
    expect(lost(computed)).toEqual(lost(heard));
  });
});
