/** What is left of a socket that has been closed: nothing, a moment later. */
import { expect, it } from 'vitest';
import { Context, Dealer, Pull, Push } from '../../../../src/zeromq/index.ts';
import { eventually, PATIENCE } from '../../../support/eventually.ts';
import { isFree } from '../../../support/garbage.ts';

it.each(['tcp://127.0.0.1:*', 'inproc://left'])(
  'sockets that are closed let go of their context, over %s',
  async (address) => {
    const left = await (async () => {
      const context = new Context();
      const pull = new Pull({ context, receiveTimeout: PATIENCE });
      const push = new Push({ context });
      await pull.bind(address);
      push.connect(pull.lastEndpoint!);
      await push.send('hello');
      await pull.receive();
      push.close();
      pull.close();
      return new WeakRef(context);
    })();
    await eventually(async () => expect(await isFree(left)).toBe(true));
  },
);

it('a socket that is closed while it still tries to connect lets go of its context', async () => {
  const left = await (async () => {
    const context = new Context();
    const dealer = new Dealer({ context, linger: 0 });
    dealer.connect('tcp://192.0.2.1:1'); // of TEST-NET-1: nobody answers
    await dealer.send('hello');
    dealer.close();
    return new WeakRef(context);
  })();
  await eventually(async () => expect(await isFree(left)).toBe(true));
});
