/** Counts up to a limit in a quarter of a second: for an address, for a host, and for all. Pure. */
import type { InetAddress } from '../../../common/index.ts';

/** A host has an address for each of its ports. */
export interface Limits {
  address: number;
  host: number;
  all: number;
}

/** Milliseconds after which `nextQuarter` is due. */
export const QUARTER = 250;

export type Address = Pick<InetAddress, 'host' | 'port'>;

export class QuarterCounter {
  readonly #limits: Limits;
  readonly #byAddress = new Map<string, number>();
  readonly #byHost = new Map<string, number>();
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  isFull(address: Address): boolean {
    return (
      this.#all >= this.#limits.all ||
      (this.#byHost.get(address.host) ?? 0) >= this.#limits.host ||
      (this.#byAddress.get(keyOf(address)) ?? 0) >= this.#limits.address
    );
  }

  /** @returns whether there was still room */
  count(address: Address): boolean {
    if (this.isFull(address)) return false;
    const key = keyOf(address);
    this.#byAddress.set(key, (this.#byAddress.get(key) ?? 0) + 1);
    this.#byHost.set(address.host, (this.#byHost.get(address.host) ?? 0) + 1);
    this.#all += 1;
    return true;
  }

  nextQuarter(): void {
    if (this.#all === 0) return;
    this.#byAddress.clear();
    this.#byHost.clear();
    this.#all = 0;
  }
}

export function keyOf({ host, port }: Address): string {
  return `${host} ${port}`;
}
