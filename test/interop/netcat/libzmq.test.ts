/** Every type of `socketlab zmq` with one of libzmq's that may talk to it, over tcp and ipc. */
import { rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  netcat,
  type NetcatOptions,
  type PatternName,
} from '../../../src/zeromq/netcat/index.ts';
import { PATIENCE } from '../../support/eventually.ts';
import { shortFolder } from '../../support/folders.ts';
import { needPyzmq } from '../../support/peers.ts';
import { type Program, Programs } from '../../support/programs.ts';

const programs = new Programs();
let peer: Program;
let where: Record<string, string>;
let folder: string;

beforeEach(async (context) => {
  needPyzmq(context);
  folder = shortFolder();
  peer = programs.python('test/interop/netcat/every_type.py', folder);
  await peer.printed('}\n');
  where = JSON.parse(peer.stdout.split('\n')[0]!) as Record<string, string>;
});

afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Talks as the command does; the messages that have come, their parts joined by a bar. */
async function talk(
  type: PatternName,
  to: string,
  lines: readonly string[],
  more: Partial<NetcatOptions> = {},
): Promise<string[]> {
  const came: string[] = [];
  const form = { separator: '|', hex: false, named: type === 'router' };
  await netcat(
    { type, bind: [], connect: [where[to]!], form, timeout: PATIENCE, ...more },
    {
      input: () => Readable.from(lines.map((line) => Buffer.from(`${line}\n`))),
      message: (parts) => void came.push(parts.map(String).join('|')),
      ready: () => {},
      complain: (error) => {
        throw error;
      },
      note: () => {},
      signal: AbortSignal.timeout(PATIENCE),
    },
  );
  return came;
}

/** Waits for a message that the peer has got, its parts after its type. */
async function got(...message: string[]): Promise<void> {
  const line = message.map((part) => JSON.stringify(part)).join(', ');
  await peer.printed(`[${line}]\n`);
}

describe.each([
  ['tcp', ''],
  ['ipc', 'ipc '],
])('over %s, libzmq', (_, over) => {
  it('answers, asks, takes, hands out, publishes and hears, in parts', async () => {
    expect(await talk('req', `${over}REP`, ['a|b', '', 'Ståle'])).toEqual([
      'Echo|a|b',
      'Echo|',
      'Echo|Ståle',
    ]);
    const named = { identity: 'ann', count: 2 };
    expect(await talk('dealer', `${over}ROUTER`, ['x', '|y'], named)).toEqual([
      'Echo|x',
      'Echo||y',
    ]);
    await got('ROUTER', 'ann', '', 'y');

    const answer = { answer: 'Echo|{}', count: 1 };
    expect(await talk('rep', `${over}REQ`, [], answer)).toEqual(['a question']);
    await got('REQ', 'Echo', 'a question');

    const routed = { peers: 1, count: 1 };
    expect(await talk('router', `${over}DEALER`, ['dee|x'], routed)).toEqual([
      'dee|Echo|x',
    ]);
    expect(await talk('pair', `${over}PAIR`, ['x'], { count: 1 })).toEqual(['Echo|x']);

    expect(await talk('pull', `${over}PUSH`, [], { count: 3 })).toEqual([
      'task 1',
      'task 2',
      'task 3',
    ]);
    await talk('push', `${over}PULL`, ['one', 'two|parts']);
    await got('PULL', 'one');
    await got('PULL', 'two', 'parts');

    await talk('pub', `${over}SUB`, ['1 yes', '2 no', '1|also']);
    await got('SUB', '1 yes');
    await got('SUB', '1', 'also');
    expect(peer.stdout).not.toContain('no');

    // A publisher does not say when it has heard of a subscription: publish until it has.
    const sub = talk('sub', `${over}PUB`, [], { subscribe: ['1'], count: 2 });
    const heard = sub.then(() => 'heard');
    const published = (): Promise<unknown> => talk('push', `${over}PULL`, ['publish']);
    while ((await Promise.race([heard, published()])) !== 'heard');
    expect(await sub).toEqual(['1 one|x', '1 three|x']);
  });
});
