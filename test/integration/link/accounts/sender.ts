/**
 * Sends this many numbered messages three times: as datagrams, over a bare TCP connection, and
 * over one with frames. Arguments: the relay's ports, how many.
 */
import { FramedConnection } from '../../../../src/framing/index.ts';
import { ConnectionSocket } from '../../../../src/tcp/index.ts';
import { DatagramSocket } from '../../../../src/udp/index.ts';

const [udp = 0, tcp = 0, count = 0] = process.argv.slice(2).map(Number);
const messages = Array.from({ length: count }, (_, index) =>
  Buffer.from(`message ${index + 1}\n`),
);

const datagrams = new DatagramSocket();
for (const message of messages) {
  await datagrams.sendto(message, { host: '127.0.0.1', port: udp });
}
await datagrams.close();

const bare = new ConnectionSocket({ noDelay: true });
await bare.connect({ host: '127.0.0.1', port: tcp });
for (const message of messages) await bare.sendall(message);
await bare.shutdown();
await bare.recv(1); // until the receiver has ended the connection as well
await bare.close();

const connection = new ConnectionSocket({ noDelay: true });
await connection.connect({ host: '127.0.0.1', port: tcp });
const framed = new FramedConnection(connection.detach());
for (const message of messages) await framed.send(message);
framed.end();
for await (const _ of framed);
await framed.close();
