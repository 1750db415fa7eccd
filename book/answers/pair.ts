/** Two connected sockets in one program, for answers that are about what comes after. */
import { ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';

export interface Pair {
  client: ConnectionSocket;
  /** The server's end. */
  server: ConnectionSocket;
  close: () => Promise<void>;
}

export async function connectedPair(): Promise<Pair> {
  const welcomingSocket = new WelcomingSocket();
  await welcomingSocket.bind({ port: 0 });
  await welcomingSocket.listen(1);
  const client = new ConnectionSocket();
  await client.connect(welcomingSocket.address);
  const { connectionSocket: server } = await welcomingSocket.accept();
  const close = async (): Promise<void> => {
    await Promise.all([client.close(), server.close(), welcomingSocket.close()]);
  };
  return { client, server, close };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const socket = new WelcomingSocket();
  await socket.bind({ port: 0 });
  await socket.listen(1);
  const port = 'port' in socket.address ? socket.address.port : 0;
  await socket.close();
  return port;
}
