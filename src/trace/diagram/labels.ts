/**
 * The words at a mark and on an arrow, each in several lengths: a layout takes the longest for
 * which it has room. Pure.
 */
import { type Line, PREVIEW_BYTES, type SocketEvent } from '../joined/index.ts';
import { visible } from '../../common/text/index.ts';
import type { Tone, Words } from './story.ts';
import { addressWords, range, size } from './words.ts';

export interface MarkWords {
  label: Words;
  tone: Tone;
  notes: string[];
}

type Payload = Pick<Line<'send'>, 'bytes' | 'text' | 'hex'>;

const CHOSEN = 'the system chose its address';

/**
 * The words at a mark, before it is known what its arrows will say.
 * @param accepted whether the socket is one that a welcoming socket gave out
 * @param seen whether a relay saw it, which knows nothing about how a socket began
 */
export function markWords(
  event: SocketEvent,
  accepted: boolean,
  seen = false,
): MarkWords {
  switch (event.type) {
    case 'socket':
      // `accept`, which comes at once, says it better.
      return accepted || seen ? say([], 'quiet') : say(['socket']);
    case 'bind':
      return event.implicit
        ? say(withAddress('has', event.local), 'quiet', ...(seen ? [] : [CHOSEN]))
        : say(withAddress('bind', event.local));
    case 'listen':
      return say(withAddress('listen', event.local));
    case 'attempt': {
      const why = visible(event.error);
      const words = addressWords(event.to).map((to) => `tried ${to}: ${why}`);
      return say([...words, `tried: ${why}`], 'bad', `one of several addresses: ${why}`);
    }
    case 'disconnect':
      return say(['disconnect']);
    case 'membership': {
      const verb = event.left ? 'leave' : 'join';
      return say([`${verb} ${visible(event.group)}`, verb]);
    }
    case 'drop':
      return say(withAddress('drop', event.remote), 'bad', whyDropped(event));
    case 'tls':
      return say(['TLS'], 'quiet', 'from here on the bytes are those of the program');
    case 'handover':
      return say(['handed over'], 'quiet', `what follows was not recorded`);
    case 'connect':
      return say(withAddress('connect', event.to));
    case 'connected':
      return say(withAddress('connected as', event.local, 'connected'));
    case 'accept':
      return say(withAddress('accept', event.remote));
    case 'send': {
      if (event.error === undefined) return say([`send ${size(event.bytes)}`, 'send']);
      const why = visible(event.error);
      return say(
        [`send ${size(event.bytes)}: ${why}`, `send: ${why}`],
        'bad',
        `the system did not take it: ${why}`,
      );
    }
    case 'receive':
      return say(withSize(seen ? 'gets' : 'receive', event));
    case 'write':
      if (event.error !== undefined) {
        const why = visible(event.error);
        return say(
          [`write ${size(event.bytes)}: ${why}`, `write: ${why}`],
          'bad',
          event.refused
            ? `Node dropped it: ${why}`
            : `the system did not take it: ${why}`,
        );
      }
      return say([`write ${size(event.bytes)}`, 'write'], 'normal', ...writeNotes(event));
    case 'read':
      // That the bytes were there is known, and not whether its program took them.
      return say(withSize(seen ? 'gets' : 'read', event));
    case 'taken':
      return say(['all taken'], 'quiet', `the system has all bytes before ${event.upTo}`);
    case 'shutdown':
      return say(
        seen ? ['close or half-close', 'FIN'] : ['half-close'],
        'normal',
        `after ${size(event.offset)}`,
      );
    case 'end':
      return event.reset
        ? say(['reset, as an end', 'reset'], 'bad', 'Node tells the program of an end')
        : say(['end'], 'normal', `after ${size(event.offset)}`);
    case 'error': {
      const code = visible(event.code ?? 'error');
      return say([`error ${code}`], 'bad', visible(event.message));
    }
    case 'close':
      if (seen && !event.reset) return say(['over']);
      return say(
        [event.reset ? 'reset' : 'close'],
        event.reset ? 'bad' : 'normal',
        ...(event.exit ? ['by the system: the process ended'] : []),
        ...(event.unsent ? [`${size(event.unsent)} of what was written never left`] : []),
      );
    default:
      return say([(event satisfies never as SocketEvent).type]);
  }
}

/** Why a welcoming socket closed a connection at once. */
export function whyDropped({ blocked }: Line<'drop'>): string {
  return blocked ? 'its blockList forbids that address' : 'maxConnections is reached';
}

function say(label: Words, tone: Tone = 'normal', ...notes: string[]): MarkWords {
  return { label, tone, notes };
}

function writeNotes({ full, waits }: Line<'write'>): string[] {
  return [
    ...(full ? ['write() returned false: the program should wait'] : []),
    ...(waits ? ['the system did not take all of it at once'] : []),
  ];
}

function withSize(verb: string, { bytes }: Payload): string[] {
  return [`${verb} ${size(bytes)}`, verb];
}

function withAddress(
  verb: string,
  address: Parameters<typeof addressWords>[0],
  alone = verb,
): string[] {
  return [...addressWords(address).map((words) => `${verb} ${words}`), alone];
}

/** A write that came in several reads, or a read that holds several writes, shows its range. */
export function rangeWords(
  verb: string,
  { offset, bytes }: Line<'write'> | Line<'read'>,
): Words {
  const numbers = range(offset, offset + bytes);
  return [`${verb} ${numbers} (${size(bytes)})`, `${verb} ${numbers}`, verb];
}

/** What was sent, as far as the trace has it. Undefined: it has nothing. */
export function preview({ bytes, text, hex }: Payload): string | undefined {
  if (bytes === 0) return '(empty)';
  if (hex !== undefined) {
    const pairs = hex.match(/../g) ?? [];
    return pairs.join(' ') + (pairs.length < bytes ? ' …' : '');
  }
  if (text === undefined) return undefined;
  if (bytes <= PREVIEW_BYTES) return `"${visible(text)}"`;
  // Padding means nothing, and would cover what is beside it.
  return `"${visible(text.replace(/ +$/, ' '))}…"`;
}

/** The preview of some of the bytes of a payload, from its first on. */
export function previewOfFirst(payload: Payload, bytes: number): string | undefined {
  if (bytes >= payload.bytes) return preview(payload);
  const { text, hex } = payload;
  const part = { bytes, ...(hex !== undefined && { hex: hex.slice(0, bytes * 2) }) };
  return preview(text === undefined ? part : { ...part, text: firstBytes(text, bytes) });
}

/** Takes as many whole characters as fit. */
function firstBytes(text: string, bytes: number): string {
  let length = 0;
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    length += character.length;
  }
  return text.slice(0, length);
}
