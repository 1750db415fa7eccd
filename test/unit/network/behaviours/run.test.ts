/** The engine, with experiments of the test's own. */
import { createSocket } from 'node:dgram';
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  asExpected,
  experiment,
  type Experiment,
  type Finding,
  NotHere,
  runExperiment,
  runExperiments,
} from '../../../../src/network/behaviours/index.ts';
import { codeOf, Lab } from '../../../../src/network/behaviours/lab.ts';

const SIDE = { told: 'it', measured: {} };

/** An experiment that does this. */
function doing(run: Experiment<'yes' | 'no'>['run']): Experiment {
  return experiment({
    name: 'test',
    question: 'Is it so?',
    answers: { yes: 'yes', no: 'no' },
    expected: 'yes',
    because: 'it is so',
    sources: [],
    read: [],
    run,
  });
}

const finding = (answer: 'yes' | 'no' | undefined): Finding<'yes' | 'no'> => ({
  udp: SIDE,
  tcp: SIDE,
  answer,
});

describe('a run', () => {
  it.each([
    ['yes', true],
    ['no', false],
    [undefined, false],
  ] as const)('hands on what was found: %s', async (answer, usual) => {
    const outcome = await runExperiment(doing(() => Promise.resolve(finding(answer))));
    expect(outcome).toMatchObject({ state: 'ran', finding: { answer }, silences: [] });
    expect(asExpected(outcome)).toBe(usual);
  });

  it('tells what this machine lacks', async () => {
    const outcome = await runExperiment(
      doing(() => Promise.reject(new NotHere('no IPv6'))),
    );
    expect(outcome).toMatchObject({ state: 'not-here', reason: 'no IPv6' });
    expect(asExpected(outcome)).toBeUndefined();
  });

  it('tells what went wrong, in one line', async () => {
    const outcome = await runExperiment(
      doing(async (lab) => {
        const { port } = (await lab.datagramSocket()).address;
        const second = lab.keep(createSocket('udp4')).bind(port, '127.0.0.1');
        await once(second, 'listening');
        return finding('yes');
      }),
    );
    expect(outcome.state).toBe('failed');
    expect(outcome).toMatchObject({
      reason: expect.stringMatching(/is taken: .*EADDRINUSE/),
    });
  });

  it.each([
    ['not-here', new NotHere('no \x1b[2Jgroup'), 'no \\x1b[2Jgroup'],
    ['failed', new Error('no \x1b[2Jmemory'), 'no \\x1b[2Jmemory'],
  ])('tells why, and nothing hides in that: %s', async (state, error, reason) => {
    const outcome = await runExperiment(doing(() => Promise.reject(error)));
    expect(outcome).toMatchObject({ state, reason });
  });

  it('has an end, whatever the experiment waits for, and closes everything', async () => {
    const left: Promise<string>[] = [];
    const bare = createServer();
    const outcome = await runExperiment(
      doing(async (lab) => {
        const door = await lab.welcomingSocket();
        left.push(codeOf(door.accept()));
        const { client, server } = await lab.connection();
        left.push(codeOf(client.recv(1)), codeOf(server.recv(1)));
        await once(lab.keep(bare).listen(0, '127.0.0.1'), 'listening');
        await (await lab.datagramSocket()).recvfrom(10); // for ever
        return finding('yes');
      }),
      { limit: 200 },
    );
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: 'the experiment test: nothing happened within 200 ms',
    });
    // On a busy machine not all of them may have been opened in time.
    for (const code of await Promise.all(left)) expect(code).toBe('ERR_SOCKET_CLOSED');
    expect(bare.listening).toBe(false);
  });

  it('ends when it is told to, with the reason, and closes everything', async () => {
    const controller = new AbortController();
    let received: Promise<string> | undefined;
    const running = runExperiment(
      doing(async (lab) => {
        const socket = await lab.datagramSocket();
        received = codeOf(socket.recvfrom(10));
        controller.abort(new Error('Ctrl-C'));
        await received;
        return finding('yes');
      }),
      { signal: controller.signal },
    );
    await expect(running).rejects.toThrow('Ctrl-C');
    expect(await received).toBe('ERR_SOCKET_CLOSED');
    await expect(
      runExperiment(
        doing(() => Promise.resolve(finding('yes'))),
        { signal: controller.signal },
      ),
    ).rejects.toThrow('Ctrl-C');
  });

  it('leaves no time-out and no listener behind', async () => {
    const controller = new AbortController();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await runExperiment(
      doing(() => Promise.resolve(finding('yes'))),
      { signal: controller.signal },
    );
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('closes what comes to be kept too late', async () => {
    const bare = createServer().listen(0, '127.0.0.1');
    await once(bare, 'listening');
    const closed = once(bare, 'close');
    const lab = new Lab();
    await lab.close();
    expect(() => lab.keep(bare)).toThrow('the experiment is over');
    expect(await closed).toEqual([]);
  });

  it('lets nothing be opened any more once it is over', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const outcome = await runExperiment(
      doing((lab) => {
        late = new Promise((resolve) => {
          lab.signal.addEventListener('abort', () => setTimeout(resolve, 20));
        }).then(() => lab.welcomingSocket());
        late.catch(() => {});
        return new Promise(() => {});
      }),
      { limit: 20 },
    );
    expect(outcome.state).toBe('failed');
    await expect(late).rejects.toThrow('nothing happened within 20 ms');
  });
});

describe('several runs', () => {
  /** Tells how many run at its beginning, and ends when `many` have run at once. */
  function watched(
    many: number,
    runs?: 'alone',
  ): { all: Experiment[]; most: () => number } {
    let running = 0;
    let most = 0;
    const one = (): Experiment => ({
      ...doing(async (lab) => {
        running += 1;
        most = Math.max(most, running);
        await lab.until(() => most >= many);
        running -= 1;
        return finding('yes');
      }),
      ...(runs && { runs }),
    });
    return { all: Array.from({ length: 20 }, one), most: () => most };
  }

  const run = (all: Experiment[]): ReturnType<typeof runExperiments> =>
    runExperiments(all, new AbortController().signal, () => {});

  it('go side by side, but not all at once', async () => {
    const { all, most } = watched(2);
    const outcomes = await run(all);
    expect(outcomes.map(({ experiment: one }) => one)).toEqual(all);
    expect(most()).toBeLessThan(20);
  });

  it('go one after the other where each wants to be alone', async () => {
    const { all, most } = watched(1, 'alone');
    await run([...watched(2).all, ...all]);
    expect(most()).toBe(1);
  });

  it('do not wait for those with programs, of which the longest begin first', async () => {
    const begun: string[] = [];
    let over = (): void => {};
    const ended = new Promise<void>((resolve) => (over = resolve));
    const named = (name: string, run: () => Promise<unknown>): Experiment => ({
      ...doing(async () => {
        begun.push(name);
        await run();
        return finding('yes');
      }),
      name,
    });
    const withPrograms = (name: string): Experiment => ({
      ...named(name, () => ended),
      programs: {},
    });
    const outcomes = await run([
      { ...named('alone', () => Promise.resolve(over())), runs: 'alone' },
      withPrograms('short'),
      { ...withPrograms('long'), runs: 'first' },
    ]);
    expect(begun).toEqual(['long', 'short', 'alone']);
    expect(outcomes.map(asExpected)).toEqual([true, true, true]);
  });

  it('end with the reason when they are told to, after all is closed', async () => {
    const controller = new AbortController();
    const received: Promise<string>[] = [];
    const waiting = doing(async (lab) => {
      const socket = await lab.datagramSocket();
      received.push(codeOf(socket.recvfrom(10)));
      if (received.length === 2) controller.abort(new Error('Ctrl-C'));
      await received[0];
      return finding('yes');
    });
    const running = runExperiments(
      [waiting, { ...waiting }],
      controller.signal,
      () => {},
    );
    await expect(running).rejects.toThrow('Ctrl-C');
    const closed = 'ERR_SOCKET_CLOSED';
    expect(await Promise.all(received)).toEqual([closed, closed]);
  });
});

describe('the silence of a lab', () => {
  it('is noted with its reason when nothing came, and the wait goes on', async () => {
    const outcome = await runExperiment(
      doing(async (lab) => {
        const [a, b] = [await lab.datagramSocket(), await lab.datagramSocket()];
        const receiving = lab.later(a.recvfrom(10));
        const silent = await lab.stillPending(receiving, 30, 'nobody sends');
        await b.sendto(Buffer.from('late'), a.address);
        expect((await receiving).data.toString()).toBe('late');
        return finding(silent ? 'yes' : 'no');
      }),
    );
    expect(outcome).toMatchObject({
      state: 'ran',
      finding: { answer: 'yes' },
      silences: [{ milliseconds: 30, because: 'nobody sends' }],
    });
  });

  it('is none when something came, or failed, however late we ourselves are', async () => {
    const outcome = await runExperiment(
      doing(async (lab) => {
        const [a, b] = [await lab.datagramSocket(), await lab.datagramSocket()];
        const receiving = a.recvfrom(10);
        const looking = lab.stillPending(receiving, 20, 'it is there');
        await b.sendto(Buffer.from('in time'), a.address);
        const end = performance.now() + 60;
        while (performance.now() < end); // too busy to look
        const failing = await lab.stillPending(Promise.reject(new Error('no')), 20, 'no');
        return finding((await looking) || failing ? 'no' : 'yes');
      }),
    );
    expect(outcome).toMatchObject({ finding: { answer: 'yes' }, silences: [] });
  });
});
