/** Says in sentences what happened in a run. Pure. */
import type { Action } from '../core.ts';
import { packetName } from '../packet-name.ts';
import type { Packet } from '../packet.ts';
import type { Crossing, Fired, Step } from './record.ts';

/** The numbers of the messages that are delivered, from 1. */
export function messagesIn(actions: readonly Action[]): number[] {
  return actions.flatMap((action) =>
    action.type === 'deliver' ? [numberOf(action.message)] : [],
  );
}

function numberOf(message: Uint8Array): number {
  const { buffer, byteLength, byteOffset } = message;
  return new DataView(buffer, byteOffset, byteLength).getUint32(0) + 1;
}

/** `3`, `3–5`, `3, 5`. */
export function rangeOf(numbers: readonly number[]): string {
  const [first = 0] = numbers;
  const isRow = numbers.every((number, index) => number === first + index);
  if (numbers.length > 1 && isRow) return `${first}–${numbers.at(-1)}`;
  return numbers.join(', ');
}

/** `data1, sent at 8 ms, arrives at 36 ms.` */
export function crossingWords({
  arrivals,
  leaves,
  lostAt,
  name,
  outcome,
}: Crossing): string {
  const sent = `${name}, sent at ${ms(leaves)},`;
  if (outcome === 'queue-full') return `${sent} finds the queue full and is lost.`;
  if (lostAt !== undefined) return `${sent} is lost.`;
  if (arrivals.length === 0) return `${sent} does not arrive.`;
  return `${sent} arrives at ${arrivals.map(ms).join(' and ')}.`;
}

/** A few sentences for what happened. */
export function stepWords({ crossing, fired, time }: Step): string {
  const at = `At ${ms(time)}`;
  const name = crossing?.name ?? 'a packet';
  if (!fired) {
    const isFull = crossing?.outcome === 'queue-full';
    return `${at} ${name} ${isFull ? 'finds the queue full and is lost' : 'is lost on the link'}.`;
  }
  const { after, side, state } = fired;
  const now = after === state ? '' : ` Its state is now ${after}.`;
  return `${at} ${eventWords(fired, name)}. The ${side} ${doneWords(fired)}.${now}`;
}

function eventWords({ event }: Fired, name: string): string {
  if (event.type === 'offer')
    return `the application has message ${numberOf(event.message)} to send`;
  if (event.type === 'damaged') return `${name} arrives damaged`;
  if (event.type === 'packet') return `${name} arrives${saying(event.packet)}`;
  if (event.type === 'read') return 'the application wants to read a message';
  return 'a timer expires';
}

/** What an answer says. */
function saying({ ack, kind }: Packet): string {
  return kind === 'ack' || kind === 'update' ? ` and asks for number ${ack}` : '';
}

function doneWords({ actions }: Fired): string {
  const sent = actions.flatMap((action) =>
    action.type === 'transmit' ? [packetName(action.packet)] : [],
  );
  const messages = messagesIn(actions);
  const done = [
    ...(messages.length === 0 ? [] : [`delivers message ${rangeOf(messages)}`]),
    ...(sent.length === 0 ? [] : [`sends ${sent.join(', ')}`]),
  ];
  return done.length === 0 ? 'sends nothing' : done.join(' and ');
}

export function ms(time: number): string {
  return `${+time.toFixed(1)} ms`;
}
