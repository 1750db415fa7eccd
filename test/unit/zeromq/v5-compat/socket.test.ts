/** What a socket of version 5 does by itself, over inproc:// where that is enough. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as zmq from '../../../../src/zeromq/v5-compat/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { bound, called, heard, next, useSockets } from '../../../support/zeromq-v5.ts';

const open = useSockets();
const NOBODY = 'tcp://127.0.0.1:9';
let names = 0;

/** Bound, connected. */
function joined(a: zmq.SocketType, b: zmq.SocketType): [zmq.Socket, zmq.Socket] {
  const [binder, connector] = [open(zmq, a), open(zmq, b)];
  const address = `inproc://v5-${(names += 1)}`;
  binder.bindSync(address);
  connector.connect(address);
  return [binder, connector];
}

/** Notes what each callback is told. */
function noted(): { told: string[]; note: (name: string) => zmq.Callback } {
  const told: string[] = [];
  const note = (name: string) => (error?: Error & { code?: string }) =>
    void told.push(error ? `${name} ${error.code}` : name);
  return { told, note };
}

it('has the types of version 5, by name', () => {
  expect(() => zmq.socket('toString' as 'req')).toThrow('Invalid socket type: toString');
  const socket = open(zmq, 'xreq', { identity: 'me' });
  expect([socket.type, socket.closed, socket.identity]).toEqual(['xreq', false, 'me']);
  expect(socket.close()).toBe(socket);
  expect(socket.closed).toBe(true);
});

describe('sending', () => {
  it('joins the parts that ZMQ_SNDMORE leaves open', async () => {
    const [pull, push] = joined('pull', 'push');
    const messages = heard(pull, 2);
    push.send(['a', 1], zmq.ZMQ_SNDMORE).send(Buffer.from('b'), zmq.ZMQ_SNDMORE);
    push.send([null, 'c'], 0).send('d', null);
    expect(await messages).toEqual([['a', '1', 'b', '', 'c'], ['d']]);
  });

  it('is done before close() where there is room', async () => {
    const [pull, push] = joined('pull', 'push');
    const messages = heard(pull, 3);
    push.send('a').send('b').send('c').close();
    expect(await messages).toEqual([['a'], ['b'], ['c']]);
  });

  it('waits for room, in order, and calls back in that order', async () => {
    const push = open(zmq, 'push');
    push.setsockopt(zmq.ZMQ_SNDHWM, 2);
    push.connect(NOBODY);
    const { told, note } = noted();
    for (const name of ['a', 'b', 'c', 'd']) push.send(name, 0, note(name));
    await eventually(() => expect(told).toEqual(['a', 'b']));
    const pull = open(zmq, 'pull');
    const messages = heard(pull, 2);
    push.connect(await bound(pull));
    expect(await messages).toEqual([['c'], ['d']]);
    await eventually(() => expect(told).toEqual(['a', 'b', 'c', 'd']));
    push.close();
    expect(told).toHaveLength(4);
  });

  it('tells every callback that close() came first', async () => {
    const push = open(zmq, 'push');
    const errors = vi.fn<(error: Error) => void>();
    push.on('error', errors);
    const { told, note } = noted();
    push.send('a', 0, note('a')).send('nobody is told').send('b', 0, note('b'));
    push.close();
    push.send('late').send('c', 0, note('c'));
    await eventually(() => expect(told).toEqual(['a EAGAIN', 'b EBADF', 'c EBADF']));
    expect(errors).not.toHaveBeenCalled();
  });

  it('tells so even during a pause', async () => {
    const push = open(zmq, 'push');
    push.pause();
    const told = called((callback) => push.send('a', 0, callback));
    push.close();
    expect(await told).toMatchObject({ code: 'EBADF' });
  });

  it('fails with an error event where there is no callback, and goes on', async () => {
    const [pull, push] = joined('pull', 'push');
    const messages = heard(pull, 1);
    const error = next(push, 'error');
    push.send([]).send('a');
    expect(await error).toEqual([new TypeError('Message must have at least one part')]);
    expect(await messages).toEqual([['a']]);
    expect(await called((callback) => pull.send('b', 0, callback))).toMatchObject({
      code: 'ENOTSUP',
    });
  });

  it('gives up after ZMQ_SNDTIMEO', async () => {
    const push = open(zmq, 'push');
    push.setsockopt(zmq.ZMQ_SNDTIMEO, 1);
    const { told, note } = noted();
    push.send('a', 0, note('a')).send('b', 0, note('b'));
    await eventually(() => expect(told).toEqual(['a EAGAIN', 'b EAGAIN']));
  });

  it.each(['inproc://v5-turns', 'tcp://127.0.0.1:*'])(
    'meets a burst of requests and a router in one process over %s',
    async (where) => {
      const [router, req] = [open(zmq, 'router'), open(zmq, 'req')];
      router.on('message', (id, empty, text) => router.send([id, empty, `${text}!`]));
      req.connect(await bound(router, where));
      const answers = heard(req, 100);
      const texts = Array.from({ length: 100 }, (_, i) => `${i}`);
      for (const text of texts) req.send(text);
      expect((await answers).flat()).toEqual(texts.map((text) => `${text}!`));
    },
  );

  it('is unharmed by a peer without room while another one has some', async () => {
    const router = open(zmq, 'router');
    router.setsockopt(zmq.ZMQ_ROUTER_MANDATORY, 1).setsockopt(zmq.ZMQ_SNDHWM, 1);
    router.bindSync('inproc://v5-rooms');
    const dealers = ['full', 'free'].map((identity) => {
      const dealer = open(zmq, 'dealer', { identity });
      dealer.setsockopt(zmq.ZMQ_RCVHWM, 1);
      return dealer.connect('inproc://v5-rooms');
    });
    const hellos = heard(router, 2);
    for (const dealer of dealers) dealer.send('hello');
    await hellos;
    dealers[0]!.pause();
    const { told, note } = noted();
    const texts = Array.from({ length: 9 }, (_, i) => `${i}`);
    for (const text of texts) router.send(['full', text], 0, note(text));
    const [full, free] = [heard(dealers[0]!, 9), heard(dealers[1]!, 1)];
    router.send(['free', 'last'], 0, note('last'));
    router.send(['nobody', ''], 0, note('nobody'));
    await eventually(() => expect(told.length).toBeGreaterThan(0));
    expect(told).not.toContain('8');
    dealers[0]!.resume();
    expect((await full).flat()).toEqual(texts);
    expect(await free).toEqual([['last']]);
    const all = [...texts, 'last', 'nobody EHOSTUNREACH'];
    await eventually(() => expect(told).toEqual(all));
  });
});

describe('taking turns', () => {
  it('a req that is sent many requests at once asks them one by one', async () => {
    const [rep, req] = joined('rep', 'req');
    rep.on('message', (text) => rep.send(`${text}!`));
    const answers = heard(req, 3);
    const { told, note } = noted();
    for (const text of ['a', 'b', 'c']) req.send(text, 0, note(text));
    expect(await answers).toEqual([['a!'], ['b!'], ['c!']]);
    expect(told).toEqual(['a', 'b', 'c']);
  });

  it('a rep keeps an answer that comes before its question', async () => {
    const [rep, req] = joined('rep', 'req');
    const answers = heard(req, 2);
    rep.send('a').send('b');
    req.send('?').send('?');
    expect(await answers).toEqual([['a'], ['b']]);
  });

  it('a request out of turn fails after ZMQ_SNDTIMEO', async () => {
    const req = open(zmq, 'req');
    req.setsockopt(zmq.ZMQ_SNDTIMEO, 1).connect(NOBODY);
    const { told, note } = noted();
    req.send('a', 0, note('a')).send('b', 0, note('b'));
    await eventually(() => expect(told).toEqual(['a', 'b EFSM']));
  });
});

describe('receiving', () => {
  it('stops at once with pause(), and goes on in order with resume()', async () => {
    const [pull, push] = joined('pull', 'push');
    const texts: string[] = [];
    pull.on('message', (text) => {
      texts.push(String(text));
      if (texts.length === 2) pull.pause();
    });
    for (const text of ['a', 'b', 'c', 'd']) push.send(text);
    // What comes later over another way shows that nothing comes over this one.
    const [other, sender] = joined('pull', 'push');
    await eventually(() => expect(texts).toEqual(['a', 'b']));
    sender.send('later');
    await next(other);
    expect(texts).toEqual(['a', 'b']);
    pull.resume();
    await eventually(() => expect(texts).toEqual(['a', 'b', 'c', 'd']));
  });

  it('a pause also holds back what is sent', async () => {
    const [pull, push] = joined('pull', 'push');
    const messages = heard(pull, 1);
    push.pause();
    const { told, note } = noted();
    push.send('a', 0, note('a'));
    push.resume();
    expect(await messages).toEqual([['a']]);
    await eventually(() => expect(told).toEqual(['a']));
  });

  it('emits nothing after close()', async () => {
    const [pull, push] = joined('pull', 'push');
    const texts: string[] = [];
    pull.on('message', (text) => {
      texts.push(String(text));
      pull.close();
    });
    for (const text of ['a', 'b', 'c']) push.send(text);
    await eventually(() => expect(texts).toEqual(['a']));
    const [other, sender] = joined('pull', 'push');
    sender.send('later');
    await next(other);
    expect(texts).toEqual(['a']);
  });

  it('says each time that ZMQ_RCVTIMEO is over', async () => {
    const rep = open(zmq, 'rep');
    rep.setsockopt(zmq.ZMQ_RCVTIMEO, 1);
    const codes: unknown[] = [];
    rep.on('error', ({ code }) => codes.push(code));
    const req = open(zmq, 'req');
    req.connect(await bound(rep));
    req.send('the first wait has begun before');
    await next(rep);
    rep.send('now for the second');
    await eventually(() => expect(codes.slice(0, 2)).toEqual(['EAGAIN', 'EAGAIN']));
  });

  it('has no read()', () => {
    expect(() => open(zmq, 'pull').read()).toThrow('Operation not supported');
  });

  it('is subscribed by name, or not at all', async () => {
    const [xpub, sub] = joined('xpub', 'sub');
    const subscriptions = heard(xpub, 2);
    expect(sub.subscribe('a').unsubscribe('a')).toBe(sub);
    expect(await subscriptions).toEqual([['\x01a'], ['\x00a']]);
    expect(() => xpub.subscribe('a')).toThrow('Subscriber socket required');
    expect(() => xpub.unsubscribe('a')).toThrow('Subscriber socket required');
  });
});

describe('binding', () => {
  it('tells by event and by callback, in this order', async () => {
    const pull = open(zmq, 'pull');
    const told: unknown[] = [];
    pull.on('bind', (address) => told.push(['bind', address]));
    pull.on('unbind', (address) => told.push(['unbind', address]));
    pull.bind('inproc://v5-a', (error) => told.push(error));
    pull.unbind('inproc://v5-a', (error) => told.push(error));
    const error = await called((callback) => pull.unbind('inproc://v5-a', callback));
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(told).toEqual([
      ['bind', 'inproc://v5-a'],
      undefined,
      ['unbind', 'inproc://v5-a'],
      undefined,
    ]);
  });

  it('does not keep anything else from being done meanwhile', async () => {
    const [push, pull, other] = [open(zmq, 'push'), open(zmq, 'pull'), open(zmq, 'pull')];
    const address = await bound(other);
    const [early, late] = [heard(other, 2), heard(pull, 1)];
    const told = called((callback) => push.bind('tcp://127.0.0.1:*', callback));
    push.connect(address);
    push.send('a').send('b');
    expect(await told).toBeUndefined();
    expect(await early).toEqual([['a'], ['b']]);
    push.disconnect(address);
    push.send('c');
    pull.connect(push.last_endpoint);
    expect(await late).toEqual([['c']]);
  });

  it.each(['tcp://127.0.0.1:*', 'ws://127.0.0.1:*'])(
    '%s is bound soon',
    async (address) => {
      const [pull, push] = [open(zmq, 'pull'), open(zmq, 'push')];
      const listening = next(pull.monitor(), 'listen');
      expect(pull.bindSync(address)).toBeUndefined();
      await listening;
      expect(pull.last_endpoint).toMatch(/:\d+/);
      push.connect(pull.last_endpoint);
      push.send('a');
      expect(String((await next(pull))[0])).toBe('a');
    },
  );

  it('bindSync() throws what it can know, and emits what it learns later', async () => {
    const [rep, other] = [open(zmq, 'rep'), open(zmq, 'rep')];
    for (const wrong of ['nonsense', 'tcp://127.0.0.1:x']) {
      expect(() => rep.bindSync(wrong)).toThrow('Invalid argument');
    }
    rep.bindSync('inproc://v5-b');
    expect(() => other.bindSync('inproc://v5-b')).toThrow('Address already in use');
    const address = await bound(rep);
    other.bindSync(address);
    expect(await next(other, 'error')).toMatchObject([{ code: 'EADDRINUSE', address }]);
  });

  it('unbindSync() waits for the bindSync() before it', async () => {
    const [pull, other] = [open(zmq, 'pull'), open(zmq, 'pull')];
    const address = await bound(pull);
    pull.unbindSync(address);
    expect(() => pull.unbindSync(address)).toThrow('No such endpoint');
    other.bindSync('inproc://v5-c');
    other.unbindSync('inproc://v5-c');
    pull.bindSync('tcp://127.0.0.1:*');
    pull.unbindSync('tcp://127.0.0.1:*');
    expect(
      await called((callback) => pull.unbind('tcp://127.0.0.1:*', callback)),
    ).toMatchObject({ code: 'ENOENT' });
  });

  it('close() meanwhile comes behind it, and surprises nobody', async () => {
    const pull = open(zmq, 'pull');
    const errors = vi.fn<(error: Error) => void>();
    pull.on('error', errors);
    const { told, note } = noted();
    pull.bind('tcp://127.0.0.1:*', note('first'));
    pull.bind('tcp://127.0.0.1:*', note('second')).bindSync('tcp://127.0.0.1:*');
    pull.close();
    await eventually(() => expect(told).toEqual(['first', 'second EBADF']));
    expect([pull.closed, errors.mock.calls]).toEqual([true, []]);
  });

  it('close() meanwhile also tells those who wait to send', async () => {
    const push = open(zmq, 'push');
    push.pause();
    push.bindSync('tcp://127.0.0.1:*');
    const told = called((callback) => push.send('a', 0, callback));
    push.close();
    expect(await told).toMatchObject({ code: 'EBADF' });
  });
});

describe('the context', () => {
  it('is one', () => {
    expect(() => new zmq.Context()).toThrow('cannot be instantiated');
    const [threads, sockets] = [zmq.Context.getMaxThreads(), zmq.Context.getMaxSockets()];
    onTestFinished(() => {
      zmq.Context.setMaxThreads(threads);
      zmq.Context.setMaxSockets(sockets);
    });
    zmq.Context.setMaxThreads(threads + 1);
    zmq.Context.setMaxSockets(sockets + 1);
    expect(zmq.Context.getMaxThreads()).toBe(threads + 1);
    expect(zmq.Context.getMaxSockets()).toBe(sockets + 1);
  });

  it('has no CURVE', () => {
    expect(() => zmq.curveKeypair()).toThrow('Operation not supported');
  });
});
