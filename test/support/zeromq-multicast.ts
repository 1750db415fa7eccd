/**
 * Numbered messages from a publisher in one network to subscribers in another, through a pair of
 * virtual cables on which the kernel loses what it is told to lose. For the suite (short) and for
 * `npm run soak:zeromq` (long). Needs Linux and root.
 */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';
import { Namespace, needNamespaces } from './namespace.ts';
import { needPyzmq, python } from './peers.ts';
import { compiledFrom } from './places.ts';
import type { Program, Programs } from './programs.ts';

export type Maker = 'ours' | 'libzmq';

/** Which of a hundred datagrams are lost, in each direction. */
export const LOSSES = { 0: [], 1: [37], 5: [7, 8, 41, 66, 83] } as const;
export type Loss = keyof typeof LOSSES;

export interface Plan {
  from: Maker;
  to: readonly Maker[];
  loss: Loss;
  count: number;
  /** In kilobits a second. */
  rate: number;
}

export interface Account {
  received: number;
  damaged: number;
  disordered: number;
}

export interface Outcome {
  accounts: Account[];
  /** Datagrams that the kernel has lost. */
  lost: number;
}

/** Skips the test where no separate networks can be made, or Python's libzmq has no PGM. */
export function needMulticastPeers(context: TestContext): void {
  needNamespaces(context, ['nft', '--version'], ['ip', '-V']);
  const command = needPyzmq(context);
  const script = 'import sys, zmq; sys.exit(not zmq.has("pgm"))';
  if (spawnSync(command, ['-c', script]).status === 0) return;
  const reason = "Python's libzmq is built without PGM";
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(reason);
  context.skip(reason);
}

const GROUP = '239.192.1.1:5555';
const OURS = 'test/support/zeromq-group-peer.ts';
const THEIRS = 'test/interop/peers/epgm_peer.py';

function start(
  network: Namespace,
  maker: Maker,
  role: 'send' | 'receive' | 'loop',
  { count, rate }: Pick<Plan, 'count' | 'rate'>,
): Program {
  const args = [role, `epgm://${network.address};${GROUP}`, String(count), String(rate)];
  if (maker === 'libzmq') {
    return network.start(python ?? 'python3', ['-u', THEIRS, ...args]);
  }
  return network.start(process.execPath, [compiledFrom(OURS), ...args]);
}

export async function throughGroup(programs: Programs, plan: Plan): Promise<Outcome> {
  const [here, there] = await Namespace.pair(programs);
  for (const network of [here, there]) network.lose(LOSSES[plan.loss]);
  const sender = start(here, plan.from, 'send', plan);
  const receivers = plan.to.map((maker) => start(there, maker, 'receive', plan));
  for (const receiver of receivers) await receiver.printed('heard');
  sender.type('go');
  const accounts: Account[] = [];
  for (const receiver of receivers) {
    const [line] = /^\{.*\}$/m.exec((await receiver.printed(/\}\n/)).stdout)!;
    accounts.push(JSON.parse(line) as Account);
  }
  const lost = here.lost + there.lost;
  sender.type('close');
  for (const program of [sender, ...receivers]) await program.ended();
  await programs.stopAll();
  return { accounts, lost };
}

/** What a subscriber hears first of two publishers beside it, of which one has no loop. */
export async function firstHeard(programs: Programs): Promise<string> {
  const [here] = await Namespace.pair(programs);
  const program = start(here, 'ours', 'loop', { count: 1, rate: 1000 });
  await program.ended();
  await programs.stopAll();
  return program.stdout.trim();
}
