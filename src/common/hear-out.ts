/**
 * Hears a peer out: everything that it sent, and then how it really ended.
 *
 * Left to itself, Node loses part of what a breaking connection has brought:
 *
 *   a reset after data    libuv meets the last bytes together with the hang-up, does not
 *                         read again, and reports an end, as if a FIN had come
 *   a write that fails    destroys the socket, and what had arrived and was not read is gone
 *   a read that fails     destroys it as well, with what lies in Node's own buffer
 *   a connect             that was answered, sent something and reset before Node looked, is
 *                         a connect that failed
 *
 * The system gives all that had arrived, and then the end or the error (recv(2)). So do
 * streams that are heard out: an end is read once more from the system before it is believed,
 * an error is kept back until what came before it has been handed on, and a write that failed
 * fails at once for its caller but ends nothing: the reading does.
 *
 * It is done with the methods that streams offer to those who implement them (`push`,
 * `_write`, `_destroy`), and one thing that is private: the descriptor, `_handle.fd`. Its
 * other sign of a reset, that `getpeername` fails, is also there when both sides have said
 * goodbye. Where there is no descriptor (Windows, where libuv does tell the two apart), the
 * end is believed.
 *
 * Sources: recv(2), tcp(7), uv__stream_io in libuv's src/unix/stream.c.
 */
import { readSync } from 'node:fs';
import type { Duplex, Readable, Writable } from 'node:stream';

type Callback = (error?: Error | null) => void;
type Pieces = { chunk: unknown; encoding: BufferEncoding }[];

/** What a `net.Socket` is beneath. */
interface WithHandle {
  _handle?: { fd?: number; getsockname?: (name: object) => number } | null;
}

/**
 * Where a stream keeps its hearing. In a WeakMap it would outlive the connection, with all that the
 * connection had: V8's minor collections leave alone what an old WeakMap holds.
 */
const HEARING = Symbol('hearing');
type Heard = Readable & { [HEARING]?: Hearing };

const ONE_BYTE = Buffer.alloc(1);

/**
 * From now on the stream tells its listeners all that came, and then how it ended.
 * @param onFailedWrite told once, when a write has failed: no other will succeed. The stream
 *   is destroyed, and reports the error, when it has been read to its end. A later
 *   call takes the place of the one before.
 */
export function hearOut(stream: Readable, onFailedWrite: (error: Error) => void): void {
  const { [HEARING]: hearing } = stream as Heard;
  if (hearing) hearing.tell(onFailedWrite);
  else (stream as Heard)[HEARING] = new Hearing(stream, onFailedWrite);
}

/**
 * The descriptor that the system reads from and writes to for this stream. Negative where there
 * is none: without a connection, on Windows, and in TLS, which says goodbye in words of its own
 * and lays the bytes aside before they go to the system.
 */
export function descriptorOf(stream: Readable | Writable): number {
  if ('encrypted' in stream) return -1;
  return (stream as WithHandle)._handle?.fd ?? -1;
}

/**
 * A socket's own address, which is known once it connects. Node reports it only for an established
 * connection, and one that is reset at once never becomes one. Undefined if the system does not
 * know it yet (Windows), or no longer knows it.
 */
export function localAddressOf(
  socket: Readable,
): { host: string; port: number } | undefined {
  const name: { address?: string; port?: number } = {};
  (socket as WithHandle)._handle?.getsockname?.(name);
  const { address: host, port } = name;
  return !host || !port || /^(0\.0\.0\.0|::)$/.test(host) ? undefined : { host, port };
}

class Hearing {
  readonly #stream: Readable;
  #onFailedWrite: (error: Error) => void;
  #failedWrite: Error | undefined;
  /** The stream's own methods; those below take their place. */
  readonly #push: Readable['push'];
  readonly #destroy: Readable['_destroy'];
  readonly #write: Duplex['_write'] | undefined;
  readonly #writev: Duplex['_writev'];

  constructor(stream: Readable, onFailedWrite: (error: Error) => void) {
    this.#stream = stream;
    this.#onFailedWrite = onFailedWrite;
    /* oxlint-disable typescript/unbound-method -- each is called with its stream */
    this.#push = stream.push;
    this.#destroy = stream._destroy;
    stream.push = push;
    stream._destroy = destroy;
    if (!('_write' in stream)) return;
    const duplex = stream as Duplex;
    this.#write = duplex._write;
    this.#writev = duplex._writev;
    /* oxlint-enable typescript/unbound-method */
    duplex._write = write;
    if (this.#writev) duplex._writev = writev;
  }

  push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const stream = this.#stream;
    const reset = chunk === null ? this.#whatBrokeIt() : undefined;
    if (!reset) return this.#push.call(stream, chunk, encoding);
    stream.destroy(reset);
    return false;
  }

  destroy(error: Error | null, callback: Callback): void {
    if (error) this.#handOn();
    if (isResetAtOnce(error)) this.#handOnUnread();
    this.#destroy.call(this.#stream, error, callback);
  }

  write(chunk: unknown, encoding: BufferEncoding, callback: Callback): void {
    this.#write!.call(this.#stream as Duplex, chunk, encoding, this.#guard(callback));
  }

  writev(chunks: Pieces, callback: Callback): void {
    this.#writev!.call(this.#stream as Duplex, chunks, this.#guard(callback));
  }

  tell(onFailedWrite: (error: Error) => void): void {
    this.#onFailedWrite = onFailedWrite;
    if (this.#failedWrite) onFailedWrite(this.#failedWrite);
  }

  /** Node has seen the end of the stream. Undefined when it is one. */
  #whatBrokeIt(): Error | undefined {
    const fd = descriptorOf(this.#stream);
    if (fd < 0) return undefined;
    try {
      readSync(fd, ONE_BYTE);
    } catch (error) {
      const { code, errno } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') {
        const what = { code, errno, syscall: 'read' };
        return Object.assign(new Error(`read ${code}`), what);
      }
    }
    return undefined;
  }

  /** What Node has read becomes 'data', even if the stream is paused: it is the last of it. */
  #handOn(): void {
    while (this.#stream.read() !== null);
  }

  /** The same for what still lies in the system. */
  #handOnUnread(): void {
    const fd = descriptorOf(this.#stream);
    if (fd < 0) return;
    try {
      for (;;) {
        const bytes = Buffer.allocUnsafe(64 * 1024);
        const length = readSync(fd, bytes);
        if (length === 0) return;
        this.#stream.emit('data', bytes.subarray(0, length));
      }
    } catch {
      // There is no more.
    }
  }

  #guard(callback: Callback): Callback {
    return (error) => {
      const stream = this.#stream;
      const canBeRead = !stream.destroyed && !stream.readableEnded;
      if (!error || !canBeRead || !(stream as WithHandle)._handle) {
        callback(error);
        return;
      }
      this.#failedWrite = error;
      let told = false;
      const tellNode = (): void => {
        if (told) return;
        told = true;
        callback(error);
      };
      stream.once('end', tellNode);
      stream.once('close', tellNode);
      this.#onFailedWrite(error);
    };
  }
}

// What the methods of a stream become. All streams share these: closures for each would take
// 600 bytes of every connection.
function push(this: Heard, chunk: unknown, encoding?: BufferEncoding): boolean {
  return this[HEARING]!.push(chunk, encoding);
}

function destroy(this: Heard, error: Error | null, callback: Callback): void {
  this[HEARING]!.destroy(error, callback);
}

function write(
  this: Heard,
  chunk: unknown,
  encoding: BufferEncoding,
  callback: Callback,
): void {
  this[HEARING]!.write(chunk, encoding, callback);
}

function writev(this: Heard, chunks: Pieces, callback: Callback): void {
  this[HEARING]!.writev(chunks, callback);
}

function isResetAtOnce(error: NodeJS.ErrnoException | null): boolean {
  return error?.syscall === 'connect' && error.code === 'ECONNRESET';
}
