/**
 * Answer: The server sees what it saw before, counts, and answers without an error. The
 * client is no longer there to receive it.
 *
 * The client's kernel is there, and says so: it replies to the answer with a reset, so
 * the server's next call fails. That call did nothing wrong; it was the answer before
 * it that was lost.
 * See:
 *   the server has 18 bytes, and the end
 *   the server answers: no error
 *   the client: ERR_SOCKET_CLOSED
 *   the server sends once more: an error
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connectedPair } from '../pair.ts';

const { client, server, close } = await connectedPair();

for (const line of ['first\n', 'second\n', 'third']) {
  await client.sendall(Buffer.from(line));
}
await client.close();

let count = 0;
for (let data; (data = await server.recv(1024)).length > 0;) count += data.length;
console.log(`the server has ${count} bytes, and the end`);
await server.sendall(Buffer.from(`I counted ${count} bytes`));
console.log('the server answers: no error');

const code = ({ code }: NodeJS.ErrnoException): string => String(code);
console.log(`the client: ${await client.recv(1024).then(String, code)}`);

// The reset has to arrive first, which is a matter of microseconds on one machine.
let once = 'no error';
for (let tries = 0; tries < 1000 && once === 'no error'; tries += 1) {
  await pause(1);
  once = await server.sendall(Buffer.from('?')).then(
    () => 'no error',
    () => 'an error',
  );
}
console.log(`the server sends once more: ${once}`);
await close();
