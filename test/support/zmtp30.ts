/**
 * A peer that speaks ZMTP as bytes, of version 3.0 or whatever a test wants: what a library
 * would never send can be sent here. It knows no patterns and hides nothing.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PATIENCE } from './programs.ts';

/** Signature, padding, version, mechanism, as-server, filler: 64 bytes. */
export function greeting(
  minor = 0,
  { mechanism = 'NULL', major = 3 }: { mechanism?: string; major?: number } = {},
): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, major, minor]);
  bytes.write(mechanism, 12, 'latin1');
  return bytes;
}

/** `04 size 05 READY 0B Socket-Type …`: a command frame with metadata. */
export function ready(type: string, identity?: string): Buffer {
  const property = (name: string, value: string): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(value.length);
    return Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      size,
      Buffer.from(value),
    ]);
  };
  const data = [property('Socket-Type', type)];
  if (identity !== undefined) data.push(property('Identity', identity));
  return command('READY', Buffer.concat(data));
}

export function command(name: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), data]);
  return Buffer.concat([Buffer.from([4, body.length]), body]);
}

export function message(text: string | Uint8Array, more = false): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([more ? 1 : 0, body.length]), body]);
}

export class RawPeer {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #tell = (): void => {};
  ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#tell();
    });
    socket.on('error', () => {});
    const end = (): void => {
      this.ended = true;
      this.#tell();
    };
    socket.on('end', end).on('close', end);
  }

  /** @param address `tcp://host:port` or `ipc://path` */
  static async to(address: string): Promise<RawPeer> {
    const [, path, host, port] = /^ipc:\/\/(.*)|tcp:\/\/(.*):(\d+)$/.exec(address)!;
    const socket = connect(
      path === undefined ? { host: host!, port: Number(port), noDelay: true } : { path },
    );
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) });
    return new RawPeer(socket);
  }

  write(...bytes: Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  /** The next bytes, this many of them. */
  async take(size: number): Promise<Buffer> {
    await this.#until(() => this.#bytes.length >= size, `${size} bytes`);
    const taken = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return taken;
  }

  /** A frame with a size of one byte. */
  async frame(): Promise<{ flags: number; body: Buffer }> {
    const [flags, size] = await this.take(2);
    return { flags: flags!, body: await this.take(size!) };
  }

  /** Greets, and says which type of socket this is. Returns what the other end said. */
  async shakeHands(type: string, minor = 0, identity?: string): Promise<Buffer[]> {
    this.write(greeting(minor));
    const greeted = await this.take(64);
    this.write(ready(type, identity));
    return [greeted, (await this.frame()).body];
  }

  /** The other end has closed the connection. */
  async dropped(): Promise<void> {
    await this.#until(() => this.ended, 'the end of the connection');
  }

  close(): void {
    this.socket.destroy();
  }

  async #until(is: () => boolean, what: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${what} did not come within ${PATIENCE} ms`)),
        PATIENCE,
      );
      this.#tell = () => {
        if (is()) resolve();
        else if (this.ended) reject(new Error(`the connection ended before ${what}`));
        else return;
        clearTimeout(timer);
      };
      this.#tell();
    });
  }
}
