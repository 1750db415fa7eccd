/**
 * Three accounts of the same misfortune: what the programs counted, what the relay's log says,
 * and what the trace of all three processes shows. They agree, message by message.
 */
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { fatesOf, linkOf } from '../../../src/network/link/index.ts';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import type { Program } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { Recorded } from '../trace/recorded.ts';

const SENDER = fileURLToPath(new URL('./accounts/sender.ts', import.meta.url));
const RECEIVER = fileURLToPath(new URL('./accounts/receiver.ts', import.meta.url));

const MESSAGES = 150;
const SEED = 7;
const LUCK = ['--loss', '12%', '--dup', '6%', '--reorder', '5%', '--seed', String(SEED)];
const STREAM_LUCK = [
  '--segment',
  '20',
  '--loss',
  '12%',
  '--dup',
  '6%',
  '--delay',
  '1ms',
  '--seed',
  '7',
];

let recorded: Recorded | undefined;
afterEach(() => recorded?.end());

/** How often each message arrived, from 1. */
type Account = number[];

function accountOf(arrived: readonly string[]): Account {
  const times: Account = Array.from({ length: MESSAGES }, () => 0);
  for (const text of arrived) times[Number(/^message (\d+)\n$/.exec(text)![1]) - 1]! += 1;
  return times;
}

function summary(
  account: Account,
): Record<'sent' | 'dropped' | 'duplicated' | 'delivered', number> {
  return {
    sent: account.length,
    dropped: account.filter((times) => times === 0).length,
    duplicated: account.reduce((sum, times) => sum + Math.max(0, times - 1), 0),
    delivered: account.reduce((sum, times) => sum + times, 0),
  };
}

/** What becomes of each message, as the seed decides. */
function knownFates(): Account {
  const link = linkOf({ loss: 0.12, dup: 0.06, reorder: 0.05, seed: SEED });
  const fates = fatesOf(link);
  return Array.from({ length: MESSAGES }, (_, index) => {
    const { copies, lost } = fates('there', index + 1);
    return lost ? 0 : 1 + copies.length;
  });
}

interface RelayLog {
  fates: { direction: string; k: number; outcome: string; fate: { copies: number[] } }[];
  statistics: { there: Record<string, number>; back: Record<string, number> };
}

async function endedLog(relay: Program): Promise<RelayLog> {
  relay.signal('SIGINT');
  expect(await relay.ended()).toMatchObject({ code: 130, stderr: '' });
  const events = relay.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string } & RelayLog);
  const fates = events.filter(({ event }) => event === 'fate') as unknown;
  return { fates: fates as RelayLog['fates'], statistics: events.at(-1)!.statistics };
}

/** What the trace shows to have come out of the relay, once everything has gone in. */
function throughRelay({ flows, processes, sockets }: JoinedTrace): string[] {
  const between = (
    one: string,
    other: string,
  ): JoinedTrace['flows'][number]['datagrams'] =>
    flows
      .filter(
        ({ from, to }) =>
          processes[sockets[from]!.process]!.name === one &&
          processes[sockets[to]!.process]!.name === other,
      )
      .flatMap(({ datagrams }) => datagrams);
  const [before, behind] = [
    between('sender', 'udp relay'),
    between('udp relay', 'receiver'),
  ];
  const once = before.filter(({ arrivals }) => arrivals.length === 1);
  expect([before.length, once.length]).toEqual([MESSAGES, MESSAGES]);
  expect(behind.filter(({ fate }) => fate !== 'delivered')).toEqual([]);
  return behind.flatMap(({ arrivals }) => arrivals.map(({ receive }) => receive.text!));
}

/** What went from this process into its connections, and came out at their other ends. */
function streamBytes({ connections, processes, sockets }: JoinedTrace, client: string) {
  const total = { sent: 0, received: 0 };
  for (const one of connections) {
    if (processes[sockets[one.client]!.process]!.name !== client) continue;
    const [{ received = NaN, sent = NaN }] = one.directions;
    total.sent += sent;
    total.received += received;
  }
  return total;
}

describe('what happens on a bad link', () => {
  it('is the same for the programs, in the log of the relay, and in the trace', async () => {
    recorded = new Recorded();
    const { programs } = recorded;
    const start = (role: string, file: string, ...args: number[]): Program =>
      programs.source(file, args.map(String), { env: recorded!.env(role) });
    const to = await ownPort();
    const listen = to + 1;
    const relay = (kind: string, ...luck: string[]): Promise<Program> => {
      const where = ['--listen', `${kind}:${listen}`, '--to', String(to)];
      return programs
        .compiled('src/cli/main.ts', ['relay', ...where, '--json', ...luck], {
          env: recorded!.env(`${kind} relay`),
        })
        .printed('"ready"');
    };
    const receiver = await start('receiver', RECEIVER, to).printed('ready');
    const [udp, tcp] = await Promise.all([
      relay('udp', ...LUCK),
      relay('tcp', ...STREAM_LUCK),
    ]);
    const sender = start('sender', SENDER, listen, listen, MESSAGES);
    expect(await sender.ended()).toMatchObject({ code: 0, stderr: '' });
    await udp.printed(`"k":${MESSAGES},`);
    // What the relay still holds back, to be overtaken, would end with it.
    const known = knownFates();
    await receiver.printed(`\n${summary(known).delivered} datagrams\n`);
    const logs = { udp: await endedLog(udp), tcp: await endedLog(tcp) };
    // The relay is closed: nothing that it sent can come after this.
    const bell = createSocket('udp4');
    bell.send('bell', to, '127.0.0.1', () => bell.close());
    expect(await receiver.ended()).toMatchObject({ code: 0, stderr: '' });

    const got = JSON.parse(receiver.stdout.trimEnd().split('\n').at(-1)!) as {
      datagrams: string[];
      bare: string;
      framed: string[];
    };
    const trace = await recorded.join();
    expect(trace.problems).toEqual([]);

    const byPrograms = accountOf(got.datagrams);
    const byLog = logs.udp.fates
      .filter(({ direction }) => direction === 'there')
      .map(({ fate, outcome }) => (outcome === 'sent' ? 1 + fate.copies.length : 0));
    const byTrace = accountOf(throughRelay(trace));
    expect(byLog).toEqual(byPrograms);
    expect(byTrace).toEqual(byPrograms);
    const { delivered, dropped, duplicated, sent } = summary(byPrograms);
    expect(delivered).toBe(sent - dropped + duplicated);
    expect(logs.udp.statistics.there).toMatchObject({
      received: sent,
      lost: dropped,
      duplicated,
      delivered,
    });
    // And all of it was known before.
    expect(byPrograms).toEqual(known);
    expect(Math.min(dropped, duplicated)).toBeGreaterThan(3);

    // TCP, bare and framed: every byte, in order, though segments were lost.
    const all = Array.from({ length: MESSAGES }, (_, index) => `message ${index + 1}\n`);
    expect(got.bare).toBe(all.join(''));
    expect(got.framed).toEqual(all);
    const bytes = got.bare.length * 2 + 4 * MESSAGES;
    const { there } = logs.tcp.statistics;
    expect(there).toMatchObject({ bytes, deliveredBytes: bytes });
    expect(there['lost']).toBeGreaterThan(3);
    expect(there['retransmissions']).toBeGreaterThanOrEqual(there['lost']!);
    expect(streamBytes(trace, 'sender')).toEqual({ sent: bytes, received: bytes });
    expect(streamBytes(trace, 'tcp relay')).toEqual({ sent: bytes, received: bytes });
  });
});
