/**
 * Answer: What had arrived at the dead server and was not read is missing, and nobody
 * is told. What was sent while nobody was there waits at the client for the next
 * server.
 *
 * In the other direction it is the same: what the dead server had not sent yet is gone.
 * See:
 *   the first server reads: one
 *   it is killed; the next reads: three
 *   so it misses: two
 */
import { Pair } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';
import { freePort } from '../pair.ts';

const address = `tcp://127.0.0.1:${await freePort()}`;
const client = new Pair({ linger: 0 });
client.connect(address);

const first = new Pair({ receiveTimeout: 5000, linger: 0 });
await first.bind(address);
const sent = ['one', 'two', 'three'];
await client.send('one');
await client.send('two');
const read = [String((await first.receive())[0])];
console.log(`the first server reads: ${read[0]}`);

const gone = nextEvent(client, 'disconnect');
first.close();
await gone;
await client.send('three');
const next = new Pair({ receiveTimeout: 5000 });
await next.bind(address);
read.push(String((await next.receive())[0]));
console.log(`it is killed; the next reads: ${read[1]}`);
console.log(`so it misses: ${sent.filter((word) => !read.includes(word)).join()}`);
for (const socket of [client, next]) socket.close();
