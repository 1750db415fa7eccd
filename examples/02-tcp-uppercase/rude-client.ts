/**
 * A client that resets its connection.
 *
 * Shows:    A reset (RST) ends a connection at once. The server's socket gets
 *           an error instead of an end, and a server that does not handle it
 *           dies. robust-server.ts loses this one connection and serves the
 *           next.
 * Lecture:  A client that vanishes: P2 and P7 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/rude-client.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/robust-server.ts (start it first)
 * See:
 *   The first client resets its connection
 *   The next client is answered: STILL THERE?
 * Exercise: Start server.ts instead, and run this again. Who is still there?
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { program } from '../program.ts';

const { host, port } = program();

const rude = connect(port, host);
await once(rude, 'connect');
rude.resetAndDestroy();
console.log('The first client resets its connection');

const next = connect(port, host);
await once(next, 'connect');
next.write('still there?');
next.once('data', (answer) => {
  console.log(`The next client is answered: ${answer.toString()}`);
  next.end();
});
