/** A SOCKS5 proxy of the tests: one method, CONNECT, and a record of whom it was asked for. */
import * as net from 'node:net';

export interface SocksProxy {
  /** As an option `socksProxy` has it. */
  address: string;
  /** What it was asked for, `host:port`. */
  asked: string[];
  close(): void;
}

/** @param login `name:password`, when it wants one */
export async function socksProxy(login?: string): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    void serve(client, login, asked).catch(() => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    asked,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function serve(client: net.Socket, login: string | undefined, asked: string[]) {
  const [, count] = await bytes(client, 2);
  const methods = [...(await bytes(client, count!))];
  const method = login === undefined ? 0 : 2;
  client.write(Buffer.from([5, methods.includes(method) ? method : 255]));
  if (login !== undefined) {
    const name = await bytes(client, (await bytes(client, 2))[1]!);
    const word = await bytes(client, (await bytes(client, 1))[0]!);
    const fine = `${String(name)}:${String(word)}` === login;
    client.write(Buffer.from([1, fine ? 0 : 1]));
    if (!fine) throw new Error('a stranger');
  }
  const [, , , type] = await bytes(client, 4);
  const host =
    type === 1
      ? (await bytes(client, 4)).join('.')
      : String(await bytes(client, (await bytes(client, 1))[0]!));
  const port = (await bytes(client, 2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  const there = net.connect(port, host);
  there.on('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
  there.once('connect', () => {
    // By name, as few do: a client must take any of the three forms.
    client.write(Buffer.from([5, 0, 0, 3, 2, 111, 107, 0, 80]));
    client.pipe(there).pipe(client);
  });
  client.on('close', () => there.destroy());
}

async function bytes(socket: net.Socket, count: number): Promise<Buffer> {
  for (;;) {
    const read = count === 0 ? Buffer.alloc(0) : (socket.read(count) as Buffer | null);
    if (read) return read;
    await new Promise((resolve, reject) => {
      socket.once('readable', resolve);
      socket.once('close', reject);
    });
  }
}
