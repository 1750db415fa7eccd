/**
 * Answer: The third client's own port; the three others are as before.
 *
 * All four together identify a connection, so one new value is enough.
 * See:
 *   two connections: 4 numbers each, 5 different ones in all
 *   three connections: 4 numbers each, 6 different ones in all
 *   the third client's port is new: true
 */
import { ConnectionSocket, WelcomingSocket } from '../../../src/tcp/index.ts';

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ port: 0 });
await welcomingSocket.listen(5);

const clients: ConnectionSocket[] = [];
const numbers = new Set<string>();
let latest: string[] = [];
for (const name of ['one', 'two', 'three']) {
  const client = new ConnectionSocket();
  await client.connect(welcomingSocket.address);
  clients.push(client);
  const [here, there] = [client.address, client.peerAddress];
  if (!('port' in here && 'port' in there)) throw new Error('no ports');
  const four = [
    `my host ${here.host}`,
    `my port ${here.port}`,
    `the server's host ${there.host}`,
    `the server's port ${there.port}`,
  ];
  latest = four.filter((number) => !numbers.has(number));
  for (const number of four) numbers.add(number);
  if (name === 'one') continue;
  console.log(
    `${name} connections: 4 numbers each, ${numbers.size} different ones in all`,
  );
}
console.log(`the third client's port is new: ${/^my port \d+$/.test(latest.join())}`);

for (const client of clients) await client.close();
await welcomingSocket.close();
