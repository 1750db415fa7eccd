/**
 * The values of an option: its first value, and a check of every other. Pure.
 *
 * Read next: options.ts, the table of them all.
 */
import { isUtf8 } from 'node:buffer';
import { ZmqError } from './errors.ts';

export interface Kind<T> {
  readonly default: T;
  /** The possible values, in words. */
  readonly values: string;
  /**
   * The value to keep when a program gives this one.
   * @throws {TypeError} when it is of another type; {@link ZmqError} EINVAL out of range
   */
  readonly kept: (value: unknown) => T;
}

/** The types of a table's options, by name. Each keeps the comment of its row. */
export type ValuesOf<Table extends Record<string, Kind<unknown>>> = {
  -readonly [Name in keyof Table]: Table[Name]['default'];
};

export function defaultsOf<Table extends Record<string, Kind<unknown>>>(
  table: Table,
): ValuesOf<Table> {
  const entries = Object.entries(table).map(([name, kind]) => [name, kind.default]);
  return Object.fromEntries(entries) as ValuesOf<Table>;
}

export function flag(first: boolean): Kind<boolean> {
  return {
    default: first,
    values: 'true, false',
    kept(value) {
      if (typeof value === 'boolean') return value;
      throw new TypeError('Option value must be a boolean');
    },
  };
}

/** libzmq's `int`; in milliseconds, also the longest time that a timer can wait. */
export const MOST = 2 ** 31 - 1;

/** A whole number. What follows the point is dropped, as the native engine does. */
export function number(first: number, least = 0, most = MOST): Kind<number> {
  return {
    default: first,
    values: most < MOST ? `${least} to ${most}` : `${least} or more`,
    kept(value) {
      if (typeof value !== 'number') {
        throw new TypeError('Option value must be a number');
      }
      const whole = Math.trunc(value);
      if (!(whole >= least && whole <= most)) throw new ZmqError('EINVAL'); // nor NaN
      return whole;
    },
  };
}

/** As it was set, but bytes that are text have become text. */
export type Bytes = string | Buffer | null;

/** Null until it is set. libzmq keeps no more than 255 bytes of most. */
export function bytes({ least = 0, most = 255, clears = true } = {}): Kind<Bytes> {
  const range =
    most === Infinity ? `${least} or more bytes` : `${least} to ${most} bytes`;
  return {
    default: null,
    values: clears ? `${range}, null` : range,
    kept(value) {
      if (value === null) {
        if (clears) return null;
        throw new ZmqError('EINVAL');
      }
      if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
        throw new TypeError('Option value must be a string or buffer');
      }
      const copy = Buffer.from(value);
      if (copy.length < least || copy.length > most) throw new ZmqError('EINVAL');
      return isUtf8(copy) ? copy.toString() : copy;
    },
  };
}

/** Bytes that have to be text. */
export function text(range?: { least?: number; most?: number }): Kind<string | null> {
  const { default: _, kept, ...rest } = bytes(range);
  return {
    ...rest,
    default: null,
    kept(value) {
      const read = kept(value);
      if (Buffer.isBuffer(read)) throw new ZmqError('EINVAL');
      return read;
    },
  };
}

export function oneOf<T extends string | null>(first: T, ...others: T[]): Kind<T> {
  const all: readonly unknown[] = [first, ...others];
  const values = all.map(String).join(', ');
  return {
    default: first,
    values,
    kept(value) {
      if (all.includes(value)) return value as T;
      throw new TypeError(`Option value must be one of: ${values}`);
    },
  };
}
