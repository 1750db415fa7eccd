/**
 * Answer: Everybody who can send to this machine, over IPv4 and IPv6.
 *
 * `::` means: all my addresses. Unless the socket is `ipv6Only`, these include the IPv4
 * addresses.
 * See:
 *   from 127.0.0.1: seen as ::ffff:127.0.0.1
 *   from ::1: seen as ::1
 */
import { ConnectionSocket, WelcomingSocket } from '../../../src/tcp/index.ts';

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host: '::', port: 0 });
await welcomingSocket.listen(2);
const { address } = welcomingSocket;
const port = 'port' in address ? address.port : 0;

for (const host of ['127.0.0.1', '::1']) {
  const clientSocket = new ConnectionSocket();
  await clientSocket.connect({ host, port });
  const { address: seen, connectionSocket } = await welcomingSocket.accept();
  console.log(`from ${host}: seen as ${'host' in seen ? seen.host : 'nobody'}`);
  await Promise.all([clientSocket.close(), connectionSocket.close()]);
}
await welcomingSocket.close();
