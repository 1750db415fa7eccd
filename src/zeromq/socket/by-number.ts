/**
 * Options by the numbers that they have in zmq.h, for classes that extend a socket or a context,
 * as in the native package. A number is another name: checks and warnings are the same.
 */
import { ZmqError } from '../base/errors.ts';
import type { Kind } from '../base/kinds.ts';

interface Types {
  boolean: boolean;
  number: number;
  string: string | Buffer | null;
}

/** The number of each option of a table that has one. */
export function numbersOf(
  table: Record<string, Kind<unknown> & { id?: number }>,
): Map<number, string> {
  const rows = Object.entries(table);
  return new Map(
    rows.flatMap(([name, { id }]) => (id === undefined ? [] : [[id, name]])),
  );
}

export abstract class OptionsByNumber {
  readonly #names: ReadonlyMap<number, string>;

  protected constructor(names: ReadonlyMap<number, string>) {
    this.#names = names;
  }

  /** All throw {@link ZmqError} EINVAL for a number that this type of socket does not have. */
  protected getBoolOption(option: number): boolean {
    return Boolean(this.#number(option));
  }
  protected setBoolOption(option: number, value: boolean): void {
    this.#set(option, value, 'boolean');
  }
  protected getInt32Option(option: number): number {
    return this.#number(option);
  }
  protected setInt32Option(option: number, value: number): void {
    this.#set(option, value, 'number');
  }
  protected getUint32Option(option: number): number {
    return this.#number(option);
  }
  protected setUint32Option(option: number, value: number): void {
    this.#set(option, value, 'number');
  }
  protected getInt64Option(option: number): number {
    return this.#number(option);
  }
  protected setInt64Option(option: number, value: number): void {
    this.#set(option, value, 'number');
  }
  protected getUint64Option(option: number): number {
    return this.#number(option);
  }
  protected setUint64Option(option: number, value: number): void {
    this.#set(option, value, 'number');
  }
  protected getStringOption(option: number): string | null {
    const value = this.#get(option);
    if (typeof value === 'string' || value === null) return value;
    throw new ZmqError('EINVAL');
  }
  protected setStringOption(option: number, value: string | Buffer | null): void {
    this.#set(option, value, 'string');
  }

  #number(option: number): number {
    const value = this.#get(option);
    if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
    throw new ZmqError('EINVAL');
  }

  #get(option: number): unknown {
    return this.#options[this.#name(option)];
  }

  #set<Type extends keyof Types>(option: number, value: Types[Type], type: Type): void {
    const name = this.#name(option);
    checkType(value, type);
    this.#options[name] = converted(value, this.#options[name]);
  }

  #name(option: number): string {
    if (typeof option !== 'number') throw new TypeError('Identifier must be a number');
    const name = this.#names.get(option);
    if (name === undefined || !(name in this)) throw new ZmqError('EINVAL');
    return name;
  }

  get #options(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>;
  }
}

function checkType(value: unknown, type: keyof Types): void {
  if (typeof value === type) return;
  if (type === 'string' && (value === null || Buffer.isBuffer(value))) return;
  const what = type === 'string' ? 'string or buffer' : type;
  throw new TypeError(`Option value must be a ${what}`);
}

/** As what is there now. To libzmq, true is 1. */
function converted(value: unknown, now: unknown): unknown {
  const isText = typeof value !== 'boolean' && typeof value !== 'number';
  if (isText === (now === null || typeof now === 'string')) {
    if (typeof now === 'number') return Number(value);
    if (typeof now !== 'boolean') return value;
    if (Number(value) === 0 || Number(value) === 1) return Boolean(value);
  }
  throw new ZmqError('EINVAL');
}
