/**
 * Our end of an experiment with a multicast group, as a process of its own:
 *
 *   send ADDRESS COUNT RATE       PUB: says hello until a line comes; then sends numbered messages
 *                                 of two parts, prints `sent`, and closes when the next line comes
 *   receive ADDRESS COUNT RATE    SUB: prints `heard` at the first hello, and what it has received
 *                                 when the last message has come, or none for three minutes
 *   loop ADDRESS COUNT RATE       prints what a SUB hears first of two publishers on its own machine,
 *                                 of which the first has multicastLoop off
 *
 * Messages 249, 499, … have 100,000 bytes, the others up to 59. test/interop/peers/epgm_peer.py
 * is libzmq's.
 */
import { createInterface } from 'node:readline';
import { Publisher, Subscriber } from '../../src/zeromq/index.ts';

const [role, address = '', many = '', kilobits = ''] = process.argv.slice(2);
const [count, rate] = [Number(many), Number(kilobits)];
/** Milliseconds: on a slow machine, too, what was lost is still there to be sent again. */
const recoveryInterval = 60_000;
const PATIENCE = 180_000;

function body(number: number): Buffer {
  return Buffer.alloc(number % 250 === 249 ? 100_000 : number % 60, number % 251);
}

if (role === 'send') {
  const pub = new Publisher({ rate, sendHighWaterMark: 0, recoveryInterval });
  await pub.bind(address);
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
  const hello = setInterval(() => void pub.send('hello'), 20);
  await lines.next();
  clearInterval(hello);
  for (let i = 0; i < count; i += 1) await pub.send([String(i), body(i)]);
  console.log('sent');
  await lines.next();
  process.stdin.destroy();
  pub.close();
} else if (role === 'loop') {
  const sub = new Subscriber({ receiveTimeout: PATIENCE });
  sub.subscribe();
  await sub.bind(address);
  for (const multicastLoop of [false, true]) {
    const pub = new Publisher({ rate, multicastLoop });
    await pub.bind(address);
    await pub.send(`with multicastLoop ${multicastLoop}`);
    pub.close();
  }
  console.log(String((await sub.receive())[0]));
  sub.close();
} else {
  const sub = new Subscriber({
    rate,
    receiveHighWaterMark: 0,
    receiveTimeout: PATIENCE,
    recoveryInterval,
  });
  const account = { received: 0, damaged: 0, disordered: 0, resets: 0 };
  sub.events.on('disconnect', () => (account.resets += 1));
  sub.subscribe();
  sub.connect(address);
  await sub.receive();
  console.log('heard');
  let wanted = 0;
  try {
    while (wanted < count) {
      const [first, second, ...others] = await sub.receive();
      if (String(first) === 'hello') continue;
      const number = Number(String(first));
      account.received += 1;
      if (others.length > 0 || !body(number).equals(second!)) account.damaged += 1;
      if (number < wanted) account.disordered += 1;
      wanted = number + 1;
    }
  } catch {} // too long without a message
  console.log(JSON.stringify(account));
  sub.close();
}
