/** Peers that speak ZMTP 3.0, which has no SUBSCRIBE: byte by byte, on bare sockets. */
import * as net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import * as zmq from '../../../../src/zeromq/index.ts';
import * as zmtp from '../../../../src/zeromq/zmtp/index.ts';

const GREETING = zmtp.encodeGreeting({
  major: 3,
  minor: 0,
  mechanism: 'NULL',
  asServer: false,
});
const ready = (type: string): Buffer => {
  const metadata = new Map([['Socket-Type', Buffer.from(type)]]);
  const body = zmtp.encodeCommand({ name: 'READY', metadata });
  return zmtp.encodeFrame({ command: true, more: false, body });
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The frames that come after the greeting, as they come. */
function framesOf(socket: net.Socket): () => Promise<zmtp.Frame> {
  const decoder = new zmtp.ZmtpFrameDecoder();
  const frames: zmtp.Frame[] = [];
  let greeting = zmtp.GREETING_LENGTH;
  let wake = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    const skipped = Math.min(greeting, chunk.length);
    greeting -= skipped;
    frames.push(...decoder.push(chunk.subarray(skipped)));
    wake();
  });
  return async () => {
    while (frames.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return frames.shift()!;
  };
}

it('a SUB subscribes at a 3.0 publisher with messages: 01 and the topic', async () => {
  const server = net.createServer();
  const accepted = new Promise<net.Socket>((resolve) => {
    server.once('connection', resolve);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const sub = new zmq.Subscriber();
  sub.subscribe('news');
  sub.connect(`tcp://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  const peer = await accepted;
  closers.push(() => {
    sub.close();
    peer.destroy();
    server.close();
  });
  const next = framesOf(peer);
  peer.write(Buffer.concat([GREETING, ready('PUB')]));
  expect((await next()).command).toBe(true); // READY
  expect(await next()).toEqual({
    command: false,
    more: false,
    body: Buffer.from('\u0001news'),
  });
  sub.unsubscribe('news');
  expect((await next()).body).toEqual(Buffer.from('\u0000news'));
});

it('a PUB takes a 3.0 subscriber at its messages, and filters for it', async () => {
  const xpub = new zmq.XPublisher({ linger: 0 });
  await xpub.bind('tcp://127.0.0.1:*');
  const peer = net.connect(Number(xpub.lastEndpoint!.split(':').at(-1)), '127.0.0.1');
  closers.push(() => {
    xpub.close();
    peer.destroy();
  });
  const next = framesOf(peer);
  const body = Buffer.from('\u0001a');
  peer.write(
    Buffer.concat([
      GREETING,
      ready('SUB'),
      zmtp.encodeFrame({ command: false, more: false, body }),
    ]),
  );
  expect((await xpub.receive()).map(String)).toEqual(['\u0001a']);
  await xpub.send('b, for nobody');
  await xpub.send('a, for it');
  expect((await next()).command).toBe(true); // READY
  expect(String((await next()).body)).toBe('a, for it');
});

it('a SUB subscribes at a 3.1 publisher with commands', async () => {
  const server = net.createServer();
  const accepted = new Promise<net.Socket>((resolve) => {
    server.once('connection', resolve);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const sub = new zmq.Subscriber();
  sub.subscribe('news');
  sub.connect(`tcp://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  const peer = await accepted;
  closers.push(() => {
    sub.close();
    peer.destroy();
    server.close();
  });
  const next = framesOf(peer);
  const greeting = zmtp.encodeGreeting({
    major: 3,
    minor: 1,
    mechanism: 'NULL',
    asServer: false,
  });
  peer.write(Buffer.concat([greeting, ready('PUB')]));
  await next(); // READY
  const { command, body } = await next();
  expect([command, zmtp.decodeCommand(body)]).toEqual([
    true,
    { name: 'SUBSCRIBE', topic: Buffer.from('news') },
  ]);
});
