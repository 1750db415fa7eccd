/**
 * Recorded fates: what `--record` writes and `--replay` reads. Pure.
 *
 * Each line is one JSON value. The first says what the file is and what the link was like; each
 * of the others is the fate of one packet. What a line does not mention did not happen, and a
 * packet without a line passes unharmed, so you can write a short list by hand:
 *
 *     {"socketlab":"fates","version":1,"link":"delay=50ms"}
 *     {"direction":"there","k":3,"lost":true}
 *     {"direction":"there","k":5,"overtakenBy":2}
 *     {"direction":"back","k":1,"delay":80,"copies":[0,2.5]}
 *     {"direction":"back","k":2,"flippedAt":0.25}
 *     {"direction":"back","k":3,"flippedAt":0.25,"pastChecksum":true}
 *
 * `delay` and `copies` are in milliseconds, `flippedAt` is a fraction of the packet's length;
 * see `Fate` in packet.ts. A packet with a flipped bit is lost, unless it is `pastChecksum`.
 * Streams also have a `line` (which connection, from 0) and an `attempt` (which retransmission,
 * from 0), both 0 by default. `link` holds the default delay of packets, the rate, the queue and
 * so on (describe.ts).
 *
 * Read next: describe.ts.
 */
import * as v from 'valibot';
import { describeLink, parseLink } from './describe.ts';
import { lost } from './fate.ts';
import { badLink, linkOf, type LinkOptions } from './options.ts';
import { type Direction, DIRECTIONS, type Fate } from './packet.ts';

const VERSION = 1;

const wholeFrom = (least: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least));
const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000));

const HEADER = v.strictObject({
  socketlab: v.literal('fates'),
  version: v.literal(VERSION),
  link: v.optional(v.string(), ''),
});

const LINE = v.strictObject({
  direction: v.picklist(DIRECTIONS),
  k: wholeFrom(1),
  line: v.optional(wholeFrom(0), 0),
  attempt: v.optional(wholeFrom(0), 0),
  lost: v.optional(v.boolean(), false),
  delay: v.optional(milliseconds),
  copies: v.optional(v.pipe(v.array(milliseconds), v.maxLength(3)), []),
  overtakenBy: v.optional(v.pipe(wholeFrom(0), v.maxValue(3)), 0),
  flippedAt: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  pastChecksum: v.optional(v.boolean(), false),
});

/** The first line of a record. */
export function recordHeader(options: LinkOptions): string {
  const link = describeLink(options);
  return `${JSON.stringify({ socketlab: 'fates', version: VERSION, link })}\n`;
}

/** The line of one packet. What the queue dropped is recorded as lost. */
export function recordLine(
  direction: Direction,
  k: number,
  fate: Fate,
  line = 0,
  attempt = 0,
): string {
  const { lost, delay, copies, overtakenBy, flippedAt } = fate;
  const flipped = flippedAt >= 0;
  const what = {
    direction,
    k,
    ...(line > 0 && { line }),
    ...(attempt > 0 && { attempt }),
    ...(!lost && { delay }),
    ...(lost && !flipped && { lost }),
    ...(copies.length > 0 && { copies }),
    ...(overtakenBy > 0 && { overtakenBy }),
    ...(flipped && { flippedAt }),
    ...(flipped && !lost && { pastChecksum: true }),
  };
  return `${JSON.stringify(what)}\n`;
}

/**
 * The link of a record, `replay` included.
 * @param source how an error names the record
 * @throws {MisuseError} ERR_BAD_LINK with the line and what is wrong with it
 */
export function parseReplay(text: string, source = 'the recorded fates'): LinkOptions {
  const bad = (line: number, why: string): Error =>
    badLink(`line ${line} of ${source}: ${why}`);
  const lines = text.split('\n');
  const { link } = parseLine(lines[0] ?? '', 1, HEADER, bad);
  const options = parseLink(link);
  const usual = linkOf(options);
  const fates = new Map<string, Fate>();
  for (const [index, row] of lines.entries()) {
    if (index === 0 || row.trim() === '') continue;
    const { direction, k, line, attempt, pastChecksum, ...given } = parseLine(
      row,
      index + 1,
      LINE,
      bad,
    );
    const { delay = usual[direction].delay, flippedAt = -1 } = given;
    const name = nameOf(direction, k, line, attempt);
    if (fates.has(name))
      throw bad(index + 1, `packet ${k} ${direction} already has a line`);
    const isLost = given.lost || (flippedAt >= 0 && !pastChecksum);
    const fate = isLost ? lost(delay, flippedAt) : { ...given, delay, flippedAt };
    fates.set(name, fate);
  }
  return {
    ...options,
    replay: (direction, k, line, attempt) =>
      fates.get(nameOf(direction, k, line, attempt)),
  };
}

function nameOf(direction: Direction, k: number, line: number, attempt: number): string {
  return `${direction} ${k} ${line} ${attempt}`;
}

function parseLine<Schema extends v.GenericSchema>(
  row: string,
  number: number,
  schema: Schema,
  bad: (line: number, why: string) => Error,
): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    throw bad(number, 'it is not JSON');
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw bad(number, `${path ? `${path}: ` : ''}${issue.message}`);
}
