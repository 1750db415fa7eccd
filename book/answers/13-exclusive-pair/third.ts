/**
 * Answer: The server hears all of them. It answers each in turn, not the one that
 * asked: a Dealer does not say who a message is from. A Router would.
 *
 * See:
 *   the server has heard hello from both
 *   four answers: 2 to each
 */
import { Dealer } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const options = { receiveTimeout: 5000, linger: 0 };
const server = new Dealer(options);
await server.bind('tcp://127.0.0.1:*');
const joined = nextEvent(server, 'handshake', 2);
const others = [new Dealer(options), new Dealer(options)];
for (const [index, dealer] of others.entries()) {
  dealer.connect(server.lastEndpoint!);
  await dealer.send(`hello from ${index + 1}`);
}
await joined;

const heard = [await server.receive(), await server.receive()].map(String).sort();
const both = heard.join() === 'hello from 1,hello from 2' ? 'both' : heard.join();
console.log(`the server has heard hello from ${both}`);

for (let count = 0; count < 4; count += 1) await server.send('welcome');
for (const dealer of others) {
  await dealer.receive();
  await dealer.receive(); // or this throws EAGAIN
}
console.log('four answers: 2 to each');
for (const socket of [server, ...others]) socket.close();
