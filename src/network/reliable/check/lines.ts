/**
 * A core in any language: events and actions as JSON, one on each line. Pure.
 *
 *     {"type":"begin","role":"sender","options":{"session":1,"window":4,…}}      ──►
 *                                                                            ◄──  []
 *     {"type":"offer","message":"message 1","last":false,"now":0}                ──►
 *     [{"type":"transmit","packet":{"kind":"data","seq":0,"payload":"message 1"}},
 *      {"type":"arm","timer":0,"at":100}]                                    ◄──
 *
 * The times are virtual: nobody waits for them. Another `begin` begins the next run. core.ts says
 * what the events and the actions are; docs/ladder.md has them as JSON.
 */
import { describeValue, oneLineOf } from '../../../common/index.ts';
import type { CoreEvent } from '../core.ts';
import type { RungOptions } from '../options.ts';
import type { Role } from './case.ts';
import { Foul } from './foul.ts';
import type { CoreMaker, ForeignCore } from './guarded.ts';

/** Sends one line, and returns the line that answers it. */
export type Ask = (line: string) => string;

export function coreInLines(ask: Ask): CoreMaker {
  return (role, options): ForeignCore => {
    readAnswer(ask(beginning(role, options)));
    return { on: (event, now) => readAnswer(ask(eventLine(event, now))) };
  };
}

function beginning(role: Role, options: RungOptions): string {
  return JSON.stringify({ type: 'begin', role, options });
}

const DECODER = new TextDecoder();

function eventLine(event: CoreEvent, now: number): string {
  return JSON.stringify({ ...event, now }, (_, value: unknown) =>
    value instanceof Uint8Array ? DECODER.decode(value) : value,
  );
}

function readAnswer(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const printed = describeValue(oneLineOf(line));
    const advice = 'print whatever is not an answer on stderr';
    throw new Foul('answer', `It printed ${printed}, which is not JSON: ${advice}.`);
  }
}
