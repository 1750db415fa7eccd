/** Options of version 5: by number, by short name, as properties. */
import { describe, expect, it } from 'vitest';
import { type Option, OPTIONS } from '../../../../src/zeromq/base/options.ts';
import * as zmq from '../../../../src/zeromq/v5-compat/index.ts';
import { useSockets } from '../../../support/zeromq-v5.ts';

const open = useSockets();
const ROWS = Object.entries<Option>(OPTIONS).filter(
  ([, { id, effect }]) => id !== undefined && effect !== 'ENOTSUP',
);

it.each(ROWS)('%s is read and written by its number', (name, row) => {
  const type = (row.sockets?.[0] ?? 'DEALER').toLowerCase() as zmq.SocketType;
  const socket = zmq.socket(type);
  const [least] = /^-?\d+/.exec(row.values) ?? [];
  if (typeof row.default === 'boolean') {
    for (const value of [1, 0]) {
      expect(socket.setsockopt(row.id!, value).getsockopt(row.id!)).toBe(value);
    }
  } else if (typeof row.default === 'number') {
    socket.setsockopt(row.id!, Number(least));
    expect([name, socket.getsockopt(row.id!)]).toEqual([name, Number(least)]);
  } else {
    for (const value of ['text', Buffer.from('bœuf')]) {
      expect(socket.setsockopt(row.id!, value).getsockopt(row.id!)).toBe(String(value));
    }
  }
  socket.setsockopt(zmq.ZMQ_LINGER, 0).close();
});

describe('what has another meaning than its row', () => {
  it('ZMQ_IPV4ONLY is the contrary of ZMQ_IPV6', () => {
    const socket = open(zmq, 'req');
    expect(socket.getsockopt(zmq.ZMQ_IPV4ONLY)).toBe(true);
    socket.setsockopt(zmq.ZMQ_IPV4ONLY, 0);
    expect(socket.getsockopt(zmq.ZMQ_IPV6)).toBe(1);
  });

  it('ZMQ_EVENTS says what would not wait', () => {
    expect(open(zmq, 'pull')._ioevents).toBe(0);
    expect(open(zmq, 'pub').getsockopt(zmq.ZMQ_EVENTS)).toBe(zmq.ZMQ_POLLOUT);
    const [pull, push] = [open(zmq, 'pull'), open(zmq, 'push')];
    pull.bindSync('inproc://v5-events');
    push.connect('inproc://v5-events');
    push.send('one is being received').send('one waits');
    expect(pull._ioevents).toBe(zmq.ZMQ_POLLIN);
  });

  it('ZMQ_TYPE, ZMQ_LAST_ENDPOINT and ZMQ_MECHANISM are read', () => {
    const socket = open(zmq, 'pull');
    expect(socket.getsockopt(zmq.ZMQ_TYPE)).toBe(zmq.ZMQ_PULL);
    socket.bindSync('inproc://v5-options');
    expect(socket.last_endpoint).toBe('inproc://v5-options');
    expect(socket.mechanism).toBe(0);
    socket.plain_server = 1;
    expect([socket.mechanism, socket.plain_server]).toEqual([1, 1]);
    expect(() => (socket.mechanism = 0)).toThrow('Unknown option');
  });

  it('ZMQ_XPUB_VERBOSE is written, and reports what is already subscribed to', async () => {
    const xpub = open(zmq, 'xpub').setsockopt(zmq.ZMQ_XPUB_VERBOSE, 1);
    const told: string[] = [];
    const both = new Promise<void>((resolve) => {
      xpub.on('message', (what) => told.push(String(what)) === 2 && resolve());
    });
    xpub.bindSync('inproc://v5-verbose');
    for (let again = 0; again < 2; again += 1) {
      open(zmq, 'sub', { _subscribe: 'a' }).connect('inproc://v5-verbose');
    }
    await both;
    expect(told).toEqual(['\x01a', '\x01a']);
    xpub.setsockopt(zmq.ZMQ_XPUB_VERBOSE, 0);
    expect(() => xpub.getsockopt(zmq.ZMQ_XPUB_VERBOSE)).toThrow('Unknown option');
  });

  it('ZMQ_SUBSCRIBE and ZMQ_UNSUBSCRIBE are written', async () => {
    const [xpub, sub] = [open(zmq, 'xpub'), open(zmq, 'sub')];
    xpub.bindSync('inproc://v5-subscribe');
    sub.connect('inproc://v5-subscribe');
    const told: string[] = [];
    const both = new Promise<void>((resolve) => {
      xpub.on('message', (what) => told.push(String(what)) === 2 && resolve());
    });
    sub.setsockopt('_subscribe', 'a').setsockopt(zmq.ZMQ_UNSUBSCRIBE, Buffer.from('a'));
    await both;
    expect(told).toEqual(['\x01a', '\x00a']);
  });
});

it('refuses what it does not have', () => {
  const socket = open(zmq, 'pull');
  const missing = [999, zmq.ZMQ_FD, zmq.ZMQ_RCVMORE, zmq.ZMQ_ROUTER_RAW, 'nonsense'];
  for (const option of [...missing, zmq.ZMQ_CURVE_SERVER, zmq.ZMQ_TCP_ACCEPT_FILTER]) {
    expect(() => socket.getsockopt(option as number)).toThrow('Unknown option');
    expect(() => socket.setsockopt(option as number, 1)).toThrow('Unknown option');
  }
  expect(() => socket.setsockopt(zmq.ZMQ_SNDHWM, 1)).toThrow('Invalid argument');
  expect(socket.getsockopt(zmq.ZMQ_SNDHWM)).toBeUndefined();
  expect(() => (socket.backlog = '75')).toThrow('Option value must be a number');
  expect(() => (socket.rcvbuf = 1)).toThrow('Operation not supported');
  expect(() => socket.setsockopt(zmq.ZMQ_TCP_KEEPALIVE_CNT, 3)).toThrow(
    'Operation not supported',
  );
});
