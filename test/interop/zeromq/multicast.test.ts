/** epgm:// with libzmq, in two networks that are joined by a cable that loses packets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Programs } from '../../support/programs.ts';
import {
  firstHeard,
  type Loss,
  type Maker,
  needMulticastPeers,
  throughGroup,
} from '../../support/zeromq-multicast.ts';

const programs = new Programs();
beforeEach((context) => needMulticastPeers(context));
afterEach(() => programs.stopAll());

const count = 1000;
const rate = 50_000;
const whole = { received: count, damaged: 0, disordered: 0 };

const PAIRS: [from: Maker, to: Maker[]][] = [
  ['ours', ['libzmq']],
  ['libzmq', ['ours']],
  ['libzmq', ['ours', 'ours']],
  ['ours', ['ours', 'ours']],
];

describe.for<Loss>([0, 5])('%i in 100 datagrams lost', (loss) => {
  it.for(PAIRS)('%s to %j', async ([from, to]) => {
    const { accounts, lost } = await throughGroup(programs, {
      from,
      to,
      loss,
      count,
      rate,
    });
    for (const account of accounts) expect(account).toMatchObject(whole);
    expect(accounts).toHaveLength(to.length);
    expect(lost > 0).toBe(loss > 0);
  });
});

it('with multicastLoop off, a publisher reaches nobody on its own machine', async () => {
  expect(await firstHeard(programs)).toBe('with multicastLoop true');
});
