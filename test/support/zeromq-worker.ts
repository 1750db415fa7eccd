/**
 * A process of its own for tests that kill, close and restart:
 *
 *   send ADDRESS COUNT SIZE      PUSH: connects, sends numbered messages, closes, ends by itself
 *   serve ADDRESS COUNT SIZE     the same, but binds
 *   queue FRONT BACK             a ROUTER and a DEALER, and a proxy between them; until killed
 *   stream FRONT BACK            a PULL and a PUSH, and a proxy between them; until killed
 */
import { Dealer, Proxy, Pull, Push, Router } from '../../src/zeromq/index.ts';

const [role, front = '', back = '', last = ''] = process.argv.slice(2);
// Whoever started it has gone.
process.stdin.on('end', () => process.exit()).resume();
(process.stdin as unknown as { unref?: () => void }).unref?.();

if (role === 'send' || role === 'serve') {
  const push = new Push();
  if (role === 'send') push.connect(front);
  else await push.bind(front);
  const size = Number(last);
  for (let i = 0; i < Number(back); i += 1) {
    const message = Buffer.alloc(size);
    message.writeUInt32BE(i);
    await push.send(message);
  }
  push.close();
} else {
  const proxy =
    role === 'queue'
      ? new Proxy(new Router(), new Dealer())
      : new Proxy(new Pull(), new Push());
  await proxy.frontEnd.bind(front);
  await proxy.backEnd.bind(back);
  console.log('ready');
  await proxy.run();
}
