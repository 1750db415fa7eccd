/** Lesson 10: every server answers bytes with the same bytes. */
import { afterEach, expect, it } from 'vitest';
import { Dealer, Request } from '../../../src/zeromq/index.ts';
import { Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { PATIENCE } from '../../support/eventually.ts';

/** Not UTF-8. */
const BYTES = Buffer.from('fe00ff31', 'hex');
const ECHO = Buffer.concat([Buffer.from('Echo: '), BYTES]);

const programs = new Programs();
afterEach(() => programs.stopAll());

it.each([
  ['server', (at: string) => asking(at, new Request())],
  ['once', (at: string) => asking(at, new Request())],
  ['router', (at: string) => asking(at, new Dealer())],
])('%s', async (name, ask) => {
  const port = await ownPort();
  programs.lesson(`10-request-reply/${name}`, '--port', String(port));
  expect(await ask(`tcp://127.0.0.1:${port}`)).toEqual(ECHO);
});

it('connecting-server', async () => {
  const client = new Request({ receiveTimeout: PATIENCE, sendTimeout: PATIENCE });
  await client.bind('tcp://127.0.0.1:*');
  const port = client.lastEndpoint!.split(':').at(-1)!;
  programs.lesson('10-request-reply/connecting-server', '--port', port);
  await client.send(BYTES);
  expect((await client.receive())[0]).toEqual(ECHO);
  client.close();
});

async function asking(at: string, client: Request | Dealer): Promise<Buffer> {
  client.receiveTimeout = PATIENCE;
  client.connect(at);
  await client.send(BYTES);
  const [answer] = await client.receive();
  client.close();
  return answer!;
}
