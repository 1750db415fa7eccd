/**
 * A fast check for the events of bytes, which are nearly all lines of a long trace. Checking
 * their fields one by one takes a fraction of the time of the schemas in format.ts. A line that
 * fails this check is not an error: the schemas decide.
 *
 * Pure. Read next: format.ts.
 */
import { LONGEST_TEXT, type TraceLine } from './format.ts';

type Fields = Record<string, unknown>;

const KINDS = new Set<unknown>(['send', 'receive', 'write', 'read']);
const DIGEST = /^[0-9a-f]{8}$/;

/** False for every line that its schema would refuse. */
export function isPlainEvent(value: unknown): value is TraceLine {
  if (typeof value !== 'object' || value === null) return false;
  const event = value as Fields;
  const { type, process, seq, t, socket, at, bytes, digest, text } = event;
  return (
    KINDS.has(type) &&
    isCount(process) &&
    isCount(seq) &&
    Number.isFinite(t) &&
    isCount(socket) &&
    (at === undefined || isLine(at)) &&
    isCount(bytes) &&
    typeof digest === 'string' &&
    DIGEST.test(digest) &&
    (text === undefined || isText(text)) &&
    // Rare ones, of which the schemas know more.
    event['hex'] === undefined &&
    event['error'] === undefined &&
    event['full'] === undefined &&
    event['waits'] === undefined &&
    hasPlace(event)
  );
}

function hasPlace({ type, to, from, offset }: Fields): boolean {
  if (type === 'send') return isAddress(to);
  return type === 'receive' ? isAddress(from) : isCount(offset);
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port } = value as Fields;
  return isText(host) && isCount(port) && port <= 65_535;
}

function isLine(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { file, line } = value as Fields;
  return isText(file) && isCount(line);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
