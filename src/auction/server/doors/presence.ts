/**
 * Who is present, by name. A bidder that comes back before its old connection is known to be
 * gone is present twice for a moment; so visits are counted. Pure.
 */
export class Presence {
  readonly #visits = new Map<string, number>();
  readonly #onChange: (name: string, isHere: boolean) => void;

  /** @param onChange is called when somebody has arrived, or has gone altogether */
  constructor(onChange: (name: string, isHere: boolean) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#visits.size;
  }

  has(name: string): boolean {
    return this.#visits.has(name);
  }

  come(name: string): void {
    const visits = this.#visits.get(name) ?? 0;
    this.#visits.set(name, visits + 1);
    if (visits === 0) this.#onChange(name, true);
  }

  leave(name: string): void {
    const visits = this.#visits.get(name) ?? 0;
    if (visits > 1) this.#visits.set(name, visits - 1);
    else if (this.#visits.delete(name)) this.#onChange(name, false);
  }
}
