/**
 * Answer: Nobody: the server has ended, with exit status 1.
 *
 * The reset reaches the server's connection socket as an 'error' event. An 'error' that
 * nobody listens for is thrown, and what nobody catches ends a Node program, with all its
 * other connections. One line is missing: connectionSocket.on('error', …).
 * See:
 *   server.ts has ended, with exit status 1
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const server = startLesson('02-tcp-uppercase/server', '--port', String(port));
await server.printed('ready');

const rude = connect(port, '127.0.0.1');
await once(rude, 'connect');
rude.resetAndDestroy();
console.log(`server.ts has ended, with exit status ${await server.ended()}`);
