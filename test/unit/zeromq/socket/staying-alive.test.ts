/** What keeps the process alive, for how long; and that a busy program lets the event loop turn. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { PATIENCE } from '../../../support/eventually.ts';

// Its own copies of the modules: what sockets of other suites hold is not counted here.
vi.resetModules();
const zmq = await import('../../../../src/zeromq/index.ts');
const { Core } = await import('../../../../src/zeromq/socket/core.ts');
const { PendingCall } = await import('../../../../src/zeromq/socket/pending-call.ts');
const { hold, holding, mayGoOn, release, turned } =
  await import('../../../../src/zeromq/base/turn.ts');

/** How many clocks keep this process alive, right now: others of the test runner's come and go. */
const clocks = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Not for ever, in a process that other suites share: what a failed test holds is never let go. */
async function until(is: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE; !is(); await turn()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE} ms`);
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
  expect([clocks(), holding()]).toEqual([before + 1, 1]);
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

it('what waits for a connection does at the end, for as long as linger says', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warn.mockRestore());
  const push = new zmq.Push({ linger: 20_000 });
  push.connect(NOBODY);
  process.emit('beforeExit', 0);
  expect(vi.getTimerCount()).toBe(0);
  await push.send('nobody takes it');
  expect(vi.getTimerCount()).toBe(0);
  process.emit('beforeExit', 0);
  vi.advanceTimersByTime(499);
  expect(warn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(19_500);
  expect(vi.getTimerCount()).toBe(1);
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Waiting for/), 'WARNING']]);
  vi.advanceTimersByTime(1);
  expect(vi.getTimerCount()).toBe(0);
  // Its time is up.
  process.emit('beforeExit', 0);
  expect(vi.getTimerCount()).toBe(0);
  push.linger = 0;
  push.close();
});

it.each([0, 20_000])('after disconnect for the linger of %i ms', async (linger) => {
  const push = new zmq.Push({ linger: -1 });
  push.connect(NOBODY);
  await push.send('nobody takes it');
  push.linger = linger;
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  onTestFinished(() => void vi.useRealTimers());
  push.disconnect(NOBODY);
  const clock = linger > 0 ? 1 : 0; // destroys the connection in the end
  expect(vi.getTimerCount()).toBe(clock);
  process.emit('beforeExit', 0);
  expect(vi.getTimerCount()).toBe(clock * 2);
  vi.advanceTimersByTime(linger + 10);
  expect(vi.getTimerCount()).toBe(0);
  push.close();
});

it('a ZAP handler that does not answer does for ten seconds, and has said 500 then', async () => {
  const context = new zmq.Context();
  const handler = new zmq.Reply({ context });
  await handler.bind('inproc://zeromq.zap.01');
  const server = new Core('PAIR', context);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const verdict = new Promise((resolve) => {
    server.authenticate({ mechanism: 'NULL', frames: [] }, '127.0.0.1', resolve);
  });
  await until(() => handler.readable && holding() > 0);
  vi.advanceTimersByTime(9999);
  expect(holding()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await verdict).toEqual({ status: 500, userId: '' });
  expect(holding()).toBe(0);
  for (const socket of [handler, server]) socket.close();
});

it('what is left at the end does, for as long as linger says', async () => {
  const push = new zmq.Push({ linger: 20 });
  push.connect(NOBODY);
  await push.send('nobody takes it');
  push.close();
  expect(holding()).toBeGreaterThan(0);
  await until(() => holding() === 0);
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
