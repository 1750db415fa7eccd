/**
 * How things are called in a diagram: times, sizes, addresses, and what programs sent, which may be
 * anything and must be harmless wherever it is shown. Pure.
 */
import { visible } from '../../common/text/index.ts';
import { isNameless, type TraceAddress } from '../joined/index.ts';

/** `350 µs`, `12.4 ms`, `2.5 s`, `3 min 20 s`: a length of time, given in µs. */
export function duration(microseconds: number): string {
  const length = Math.abs(microseconds);
  if (length < 999.5) return `${Math.round(microseconds)} µs`;
  if (length < 999_500) return `${short(microseconds / 1e3)} ms`;
  if (length < 59_950_000) return `${short(microseconds / 1e6)} s`;
  const seconds = Math.round(microseconds / 1e6);
  return `${Math.trunc(seconds / 60)} min ${Math.abs(seconds % 60)} s`;
}

/** `2500.5ms`: a time, given in µs, as --from and --to take it. */
export function asTyped(t: number): string {
  return `${Number((t / 1000).toFixed(3))}ms`;
}

/** Three digits, without zeros at the end. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** How the times of one picture are written: in ms, or in s when it spans many. */
export interface Clock {
  unit: 'ms' | 's';
  /** The number alone. */
  write: (t: number) => string;
}

/** As many digits after the point as the shortest of the steps needs, at most to the µs. */
export function clockFor(from: number, to: number, shortestStep: number): Clock {
  const seconds = to - from >= 10e6 && shortestStep >= 1000;
  const [unit, size, most] = seconds
    ? (['s', 1e6, 6] as const)
    : (['ms', 1e3, 3] as const);
  const wanted = Math.ceil(Math.log10(size / Math.max(shortestStep, 1)));
  const digits = Math.min(most, Math.max(seconds ? 1 : 0, wanted));
  return { unit, write: (t) => (t / size).toFixed(digits) };
}

/** `17 B`, `65,536 B`, `12.5 MiB`: to the byte, as long as anybody would count them. */
export function size(bytes: number): string {
  if (bytes < 10_000_000) return `${bytes.toLocaleString('en')} B`;
  return `${short(bytes / 1_048_576)} MiB`;
}

/** The first and the last byte's number: `0–16`. */
export function range(start: number, stop: number): string {
  return stop - start <= 1 ? String(start) : `${start}–${stop - 1}`;
}

/** `1 event`, `2 events`, `100,000 events`. */
export function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? thing : things}`;
}

/** In full, as people write it; then, for a small place, without this machine's own name. */
export function addressWords(address: TraceAddress | undefined): string[] {
  if (!address) return [];
  if (isNameless(address)) return ['unknown'];
  if ('path' in address) {
    const path = visible(address.path);
    return path === ''
      ? ['no address']
      : [path, `…${path.slice(-12)}`].slice(0, path.length > 13 ? 2 : 1);
  }
  const host = visible(address.host);
  const whole = `${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  return /^(?:127\.0\.0\.1|::1|0\.0\.0\.0|::|::ffff:127\.0\.0\.1)$/.test(host)
    ? [whole, `:${address.port}`]
    : [whole];
}
