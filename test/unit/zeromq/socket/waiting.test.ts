/** Who waits for a peer that goes. */
import { expect, it } from 'vitest';
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
