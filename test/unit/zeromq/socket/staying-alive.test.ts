/** What keeps the process alive, for how long; and that a busy program lets the event loop turn. */
import { expect, it, vi } from 'vitest';

// Its own copies of the modules: what sockets of other suites hold is not counted here.
vi.resetModules();
const zmq = await import('../../../../src/zeromq/index.ts');
const { PendingCall } = await import('../../../../src/zeromq/socket/pending-call.ts');
const { hold, holding, mayGoOn, release, turned } =
  await import('../../../../src/zeromq/base/turn.ts');

/** How many clocks keep this process alive, right now: others of the test runner's come and go. */
const clocks = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

async function untilNobodyHolds(): Promise<void> {
  while (holding() > 0) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const NOBODY = 'tcp://127.0.0.1:9';

it('holding keeps it alive until as many have let go', () => {
  const before = clocks();
  for (let again = 0; again < 2; again += 1) {
    hold();
    hold();
    expect(clocks()).toBe(before + 1);
    release();
    expect(clocks()).toBe(before + 1);
    release();
    expect(clocks()).toBe(before);
  }
});

it('a call that waits does, and leaves no clock behind however it ends', async () => {
  const before = clocks();
  const call = new PendingCall<number>();
  const first = call.start(-1);
  expect([clocks(), holding()]).toEqual([before + 1, 1]);
  call.resolve(1);
  expect([clocks(), holding()]).toEqual([before, 0]);
  const second = call.start(60_000);
  expect([clocks(), holding()]).toEqual([before + 2, 1]);
  call.reject(new Error('no'));
  expect([clocks(), holding()]).toEqual([before, 0]);
  await expect(first).resolves.toBe(1);
  await expect(second).rejects.toThrow('no');
  await expect(call.start(0)).rejects.toMatchObject({ code: 'EAGAIN' });
  await expect(call.start(1)).rejects.toMatchObject({ code: 'EAGAIN' });
  expect([call.waits, holding()]).toEqual([false, 0]);
});

it('an open socket does not, and one that waits for an event does', async () => {
  const before = clocks();
  const pair = new zmq.Pair({ linger: 0 });
  expect([clocks(), holding()]).toEqual([before, 0]);
  const event = pair.events.receive();
  expect([clocks(), holding()]).toEqual([before + 1, 1]);
  pair.close();
  expect([clocks(), holding()]).toEqual([before, 0]);
  await expect(event).resolves.toMatchObject({ type: 'end' });
});

it.each([0, 20])(
  'what waits for a connection does, after disconnect for the linger of %i ms',
  async (linger) => {
    const push = new zmq.Push({ linger: -1 });
    push.connect(NOBODY);
    expect(holding()).toBe(0);
    await push.send('nobody takes it');
    await push.send('nor that');
    expect(holding()).toBe(1);
    push.linger = linger;
    push.disconnect(NOBODY);
    expect(holding()).toBe(linger === 0 ? 0 : 1);
    await untilNobodyHolds();
    push.close();
    expect(holding()).toBe(0);
  },
);

it('what is left at the end does, for as long as linger says', async () => {
  const push = new zmq.Push({ linger: 20 });
  push.connect(NOBODY);
  await push.send('nobody takes it');
  push.close();
  expect(holding()).toBeGreaterThan(0);
  await untilNobodyHolds();
  expect(holding()).toBe(0);
});

it('a long linger is over, its clock too, when nothing is left', () => {
  const before = clocks();
  const push = new zmq.Push({ linger: 60_000 });
  push.connect(NOBODY);
  push.close();
  expect([clocks(), holding()]).toEqual([before, 0]);
});

it('of calls that need not wait every 512th lets the event loop turn', () => {
  turned();
  const calls = Array.from({ length: 600 }, () => mayGoOn());
  expect(calls.indexOf(false)).toBe(511);
  turned();
  expect(mayGoOn()).toBe(true);
});
