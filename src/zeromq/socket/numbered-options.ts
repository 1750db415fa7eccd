/**
 * Options by libzmq's numbers, for classes that extend a socket or a context and know an option
 * only from zmq.h: `getInt32Option(19)` is `backlog`.
 *
 * Source: zmq_setsockopt(3), zmq_ctx_set(3); the numbers stand in zmq.h.
 */
import { ZmqError } from '../base/errors.ts';

type OptionKind = 'int' | 'int64' | 'uint64' | 'string';
/** By number: the property, and what libzmq makes of it. A boolean is an int. */
export type OptionTable = Readonly<Record<number, readonly [name: string, OptionKind]>>;

export const TABLE: unique symbol = Symbol('table');

export abstract class NumberedOptions {
  /** @internal */
  abstract get [TABLE](): OptionTable;

  protected getBoolOption(option: number): boolean {
    return Boolean(read(this, option, ['int'], arguments.length));
  }
  protected setBoolOption(option: number, value: boolean): void {
    write(this, option, ['int'], expected('boolean', value));
  }
  protected getInt32Option(option: number): number {
    return Number(read(this, option, ['int'], arguments.length));
  }
  protected setInt32Option(option: number, value: number): void {
    write(this, option, ['int'], expected('number', value));
  }
  protected getUint32Option(option: number): number {
    return this.getInt32Option(option);
  }
  protected setUint32Option(option: number, value: number): void {
    this.setInt32Option(option, value);
  }
  protected getInt64Option(option: number): number {
    return Number(read(this, option, WIDE, arguments.length));
  }
  protected setInt64Option(option: number, value: number): void {
    write(this, option, WIDE, expected('number', value));
  }
  protected getUint64Option(option: number): number {
    return this.getInt64Option(option);
  }
  protected setUint64Option(option: number, value: number): void {
    this.setInt64Option(option, value);
  }
  protected getStringOption(option: number): string | null {
    return read(this, option, ['string'], arguments.length) as string | null;
  }
  protected setStringOption(option: number, value: string | Buffer | null): void {
    write(this, option, ['string'], value);
  }
}

const WIDE: readonly OptionKind[] = ['int64', 'uint64'];

/** @throws {ZmqError} EINVAL when there is no such option here, or it is of another kind */
function nameOf(
  owner: NumberedOptions,
  option: unknown,
  kinds: readonly OptionKind[],
): string {
  if (typeof option !== 'number') throw new TypeError('Identifier must be a number');
  const [name, kind] = owner[TABLE][option] ?? [];
  // Some types of sockets lack some options: then there is no such property.
  if (name === undefined || !kinds.includes(kind!) || !(name in owner)) {
    throw new ZmqError('EINVAL');
  }
  return name;
}

function read(
  owner: NumberedOptions,
  option: number,
  kinds: readonly OptionKind[],
  given: number,
): unknown {
  noMore(given, 1);
  return (owner as unknown as Record<string, unknown>)[nameOf(owner, option, kinds)];
}

/** Through the property: what it checks, and warns of, holds here too. */
function write(
  owner: NumberedOptions,
  option: number,
  kinds: readonly OptionKind[],
  value: unknown,
): void {
  const properties = owner as unknown as Record<string, unknown>;
  const name = nameOf(owner, option, kinds);
  const now = properties[name];
  properties[name] =
    typeof now === 'boolean' && typeof value === 'number'
      ? value !== 0
      : typeof now === 'number' && typeof value === 'boolean'
        ? Number(value)
        : value;
}

function expected<T>(type: 'boolean' | 'number', value: T): T {
  if (typeof value === type) return value;
  throw new TypeError(`Option value must be a ${type}`);
}

/** @throws {TypeError} when a call has more arguments than it can have meant */
export function noMore(given: number, most: number): void {
  if (given <= most) return;
  throw new TypeError(
    `Expected ${most} argument${most === 1 ? '' : 's'} but received ${given}`,
  );
}

/** @throws {TypeError} unless it is an object, or not given at all */
export function checkObject(options: unknown): void {
  if (options === undefined || (typeof options === 'object' && options !== null)) return;
  throw new TypeError('Options must be an object');
}
