/** Sockets of one process: where the limit is, what ends with whom, and what is kept of a name. */
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import * as zmq from '../../../../src/zeromq/index.ts';
import { InprocPipe } from '../../../../src/zeromq/transports/inproc.ts';

const open: zmq.Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
function use<T extends zmq.Socket>(socket: T): T {
  open.push(socket);
  return socket;
}

/** A place of their own, where nobody else is. */
const context = (): zmq.Context => new zmq.Context();
const AT = 'inproc://here';
const AGAIN = expect.objectContaining({ code: 'EAGAIN' }) as Error;

it('both high-water marks together are the limit, and one message read is room for one', async () => {
  const here = context();
  const pull = use(new zmq.Pull({ context: here, receiveHighWaterMark: 3 }));
  const push = use(new zmq.Push({ context: here, sendHighWaterMark: 2, sendTimeout: 0 }));
  await pull.bind(AT);
  push.connect(AT);
  for (let i = 0; i < 5; i += 1) await push.send(`${i}`);
  await expect(push.send('5')).rejects.toEqual(AGAIN);
  push.sendTimeout = -1;
  const waiting = push.send('5');
  expect(String(await pull.receive())).toBe('0');
  await waiting;
  for (let i = 1; i <= 5; i += 1) expect(String(await pull.receive())).toBe(`${i}`);
});

it.each(['sendHighWaterMark', 'receiveHighWaterMark'] as const)(
  'there is no limit where %s is 0',
  async (mark) => {
    const here = context();
    const pull = use(new zmq.Pull({ context: here }));
    const push = use(new zmq.Push({ context: here, sendTimeout: 0 }));
    Object.assign(mark === 'sendHighWaterMark' ? push : pull, { [mark]: 0 });
    await pull.bind(AT);
    push.connect(AT);
    for (let i = 0; i < 3000; i += 1) await push.send('x');
    expect(push.writable).toBe(true);
  },
);

it('before anybody is bound there the sender has its own mark alone', async () => {
  const here = context();
  const push = use(new zmq.Push({ context: here, sendHighWaterMark: 2, sendTimeout: 0 }));
  push.connect(AT);
  await push.send('1');
  await push.send('2');
  await expect(push.send('3')).rejects.toEqual(AGAIN);
});

it('whoever is bound later hears what was sent before disconnect, and nothing after it', async () => {
  const here = context();
  const [push, pull] = [
    use(new zmq.Push({ context: here })),
    use(new zmq.Pull({ context: here })),
  ];
  push.connect(AT);
  await push.send('early');
  push.disconnect(AT);
  await pull.bind(AT);
  expect((await pull.receive()).map(String)).toEqual(['early']);
  expect([pull.readable, push.writable]).toEqual([false, false]);
});

it('a name is free again after unbind, and who came that way stays with whom it came to', async () => {
  const here = context();
  const push = use(new zmq.Push({ context: here }));
  const [first, second] = [0, 1].map(() => use(new zmq.Pull({ context: here })));
  push.connect(AT);
  await first!.bind(AT);
  await first!.unbind(AT);
  await second!.bind(AT);
  await push.send('to the first');
  await push.send('to the first');
  expect([first!.readable, second!.readable]).toEqual([true, false]);
});

it('nothing is kept of names that nobody is bound to or waits for', async () => {
  const here = context();
  for (let i = 0; i < 10; i += 1) {
    const [push, pull] = [
      new zmq.Push({ context: here }),
      new zmq.Pull({ context: here }),
    ];
    push.connect(`inproc://nobody-${i}`);
    push.connect(`inproc://left-${i}`);
    push.connect(`inproc://met-${i}`);
    await pull.bind(`inproc://met-${i}`);
    push.disconnect(`inproc://left-${i}`);
    expect(here.inproc.size).toBe(2);
    push.close();
    pull.close();
    expect(here.inproc.size).toBe(0);
  }
});

it('one who closes is gone for the other, at once', async () => {
  const here = context();
  const push = use(new zmq.Push({ context: here }));
  const pull = new zmq.Pull({ context: here });
  await pull.bind(AT);
  push.connect(AT);
  expect(push.writable).toBe(true);
  pull.close();
  expect(push.writable).toBe(false);
});

it('nothing is kept of who came and went', async () => {
  const here = context();
  const pull = new zmq.Pull({ context: here });
  await pull.bind(AT);
  const parted = vi.spyOn(InprocPipe.prototype, 'close');
  onTestFinished(() => parted.mockRestore());
  for (let i = 0; i < 5; i += 1) {
    const push = new zmq.Push({ context: here });
    push.connect(AT);
    push.close();
  }
  parted.mockClear();
  pull.close();
  expect(parted).not.toHaveBeenCalled();
});

it('a small buffer may be used again after send', async () => {
  const here = context();
  const [push, pull] = [
    use(new zmq.Push({ context: here })),
    use(new zmq.Pull({ context: here })),
  ];
  await pull.bind(AT);
  push.connect(AT);
  const message = Buffer.from('one');
  await push.send(message);
  message.write('two');
  expect(String(await pull.receive())).toBe('one');
});

it('a context has room for another socket for each that is closed', () => {
  const here = new zmq.Context({ maxSockets: 2 });
  for (let i = 0; i < 5; i += 1) {
    const two = [0, 1].map(() => new zmq.Pair({ context: here }));
    expect(() => new zmq.Pair({ context: here })).toThrow(
      expect.objectContaining({ code: 'EMFILE' }),
    );
    for (const socket of two) socket.close();
  }
});

it("a context's largest message is that of its sockets", () => {
  const here = new zmq.Context({ maxMessageSize: 1000 });
  expect(use(new zmq.Pair({ context: here })).maxMessageSize).toBe(1000);
});
