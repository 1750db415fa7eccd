/** What a core did wrong, in one sentence. Pure. */

/**
 * Which rule was broken. A run is shortened for as long as it breaks the same one.
 *
 *     answer    its answer is not a list of actions, or an action makes no sense
 *     threw     it threw an error
 *     order     messages out of order, twice, or changed
 *     stuck     everything is quiet, and something is missing
 *     endless   it does not come to rest
 *     number    a sequence number, an attempt, or another field of a packet
 *     window    too much in flight, or more than the receiver has room for
 *     idle      nothing is sent, though the window has room
 *     needless  sent again, though it had been acknowledged
 *     early     sent again before its time
 *     late      not sent again in time
 *     ack       an acknowledgement that is missing, or says what is not so
 *     stranger  a packet of another session, or a damaged one, was not ignored
 *     unfair    it takes more than its share of a link
 */
export type Rule =
  | 'answer'
  | 'threw'
  | 'order'
  | 'stuck'
  | 'endless'
  | 'number'
  | 'window'
  | 'idle'
  | 'needless'
  | 'early'
  | 'late'
  | 'ack'
  | 'stranger'
  | 'unfair';

export class Foul extends Error {
  readonly rule: Rule;

  constructor(rule: Rule, sentence: string) {
    super(sentence);
    this.rule = rule;
  }

  /** Replaces the "It" of a sentence with a name. */
  by(role: string): Foul {
    return new Foul(this.rule, this.message.replace(/^It\b/, `The ${role}`));
  }
}

/** @throws {Foul} unless it holds */
export function must(holds: boolean, rule: Rule, sentence: () => string): void {
  if (!holds) throw new Foul(rule, sentence());
}
