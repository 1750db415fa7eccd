/**
 * What crossed the link, as arrows in a terminal. Pure.
 *
 *        ms  sender                        receiver      ms
 *         0  data0 ──────────────────────► message 1     20
 *        40  ◄────────────── ack0: expects 1             20
 *        40  data1 ────────────╳ lost
 *
 * A line for each packet, in the order of sending. The times on the left are the sender's: when
 * it sent, or when an answer arrived. Those on the right are the receiver's. A packet has the
 * name by which `--fates` loses it: ../packet-name.ts.
 */
import { count } from '../../../common/index.ts';
import { packetName } from '../packet-name.ts';
import type { Crossing } from './play.ts';

const MOST_LINES = 40;
const TIME = 8;
const GAP = 2;
/** A wider picture would not be clearer. */
const WIDEST = 92;

/** @param width columns of the terminal */
export function arrows(
  crossings: readonly Crossing[],
  width: number,
  keeps: boolean,
): string[] {
  const middle = Math.max(44, Math.min(WIDEST, width) - 2 * (TIME + GAP));
  const left = crossings.length - MOST_LINES;
  const heads = ['sender', 'receiver'].join(' '.repeat(middle - 14));
  const head = `${'ms'.padStart(TIME)}  ${heads}  ${'ms'.padStart(TIME)}`;
  return [
    head.trimEnd(),
    ...(left > 0 ? [`${' '.repeat(TIME + GAP)}… ${count(left)} packets before`] : []),
    ...crossings.slice(-MOST_LINES).map((crossing) => line(crossing, middle, keeps)),
  ];
}

function line(crossing: Crossing, middle: number, keeps: boolean): string {
  const { arrived, direction, sent } = crossing;
  const came = arrived.map(shortTime).join(', ');
  const [near, far] =
    direction === 'there' ? [shortTime(sent), came] : [came, shortTime(sent)];
  const text =
    direction === 'there' ? there(crossing, middle) : back(crossing, middle, keeps);
  return `${near.padStart(TIME)}  ${text}  ${far.padStart(TIME)}`.trimEnd();
}

function there({ arrived, mishap, packet, read }: Crossing, middle: number): string {
  const label = `${packetName(packet)} `;
  if (mishap?.what === 'lost')
    return `${label}${'─'.repeat(middle / 3)}╳ lost`.padEnd(middle);
  const list = read.length > 0 ? ` message ${read.join(', ')}` : '';
  const note = mishap?.what === 'damaged' ? ' damaged' : list;
  const end = arrived.length > 0 ? `►${note}` : '─ …';
  return `${label}${shaft(middle - label.length - end.length)}${end}`;
}

function back(
  { arrived, mishap, packet }: Crossing,
  middle: number,
  keeps: boolean,
): string {
  const room = keeps ? `, room ${packet.window}` : '';
  const label = ` ${packetName(packet)}: expects ${packet.ack}${room}`;
  if (mishap?.what === 'lost')
    return `lost ╳${'─'.repeat(middle / 3)}${label}`.padStart(middle);
  const note = mishap?.what === 'damaged' ? 'damaged ' : '';
  const end = arrived.length > 0 ? `${note}◄` : '… ─';
  return `${end}${shaft(middle - label.length - end.length)}${label}`;
}

function shaft(length: number): string {
  return '─'.repeat(Math.max(1, length));
}

function shortTime(time: number): string {
  return String(+time.toFixed(1));
}
