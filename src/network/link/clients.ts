/**
 * The clients of a datagram relay: who has been heard from, and when. A datagram socket never says
 * goodbye, so silence has to do: a client that is silent for too long is forgotten, and its socket
 * is closed. The caller passes the time.
 */
export interface Closable {
  close(): void;
}

interface Entry<C> {
  client: C;
  lastHeard: number;
}

export class Clients<C extends Closable> {
  readonly #most: number;
  readonly #idle: number;
  readonly #onForgotten: (client: C) => void;
  readonly #entries = new Map<string, Entry<C>>();
  #ever = 0;

  /**
   * @param most how many clients there is room for
   * @param idle the longest silence, milliseconds
   * @param onForgotten called for each client that is forgotten
   */
  constructor(most: number, idle: number, onForgotten: (client: C) => void = () => {}) {
    this.#most = most;
    this.#idle = idle;
    this.#onForgotten = onForgotten;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many clients there have been. */
  get ever(): number {
    return this.#ever;
  }

  /** The client of that name, or a new one; undefined when there is no room. */
  welcome(name: string, now: number, make: () => C): C | undefined {
    const known = this.#entries.get(name);
    if (known) return known.client;
    if (this.#entries.size >= this.#most) return undefined;
    const client = make();
    this.#entries.set(name, { client, lastHeard: now });
    this.#ever += 1;
    return client;
  }

  has(name: string, client: C): boolean {
    return this.#entries.get(name)?.client === client;
  }

  /** The client is active: something comes from it, goes to it, or is passed on for it. */
  hear(name: string, now: number): void {
    const entry = this.#entries.get(name);
    if (entry) entry.lastHeard = now;
  }

  forgetSilent(now: number): void {
    for (const [name, { client, lastHeard }] of this.#entries) {
      if (lastHeard < now - this.#idle) this.forget(name, client);
    }
  }

  forget(name: string, client: C): void {
    if (!this.has(name, client)) return;
    this.#entries.delete(name);
    client.close();
    this.#onForgotten(client);
  }

  /** Closes all of them. */
  close(): void {
    for (const { client } of this.#entries.values()) client.close();
    this.#entries.clear();
  }
}
