/** Devices of version 5. */
import { expect, it, vi } from 'vitest';
import * as zmq from '../../../../src/zeromq/v5-compat/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { heard, next, useSockets } from '../../../support/zeromq-v5.ts';

const open = useSockets();
let names = 0;

/** Bound, connected. */
function joined(a: zmq.SocketType, b: zmq.SocketType): [zmq.Socket, zmq.Socket] {
  const [binder, connector] = [open(zmq, a), open(zmq, b)];
  const address = `inproc://v5-proxy-${(names += 1)}`;
  binder.bindSync(address);
  connector.connect(address);
  return [binder, connector];
}

it('carries requests to workers, and answers back; captures the answers', async () => {
  const [front, req] = joined('router', 'req');
  const [back, rep] = joined('dealer', 'rep');
  const [capture, watcher] = joined('push', 'pull');
  zmq.proxy(front, back, capture);
  rep.on('message', (...parts) => rep.send(parts.map((part) => `${part}!`)));
  const [answers, captured] = [heard(req, 2), heard(watcher, 2)];
  req.send(['a', 'b']).send('c');
  const expected = [['a!', 'b!'], ['c!']];
  expect([await answers, await captured]).toEqual([expected, expected]);
});

it('carries messages from publishers, and subscriptions to them', async () => {
  const [front, sub] = joined('xpub', 'sub');
  const [back, xpub] = joined('xsub', 'xpub');
  const [capture, watcher] = joined('push', 'pull');
  zmq.proxy(front, back, capture);
  const subscribed = next(xpub);
  sub.subscribe('a');
  expect(String((await subscribed)[0])).toBe('\x01a');
  const [messages, captured] = [heard(sub, 2), heard(watcher, 2)];
  xpub.send(['a', '1']).send('b').send('a2');
  expect(await messages).toEqual([['a', '1'], ['a2']]);
  expect(await captured).toEqual([['a', '1'], ['a2']]);
});

it('does not read what it cannot pass on', async () => {
  const [front, source] = [open(zmq, 'pull'), open(zmq, 'push')];
  front.setsockopt(zmq.ZMQ_RCVHWM, 1);
  source.setsockopt(zmq.ZMQ_SNDHWM, 1);
  front.bindSync('inproc://v5-proxy-full');
  source.connect('inproc://v5-proxy-full');
  const back = open(zmq, 'push');
  zmq.proxy(front, back);
  let taken = 0;
  for (let i = 0; i < 20; i += 1) source.send(`${i}`, 0, () => (taken += 1));
  await next(front);
  const [other, sender] = joined('pull', 'push');
  for (let i = 0; i < 20; i += 1) {
    sender.send('many turns later');
    await next(other);
  }
  expect(taken).toBeLessThan(5);
  const pull = open(zmq, 'pull');
  const all = heard(pull, 20);
  pull.bindSync('inproc://v5-proxy-drain');
  back.connect('inproc://v5-proxy-drain');
  expect((await all).flat()).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
});

it('also takes a pull at the back', async () => {
  const [front, sink] = joined('push', 'pull');
  const [back, source] = joined('pull', 'push');
  zmq.proxy(front, back);
  const messages = heard(sink, 1);
  source.send(['a', 'b']);
  expect(await messages).toEqual([['a', 'b']]);
});

it('tells the socket that cannot send, unless it was closed', async () => {
  const [front, source] = joined('pull', 'push');
  const back = open(zmq, 'push');
  const errors = vi.fn<(error: Error) => void>();
  back.setsockopt(zmq.ZMQ_SNDTIMEO, 1).on('error', errors);
  zmq.proxy(front, back);
  source.send('a');
  await eventually(() => expect(errors.mock.calls).toMatchObject([[{ code: 'EAGAIN' }]]));
  back.close();
  const second = next(front);
  source.send('b').send('c');
  await second;
  await next(front);
  expect(errors).toHaveBeenCalledOnce();
});

it('refuses sockets that do not go together in this order', () => {
  const [xpub, xsub] = [open(zmq, 'xpub'), open(zmq, 'xsub')];
  expect(() => zmq.proxy(xsub, xpub)).toThrow(
    'This socket type order is not supported in compatibility mode',
  );
});
