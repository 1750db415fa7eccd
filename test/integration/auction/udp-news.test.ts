/** Questions for news by datagram, asked again and again as the protocol's page has it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openAuction } from '../../../src/auction/index.ts';
import { PATIENCE } from '../../support/programs.ts';

it('are answered after a second, however often they are repeated meanwhile', async () => {
  const auctioneer = await openAuction({ port: 0, game: { bidders: 2 } });
  const socket = createSocket('udp4');
  const ask = (message: object): void =>
    socket.send(JSON.stringify(message), auctioneer.address.port, '127.0.0.1');
  const answer = async (): Promise<Record<string, unknown>> => {
    const signal = AbortSignal.timeout(PATIENCE);
    const [bytes] = (await once(socket, 'message', { signal })) as [Buffer];
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  };
  try {
    ask({ type: 'join', version: 1, name: 'ann', id: 1 });
    const { token } = await answer();
    const question = { type: 'news', id: 2, token, after: 0 };
    ask(question);
    const again = setInterval(() => ask(question), 100);
    try {
      expect(await answer()).toEqual({ type: 'news', id: 2, news: [] });
    } finally {
      clearInterval(again);
    }
  } finally {
    socket.close();
    await auctioneer.close();
  }
});
