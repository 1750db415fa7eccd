/**
 * The values of an option: its first value, and a check of every other. Pure.
 *
 * Read next: options.ts, the table of them all.
 */
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

export function number(first: number, least = 0, most = Infinity): Kind<number> {
  return {
    default: first,
    values: most === Infinity ? `${least} or more` : `${least} to ${most}`,
    kept(value) {
      if (typeof value !== 'number') {
        throw new TypeError('Option value must be a number');
      }
      if (!(value >= least && value <= most)) throw new ZmqError('EINVAL'); // nor NaN
      return value;
    },
  };
}

/** Null until it is set. libzmq keeps no more than 255 bytes of most. */
export function text({ least = 0, most = 255, clears = true } = {}): Kind<string | null> {
  return {
    default: null,
    values: `${least} to ${most} bytes${clears ? ', null' : ''}`,
    kept(value) {
      if (value === null) {
        if (clears) return null;
        throw new ZmqError('EINVAL');
      }
      if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
        throw new TypeError('Option value must be a string or buffer');
      }
      const { length } = Buffer.from(value);
      if (length < least || length > most) throw new ZmqError('EINVAL');
      return value.toString();
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
