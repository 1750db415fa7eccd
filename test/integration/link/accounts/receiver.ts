/**
 * Receives what sender.ts sends, and prints each time how many datagrams it has received; after the
 * datagram `bell`, it prints everything that it has received. Argument: the port, for both kinds.
 */
import { FramedConnection } from '../../../../src/framing/index.ts';
import { WelcomingSocket } from '../../../../src/tcp/index.ts';
import { DatagramSocket } from '../../../../src/udp/index.ts';

const address = { host: '127.0.0.1', port: Number(process.argv[2]) };
const datagrams = new DatagramSocket({ queueLimit: 10_000 });
await datagrams.bind(address);
const welcoming = new WelcomingSocket({ noDelay: true });
await welcoming.bind(address);
await welcoming.listen(2);
console.log('ready');

async function receiveStreams(): Promise<{ bare: string; framed: string[] }> {
  const { connectionSocket: first } = await welcoming.accept();
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = await first.recv(65_536);
    if (chunk.length === 0) break;
    chunks.push(chunk);
  }
  await first.close();
  const { connectionSocket: second } = await welcoming.accept();
  const connection = new FramedConnection(second.detach());
  const framed: string[] = [];
  for await (const payload of connection) framed.push(payload.toString());
  await connection.close();
  return { bare: Buffer.concat(chunks).toString(), framed };
}

const streams = receiveStreams();
streams.catch(() => {});
const messages: string[] = [];
for (;;) {
  const { data } = await datagrams.recvfrom(2048);
  if (data.toString() === 'bell') break;
  messages.push(data.toString());
  console.log(`${messages.length} datagrams`);
}
console.log(JSON.stringify({ datagrams: messages, ...(await streams) }));
await Promise.all([datagrams.close(), welcoming.close()]);
