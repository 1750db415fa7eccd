/**
 * Answer: Write each piece back as it comes, and end when the client has ended.
 *
 * Node does the looping: there is a `data` event whenever something has arrived. A
 * decoder keeps half a letter until its other half arrives. What the client sends is
 * still a stream: nobody promises that two writes arrive as two pieces, so this client
 * waits for each answer.
 * See:
 *   ONE
 *   TWO
 *   the server has ended too
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

const welcomingSocket = createServer({ allowHalfOpen: true }, (connectionSocket) => {
  const decoder = new StringDecoder('utf8');
  connectionSocket.on('data', (piece) => {
    connectionSocket.write(decoder.write(piece).toUpperCase());
  });
  connectionSocket.on('end', () => connectionSocket.end());
  connectionSocket.on('error', () => connectionSocket.destroy());
});
welcomingSocket.listen(0, '127.0.0.1');
await once(welcomingSocket, 'listening');
const { port } = welcomingSocket.address() as AddressInfo;

const client = connect(port, '127.0.0.1').setEncoding('utf8');
for (const sentence of ['one', 'two']) {
  client.write(sentence);
  const [answer] = await once(client, 'data');
  console.log(answer);
}
client.end();
await once(client, 'end');
console.log('the server has ended too');
welcomingSocket.close();
