/** What is sent in a run: each message says which one it is. Pure. */
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

  /** Its number, from 0; −1 for what is none of them. */
  numberOf(payload: Uint8Array): number {
    return this.#numbers.get(DECODER.decode(payload)) ?? -1;
  }
}
