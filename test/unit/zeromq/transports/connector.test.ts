/** When a lost or refused connection is tried again, by the test's own clock. */
import * as net from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SocketHost } from '../../../../src/zeromq/transports/host.ts';
import { NullMechanism } from '../../../../src/zeromq/zmtp/mechanisms/null.ts';
import { NO_ENVELOPE } from '../../../../src/zeromq/zmtp/message.ts';
import { defaultOptions, type Options } from '../../../../src/zeromq/base/options.ts';
import { patternOf } from '../../../../src/zeromq/patterns/index.ts';
import type { Pipe } from '../../../../src/zeromq/pipes/pipe.ts';
import type { TypeName } from '../../../../src/zeromq/zmtp/socket-types.ts';
import { Connector } from '../../../../src/zeromq/transports/connector.ts';

/** What an attempt to connect comes to. */
let outcome: 'refused' | 'made' | 'nothing';
const attempts: net.Socket[] = [];

beforeEach(() => {
  outcome = 'refused';
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (
    this: net.Socket,
  ) {
    attempts.push(this);
    if (outcome === 'refused') this.destroy();
    else if (outcome === 'made') process.nextTick(() => this.emit('connect'));
    return this;
  });
});
afterEach(() => {
  for (const socket of attempts.splice(0)) socket.destroy();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A connector whose socket only notes what it is told. */
function connectorWith(given: Partial<Options> = {}, type: TypeName = 'STREAM') {
  const options = Object.assign(defaultOptions(), { reconnectInterval: 100 }, given);
  const intervals: unknown[] = [];
  const lost: unknown[] = [];
  const pipes = new Set<Pipe>();
  const host: SocketHost = {
    type,
    options,
    pattern: patternOf(type, options),
    filter: () => true,
    readable: () => {},
    writable: () => {},
    attach: (pipe) => pipes.add(pipe),
    ready: () => {},
    lost: () => {},
    detach: (pipe) => pipes.delete(pipe),
    arrived: () => {},
    settled: () => {},
    mechanism: () => new NullMechanism(new Map(), false),
    authenticate: () => {},
    emit: (what, { interval, error }) => {
      if (what === 'disconnect') lost.push(error);
      if (what === 'connect:retry') intervals.push(interval);
    },
    emitHandshakeError: () => {},
  };
  const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 9 } as const;
  const connector = new Connector(host, endpoint, 'tcp://127.0.0.1:9');
  return { connector, intervals, lost, pipes };
}

/** Lets the attempt fail, and the time pass until the next one. */
async function again(milliseconds: number): Promise<void> {
  await turn();
  vi.advanceTimersByTime(milliseconds);
  await turn();
}

describe('a connector', () => {
  it('waits, between its interval and twice as long, so that not all come back at once', async () => {
    const { connector, intervals } = connectorWith();
    await turn();
    expect(intervals).toEqual([150]);
    vi.advanceTimersByTime(149);
    expect(attempts).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(attempts).toHaveLength(2);
    connector.destroy();
  });

  it('waits longer and longer, up to the longest, when it is given one', async () => {
    const { connector, intervals } = connectorWith({
      reconnectMaxInterval: 450,
    });
    for (const wait of [100, 200, 400, 450, 450]) {
      await turn();
      const before = attempts.length;
      vi.advanceTimersByTime(wait - 1);
      expect(attempts).toHaveLength(before);
      await again(1);
      expect(attempts).toHaveLength(before + 1);
    }
    expect(intervals.slice(0, 5)).toEqual([100, 200, 400, 450, 450]);
    connector.destroy();
  });

  it('begins anew with short waits once it was connected', async () => {
    const { connector, intervals } = connectorWith({
      reconnectMaxInterval: 10_000,
    });
    await again(100);
    outcome = 'made';
    await again(200);
    outcome = 'refused';
    attempts.at(-1)!.destroy();
    await turn();
    expect(intervals).toEqual([100, 200, 100]);
    connector.destroy();
  });

  it('calls a peer less and less often that hangs up soon after each handshake', async () => {
    outcome = 'made';
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { connector, intervals, lost } = connectorWith();
    const hangUp = async (): Promise<void> => {
      await turn();
      attempts.at(-1)!.destroy();
      await again(30_000);
    };
    for (let time = 1; time <= 12; time += 1) await hangUp();
    expect(intervals).toEqual([
      150, 150, 300, 600, 1200, 2400, 4800, 9600, 19_200, 30_000, 30_000, 30_000,
    ]);
    expect(lost.slice(0, 2)).toEqual([undefined, undefined]);
    expect(lost[2]).toMatchObject({ code: 'ECONNREFUSED' });
    expect(String(lost[2])).toContain('soon after the handshake, 3 times in a row');
    // One that stays for a while is as good as new.
    await turn();
    now.mockReturnValue(7000);
    await hangUp();
    expect(intervals.at(-1)).toBe(150);
    connector.destroy();
  });

  it('gives an attempt up that takes longer than it may', async () => {
    outcome = 'nothing';
    const { connector, intervals } = connectorWith({ connectTimeout: 300 });
    vi.advanceTimersByTime(299);
    expect(attempts[0]!.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await turn();
    expect(attempts[0]!.destroyed).toBe(true);
    await turn();
    expect(intervals).toHaveLength(1);
    connector.destroy();
  });

  it('is connected in time when that shows only afterwards, because we were not running', async () => {
    outcome = 'made';
    const { connector } = connectorWith({ connectTimeout: 300 });
    vi.advanceTimersByTime(300);
    await turn();
    await turn();
    expect([attempts[0]!.destroyed, vi.getTimerCount()]).toEqual([false, 0]);
    connector.destroy();
  });

  it('that is connected in time leaves no clock running', async () => {
    outcome = 'made';
    const { connector } = connectorWith({ connectTimeout: 300 });
    await turn();
    expect([attempts[0]!.destroyed, vi.getTimerCount()]).toEqual([false, 0]);
    connector.destroy();
  });

  it('that may not try again lets go of its pipe', async () => {
    const { intervals, pipes } = connectorWith({ reconnectInterval: -1 });
    expect(pipes.size).toBe(1);
    await turn();
    expect([intervals, pipes.size, vi.getTimerCount()]).toEqual([[], 0, 0]);
  });

  it('that is let go of leaves nothing: no clock, no attempt, no pipe', async () => {
    const waits = connectorWith();
    await turn();
    expect(vi.getTimerCount()).toBe(1);
    waits.connector.destroy();
    outcome = 'nothing';
    const dials = connectorWith({ connectTimeout: 300 });
    dials.connector.destroy();
    expect(attempts.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    expect([vi.getTimerCount(), waits.pipes.size, dials.pipes.size]).toEqual([0, 0, 0]);
  });

  it('keeps what waits while the peer is away, unless it is only to have what is there', async () => {
    outcome = 'made';
    for (const immediate of [false, true]) {
      const { connector, pipes } = connectorWith({ immediate, linger: 0 });
      await turn();
      const [pipe] = pipes;
      attempts.at(-1)!.destroy();
      pipe!.write(Buffer.from('x'), NO_ENVELOPE);
      await turn();
      expect([...pipes]).toEqual(immediate ? [] : [pipe]);
      connector.destroy();
      expect(pipes.size).toBe(0);
    }
  });
});
