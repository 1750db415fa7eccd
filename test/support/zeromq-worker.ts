/**
 * A process of its own for tests that kill, close and restart:
 *
 *   send ADDRESS COUNT SIZE      PUSH: connects, sends numbered messages, closes, ends by itself
 *   serve ADDRESS COUNT SIZE     the same, but binds
 *   exit ADDRESS COUNT SIZE      the same as send, but calls process.exit() after the last
 *   fail ADDRESS COUNT SIZE      the same, but throws
 *   close ADDRESS COUNT SIZE     the same, but closes; all three go on with `connected LINGER`
 *                                when a line is typed after the first message, and print `sent`
 *   named ADDRESS                a DEALER, ann: sends `hello`; calls process.exit() when a line is typed
 *   take ADDRESS COUNT           PULL: binds, prints where, and `first` and `all` when they are there
 *   queue FRONT BACK             a ROUTER and a DEALER, and a proxy between them; until killed
 *   stream FRONT BACK            a PULL and a PUSH, and a proxy between them; until killed
 */
import { once } from 'node:events';
import { Dealer, Proxy, Pull, Push, Router } from '../../src/zeromq/index.ts';

function numbered(number: number, size: number): Buffer {
  const message = Buffer.alloc(size);
  message.writeUInt32BE(number);
  return message;
}

const [role, front = '', back = '', last = '', when, linger = '120000'] =
  process.argv.slice(2);
// Whoever started it has gone.
process.stdin.on('end', () => process.exit()).resume();
process.stdin.unref();

if (role === 'exit' || role === 'fail' || role === 'close') {
  const push = new Push({ sendHighWaterMark: 0, linger: Number(linger) });
  push.connect(front);
  // The first is there: so is the connection.
  if (when === 'connected') {
    await push.send(numbered(0, 4));
    process.stdin.ref();
    await once(process.stdin, 'data');
    process.stdin.unref();
  }
  for (let i = 0; i < Number(back); i += 1) await push.send(numbered(i, Number(last)));
  console.log('sent');
  if (role === 'exit') process.exit();
  if (role === 'fail') throw new Error('on purpose');
  push.close();
} else if (role === 'named') {
  const dealer = new Dealer({ routingId: 'ann' });
  dealer.connect(front);
  await dealer.send('hello');
  process.stdin.ref();
  await once(process.stdin, 'data');
  process.exit();
} else if (role === 'take') {
  const pull = new Pull();
  await pull.bind(front);
  console.log(`at ${pull.lastEndpoint!}`);
  await pull.receive();
  console.log('first');
  for (let i = 0; i < Number(back); i += 1) {
    const [message] = await pull.receive();
    if (message!.readUInt32BE() !== i) throw new Error(`not number ${i}`);
  }
  console.log('all');
  pull.close();
} else if (role === 'send' || role === 'serve') {
  const push = new Push();
  if (role === 'send') push.connect(front);
  else await push.bind(front);
  const size = Number(last);
  for (let i = 0; i < Number(back); i += 1) {
    await push.send(numbered(i, size));
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
