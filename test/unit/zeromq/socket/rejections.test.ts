/** A call that fails gives up its turn: a program may try again in its `catch`. */
import { afterEach, describe, expect, it } from 'vitest';
import * as zmq from '../../../../src/zeromq/index.ts';

const open: zmq.Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
function use<T extends zmq.Socket>(socket: T): T {
  open.push(socket);
  return socket;
}
async function bound<T extends zmq.Socket>(socket: T): Promise<T> {
  await socket.bind('inproc://refused');
  return use(socket);
}
const nowhere = 'tcp://127.0.0.1:9';
const quick = { linger: 0, sendTimeout: 0, receiveTimeout: 0 };
type Try = () => Promise<unknown>;

/** What each does always fails, with the code. */
const CASES: [string, string, () => Try | Promise<Try>][] = [
  [
    'sends to nobody',
    'EAGAIN',
    () => {
      const push = use(new zmq.Push({ linger: 0, sendTimeout: 0 }));
      return () => push.send('');
    },
  ],
  [
    'receives from nobody',
    'EAGAIN',
    () => {
      const pull = use(new zmq.Pull({ linger: 0, receiveTimeout: 0 }));
      return () => pull.receive();
    },
  ],
  [
    'iterates over nothing',
    'EAGAIN',
    () => {
      const pull = use(new zmq.Pull({ linger: 0, receiveTimeout: 0 }));
      return async () => {
        for await (const _ of pull);
      };
    },
  ],
  [
    'answers nobody',
    'EFSM',
    () => {
      const reply = use(new zmq.Reply(quick));
      return () => reply.send('');
    },
  ],
  [
    'sends to a stranger',
    'EHOSTUNREACH',
    () => {
      const router = use(new zmq.Router({ ...quick, mandatory: true }));
      return () => router.send(['stranger', '']);
    },
  ],
  [
    'sends twice at once',
    'EBUSY',
    () => {
      const push = use(new zmq.Push({ linger: 0 }));
      push.send('').catch(() => {});
      return () => push.send('');
    },
  ],
  [
    'receives twice at once',
    'EBUSY',
    () => {
      const pull = use(new zmq.Pull({ linger: 0 }));
      pull.receive().catch(() => {});
      return () => pull.receive();
    },
  ],
  [
    'sends with a PULL',
    'ENOTSUP',
    () => {
      const pull = use(new zmq.Pull({ linger: 0 })) as unknown as zmq.Push;
      return () => pull.send('');
    },
  ],
  [
    'sends with a closed socket',
    'EBADF',
    () => {
      const push = new zmq.Push();
      push.close();
      return () => push.send('');
    },
  ],
  [
    'binds to nonsense',
    'EINVAL',
    () => {
      const push = use(new zmq.Push());
      return () => push.bind('nonsense');
    },
  ],
  [
    'unbinds what is not bound',
    'ENOENT',
    () => {
      const push = use(new zmq.Push());
      return () => push.unbind(nowhere);
    },
  ],
  [
    'binds a closed socket',
    'EBADF',
    () => {
      const push = new zmq.Push();
      push.close();
      return () => push.bind(nowhere);
    },
  ],
  [
    'reads the events of a closed socket',
    'EBADF',
    () => {
      const push = new zmq.Push();
      const { events } = push;
      events.close();
      return () => events.receive();
    },
  ],
  [
    'reads events to which it listens',
    'Error',
    () => {
      const { events } = use(new zmq.Push());
      events.on('bind', () => {});
      return () => events.receive();
    },
  ],
  [
    'runs a proxy that is bound nowhere',
    'EINVAL',
    () => {
      const proxy = new zmq.Proxy(use(new zmq.Router()), use(new zmq.Dealer()));
      return () => proxy.run();
    },
  ],
  [
    'publishes more than may wait',
    'EAGAIN',
    async () => {
      const options = { noDrop: true, sendHighWaterMark: 1, linger: 0 };
      const pub = await bound(new zmq.Publisher(options));
      const sub = use(new zmq.Subscriber({ receiveHighWaterMark: 1 }));
      sub.connect('inproc://refused');
      sub.subscribe('');
      await pub.send('');
      await pub.send('');
      return () => pub.send('');
    },
  ],
];

describe('a program that tries again and again lets the event loop turn when it', () => {
  it.each(CASES)('%s (%s)', async (_, code, prepare) => {
    const attempt = await prepare();
    const turns: string[] = [];
    setImmediate(() => turns.push('one'));
    const codes = new Set<string>();
    for (let tries = 0; tries < 1000 && turns.length === 0; tries += 1) {
      try {
        await attempt();
      } catch (error) {
        const { code, name } = error as zmq.ZmqError;
        codes.add(code ?? name);
      }
    }
    expect([...codes]).toEqual([code]);
    expect(turns).toEqual(['one']);
  });

  it('carries messages with a proxy whose sockets never wait', async () => {
    const front = await bound(new zmq.Pull({ receiveTimeout: 0 }));
    const back = use(new zmq.Push({ linger: 0, sendTimeout: 0 }));
    back.connect(nowhere);
    const proxy = new zmq.Proxy(front, back);
    const ran = proxy.run();
    await new Promise((resolve) => setImmediate(resolve));
    proxy.terminate();
    await ran;
    expect(front.closed).toBe(true);
  });
});
