/**
 * Checks what a core answered, because it is somebody else's code. Pure.
 *
 * A packet may leave fields out: `session` is then the run's, and any other field is 0, false or
 * empty. A payload is bytes, or text, which is encoded as UTF-8.
 */
import { describeValue } from '../../../common/index.ts';
import type { Action } from '../core.ts';
import { type Block, type Kind, MOST_BLOCKS, type Packet, packetOf } from '../packet.ts';
import { Foul } from './foul.ts';

const MOST_ACTIONS = 10_000;
const LONGEST_PAYLOAD = 1000;
const WORD = 2 ** 32 - 1;
const HALF = 2 ** 16 - 1;
const KINDS: readonly unknown[] = ['data', 'ack', 'probe', 'update'] satisfies Kind[];

type Fields = Readonly<Record<string, unknown>>;

/** @throws {Foul} for anything but a list of actions */
export function readActions(answer: unknown, session: number, now: number): Action[] {
  if (!Array.isArray(answer)) {
    const what = answer instanceof Promise ? 'a promise' : describeValue(answer);
    throw bad(`answered ${what} instead of a list of actions`);
  }
  // Its length is read once, and none of its methods is called: it may not be an ordinary list.
  const { length } = answer;
  if (length > MOST_ACTIONS) {
    throw bad(`answered ${length} actions at once; ${MOST_ACTIONS} are allowed`);
  }
  return Array.from({ length }, (_, k) => readAction(answer[k], session, now));
}

function readAction(given: unknown, session: number, now: number): Action {
  const action = fieldsOf(given, 'an action');
  const { type } = action;
  switch (type) {
    case 'transmit':
      return { type, packet: readPacket(action['packet'], session) };
    case 'deliver':
      return { type, message: bytesOf(action['message'], 'the message of deliver') };
    case 'arm': {
      const { at } = action;
      if (typeof at === 'number' && at >= now && at < Infinity)
        return { type, timer: timerOf(action), at };
      const when = `a time of ${now} or later`;
      throw bad(`armed a timer for ${describeValue(at)}: "at" is ${when}`);
    }
    case 'cancel':
      return { type, timer: timerOf(action) };
    case 'refuse':
      return { type };
    default: {
      const known = 'transmit, deliver, arm, cancel or refuse';
      throw bad(`answered an action of type ${describeValue(type)}: it is ${known}`);
    }
  }
}

function timerOf({ timer, type }: Fields): number {
  if (Number.isSafeInteger(timer)) return timer as number;
  const is = 'a whole number of your choice';
  throw bad(
    `answered ${String(type)} with the timer ${describeValue(timer)}: it is ${is}`,
  );
}

function readPacket(given: unknown, session: number): Packet {
  const fields = fieldsOf(given, 'a packet');
  const { blocks, kind, last = false, payload } = fields;
  const number = (name: string, most: number, usual?: number): number => {
    const { [name]: value = usual } = fields;
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most)
      return value as number;
    throw bad(
      `sent a packet with ${name} ${describeValue(value)}: it must be a whole number from 0 to ${most}`,
    );
  };
  if (!KINDS.includes(kind)) {
    throw bad(`sent a packet of kind ${describeValue(kind)}: it is ${KINDS.join(', ')}`);
  }
  if (typeof last !== 'boolean') {
    throw bad(`sent a packet with last ${describeValue(last)}: it is true or false`);
  }
  return packetOf({
    kind: kind as Kind,
    last,
    session: number('session', WORD, session),
    seq: number('seq', WORD),
    ack: number('ack', WORD, 0),
    window: number('window', HALF, 0),
    attempt: number('attempt', HALF, 0),
    time: number('time', WORD, 0),
    echo: number('echo', WORD, 0),
    ...(blocks !== undefined && { blocks: readBlocks(blocks) }),
    ...(payload !== undefined && { payload: bytesOf(payload, 'a payload') }),
  });
}

function readBlocks(given: unknown): Block[] {
  const length = Array.isArray(given) ? given.length : Infinity;
  if (length > MOST_BLOCKS) {
    throw bad(`sent a packet with blocks that are not a list of at most ${MOST_BLOCKS}`);
  }
  return Array.from({ length }, (_, k) => {
    const { from, to } = fieldsOf((given as unknown[])[k], 'a block');
    if (Number.isInteger(from) && Number.isInteger(to))
      return { from: from as number, to: to as number };
    throw bad('sent a block without the numbers "from" and "to"');
  });
}

const ENCODER = new TextEncoder();

function bytesOf(given: unknown, what: string): Uint8Array {
  const bytes = typeof given === 'string' ? ENCODER.encode(given) : given;
  if (!(bytes instanceof Uint8Array)) {
    throw bad(`gave ${describeValue(given)} for ${what}: it must be bytes or a string`);
  }
  // A copy: it may use the same buffer for its next packet.
  if (bytes.length <= LONGEST_PAYLOAD) return new Uint8Array(bytes);
  throw bad(`gave ${bytes.length} bytes for ${what}; no message is that long`);
}

function fieldsOf(given: unknown, what: string): Fields {
  if (typeof given === 'object' && given !== null) return given as Fields;
  throw bad(`answered ${describeValue(given)} instead of ${what}`);
}

function bad(why: string): Foul {
  return new Foul('answer', `It ${why}.`);
}
