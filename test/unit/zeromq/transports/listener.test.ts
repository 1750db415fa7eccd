/** What a listener knows of its connections: those that live, and no others. */
import * as net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultOptions } from '../../../../src/zeromq/base/options.ts';
import { patternOf } from '../../../../src/zeromq/patterns/index.ts';
import type { Pipe } from '../../../../src/zeromq/pipes/pipe.ts';
import { Engine } from '../../../../src/zeromq/transports/engine.ts';
import type { SocketHost } from '../../../../src/zeromq/transports/host.ts';
import { Listener } from '../../../../src/zeromq/transports/listener.ts';
import { NO_ENVELOPE } from '../../../../src/zeromq/zmtp/message.ts';
import { NullMechanism } from '../../../../src/zeromq/zmtp/mechanisms/null.ts';
import type { TypeName } from '../../../../src/zeromq/zmtp/socket-types.ts';
import { eventually } from '../../../support/eventually.ts';

const callers: net.Socket[] = [];

afterEach(() => {
  for (const socket of callers.splice(0)) socket.destroy();
  vi.restoreAllMocks();
});

/** A listener with one connection. A STREAM's is ready at once, a PAIR's after a handshake. */
async function listenerWithCaller(type: TypeName) {
  const options = defaultOptions();
  const seen: string[] = [];
  const pipes: Pipe[] = [];
  const host: SocketHost = {
    type,
    options,
    pattern: patternOf(type, options),
    filter: () => true,
    readable: () => {},
    writable: () => {},
    attach: (pipe) => pipes.push(pipe),
    ready: () => {},
    lost: () => {},
    detach: () => seen.push('detached'),
    arrived: () => {},
    settled: () => seen.push('settled'),
    mechanism: () => new NullMechanism(new Map(), false),
    authenticate: () => {},
    emit: (what) => seen.push(what),
    emitHandshakeError: () => {},
  };
  const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const listener = await Listener.open(host, endpoint);
  const port = Number(/\d+$/.exec(listener.address)![0]);
  const caller = net.connect(port, '127.0.0.1').resume();
  callers.push(caller);
  await eventually(() => expect(seen).toContain('accept'));
  return { listener, caller, seen, pipes };
}

describe('a listener', () => {
  // `destroy` ends every connection that the listener has, so it shows which these are.
  it.each(['PAIR', 'STREAM'] as const)(
    'forgets a connection of a %s that has ended, before its handshake or after',
    async (type) => {
      const { listener, caller, seen, pipes } = await listenerWithCaller(type);
      caller.end();
      await eventually(() => expect(seen).toContain('settled'));
      expect(pipes).toHaveLength(type === 'STREAM' ? 1 : 0);
      const destroy = vi.spyOn(Engine.prototype, 'destroy');
      listener.destroy();
      expect(destroy).not.toHaveBeenCalled();
    },
  );

  it.each(['PAIR', 'STREAM'] as const)(
    'ends a connection of a %s that lives',
    async (type) => {
      const { listener, caller, seen } = await listenerWithCaller(type);
      listener.destroy();
      await eventually(() => expect(caller.closed).toBe(true));
      expect(seen.slice(-3)).toContain('settled');
    },
  );

  it('is busy until a connection has handed over what was written to it', async () => {
    const { listener, pipes } = await listenerWithCaller('STREAM');
    expect(listener.busy).toBe(false);
    pipes[0]!.write(Buffer.from('news'), NO_ENVELOPE);
    expect(listener.busy).toBe(true);
    await eventually(() => expect(listener.busy).toBe(false));
    listener.destroy();
  });

  it('waits for nothing that was written to a connection that has ended', async () => {
    const { listener, caller, seen, pipes } = await listenerWithCaller('STREAM');
    caller.end();
    await eventually(() => expect(seen).toContain('detached'));
    pipes[0]!.write(Buffer.from('too late'), NO_ENVELOPE);
    expect(listener.busy).toBe(false);
    listener.destroy();
  });

  it('that finishes hangs up on who has not said hello, and lets the others have what waits', async () => {
    const destroy = vi.spyOn(Engine.prototype, 'destroy');
    const young = await listenerWithCaller('PAIR');
    young.listener.finish();
    expect(destroy).toHaveBeenCalledOnce();
    destroy.mockClear();
    const known = await listenerWithCaller('STREAM');
    known.listener.finish();
    expect(destroy).not.toHaveBeenCalled();
    await eventually(() => expect(known.caller.closed).toBe(true));
  });
});
