/** Who waits, for a peer that goes or with a time-out. */
import { afterEach, expect, it, vi } from 'vitest';
import { Core } from '../../../../src/zeromq/socket/core.ts';
import { Context } from '../../../../src/zeromq/index.ts';
import { FakePipe } from '../patterns/fake-pipe.ts';

it('a server that waits for room at one client is told that it has gone', async () => {
  const server = new Core('SERVER', new Context());
  const pipe = new FakePipe();
  server.attach(pipe);
  pipe.full = true;
  let answer: unknown = 'nothing yet';
  const sent = server.send([pipe.routingId, Buffer.from('answer')]);
  sent.catch((error: unknown) => (answer = error));
  server.detach(pipe);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answer).toMatchObject({ code: 'EHOSTUNREACH' });
  server.close();
});

afterEach(() => {
  vi.useRealTimers();
});

it('what lies there unread when the time is up is still received', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const pull = new Core('PULL', new Context());
  pull.options.receiveTimeout = 100;
  const pipe = new FakePipe({ readable: (one) => pull.readable(one) });
  pull.attach(pipe);
  const received = pull.receive();
  vi.advanceTimersByTime(100);
  pipe.deliver([Buffer.from('in time')]);
  pull.arrived();
  expect((await received).map(String)).toEqual(['in time']);
  const again = pull.receive();
  vi.advanceTimersByTime(100);
  await expect(again).rejects.toMatchObject({ code: 'EAGAIN' });
  pull.close();
});
