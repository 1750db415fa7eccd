/** Placeholder until the framing layer's queue moves here. */
export class ByteQueue {
  #bytes: Buffer = Buffer.alloc(0);
  get length(): number {
    return this.#bytes.length;
  }
  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, chunk]) : chunk;
  }
  byteAt(i: number): number {
    return this.#bytes[i]!;
  }
  take(n: number): Buffer {
    const t = this.#bytes.subarray(0, n);
    this.#bytes = this.#bytes.subarray(n);
    return t;
  }
}
