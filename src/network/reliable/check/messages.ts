/** The messages of a run: each says which one it is. Pure. */
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

export class Messages {
  /** `message 1`, `message 2` … as bytes. */
  readonly all: readonly Uint8Array[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(count: number) {
    const texts = Array.from({ length: count }, (_, k) => `message ${k + 1}`);
    this.all = texts.map((text) => ENCODER.encode(text));
    this.#numbers = new Map(texts.map((text, k) => [text, k]));
  }

  get count(): number {
    return this.all.length;
  }

  /** The message's number, from 0; −1 if it is not one of these messages. */
  numberOf(payload: Uint8Array): number {
    return this.#numbers.get(DECODER.decode(payload)) ?? -1;
  }
}
