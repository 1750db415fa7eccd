/**
 * Watches a sender: which packets it sends, and whether it may. Pure. timing.ts says when it may.
 *
 *     every rung      new messages in order, each with the next number; a repeat with the next
 *                     attempt, and not of what has been acknowledged; no timer when all has been
 *     one to five     at most a window from the oldest that is missing
 *     one to four     and all of the window is used
 *     five and six    nothing beyond the edge that the receiver has told
 *     six             ten in flight, and one more for each packet acknowledged
 */
import { some } from '../../../common/index.ts';
import type { Action, CoreEvent, Offer } from '../core.ts';
import type { Packet } from '../packet.ts';
import type { Rung } from '../rungs/rungs.ts';
import { Flights } from './flights.ts';
import { Foul, must } from './foul.ts';
import type { Messages } from './messages.ts';
import { type Clock, type Timing, timingOf } from './timing.ts';

/** What both judges have in common. */
export interface Judge {
  /** @throws {Foul} */
  saw(event: CoreEvent, now: number, actions: readonly Action[]): void;
  /** Nothing will happen any more. @throws {Foul} */
  end(): void;
}

export interface Scene extends Clock {
  kind: Rung;
  messages: Messages;
}

const FIRST_CONGESTION_WINDOW = 10;

export class SenderJudge implements Judge {
  readonly #scene: Scene;
  readonly #flights: Flights;
  readonly #timing: Timing;
  /** How many may be in flight; Infinity where the sender finds out. */
  readonly #window: number;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#flights = new Flights(scene.rung, scene.options);
    this.#timing = timingOf(scene, this.#flights);
    const { window } = scene.options;
    const fixed = scene.rung === 'stop-and-wait' ? 1 : window;
    this.#window = scene.rung === 'congestion-control' ? Infinity : fixed;
  }

  saw(event: CoreEvent, now: number, actions: readonly Action[]): void {
    this.#timing.late(now);
    const wasDone = this.#isDone;
    if (event.type === 'packet' && this.#flights.hear(event.packet))
      this.#timing.acknowledged(now);
    const before = this.#flights.sent.length;
    for (const action of actions) this.#judge(action, event, now);
    if (event.type === 'offer') {
      const refused = actions.some(({ type }) => type === 'refuse');
      this.#judgeOffer(event, refused, this.#flights.sent.length - before);
    }
    if (event.type === 'packet') this.#timing.heard(now);
    if (event.type !== 'timer') return;
    must(!wasDone, 'endless', () => {
      return (
        'A timer of the sender expired when everything had been acknowledged: ' +
        'it must cancel those that it does not need.'
      );
    });
    this.#timing.expired(now);
  }

  end(): void {
    if (this.#isDone) return;
    this.#timing.late(Infinity);
    const { oldest, sent } = this.#flights;
    const { count } = this.#scene.messages;
    const what = oldest
      ? `data ${oldest.packet.seq} has not been acknowledged, and no timer is set for it`
      : `message ${sent.length + 1} of ${count} has never been sent`;
    throw new Foul('stuck', `Everything is quiet, but ${what}.`);
  }

  get #isDone(): boolean {
    const { oldest, sent } = this.#flights;
    return sent.length === this.#scene.messages.count && !oldest;
  }

  #judge(action: Action, event: CoreEvent, now: number): void {
    must(action.type !== 'deliver', 'answer', () => {
      return 'The sender delivered a message: only a receiver does.';
    });
    must(action.type !== 'refuse' || event.type === 'offer', 'answer', () => {
      return 'The sender refused something that is not an offer.';
    });
    if (action.type !== 'transmit') return;
    const { packet } = action;
    const { session } = this.#scene.options;
    must(packet.session === session, 'number', () => {
      return `The sender sent a packet of session ${packet.session} in session ${session}.`;
    });
    if (packet.kind === 'probe') return;
    must(packet.kind === 'data', 'answer', () => {
      return `The sender sent a packet of kind ${packet.kind}: it sends data and probes.`;
    });
    if (packet.attempt > 0) return this.#judgeRepeat(packet, now);
    must(event.type === 'offer', 'number', () => {
      const what = `data ${packet.seq} as attempt 0, and nothing new was offered`;
      return `The sender sent ${what}: a repeat has the next attempt.`;
    });
    this.#checkNew(packet);
    this.#checkRoom();
    this.#timing.began(now);
    this.#flights.add(packet, now);
  }

  #checkNew({ last, payload, seq }: Packet): void {
    const { messages, options } = this.#scene;
    const { space } = options;
    const k = this.#flights.sent.length;
    must(seq === k % space, 'number', () => {
      const again = k < space ? '' : `, as numbers wrap around at ${space}`;
      return `The sender gave message ${k + 1} the number ${seq}: it is ${k % space}${again}.`;
    });
    must(messages.numberOf(payload) === k, 'order', () => {
      return `The sender sent something other than message ${k + 1} as data ${seq}.`;
    });
    must(last === (k === messages.count - 1), 'number', () => {
      const wrong = last ? 'is marked as the last one' : 'is not marked as the last one';
      return `Message ${k + 1} of ${messages.count} ${wrong}.`;
    });
  }

  #checkRoom(): void {
    const { kind, options, rung } = this.#scene;
    const { acknowledged, edge, missing, sent } = this.#flights;
    const k = sent.length;
    const sends = `The sender sent data ${k % options.space}`;
    must(k - missing < this.#window, 'window', () => {
      const oldest = `while data ${missing % options.space} was not acknowledged`;
      return `${sends} ${oldest}: the window is ${some(this.#window, 'packet')}.`;
    });
    must(!kind.keeps || k < edge, 'window', () => {
      const room = `only for what comes before data ${edge % options.space}`;
      return `${sends}, but the receiver has room ${room}.`;
    });
    if (rung !== 'congestion-control') return;
    const flying = sent.filter(({ arrived }) => !arrived).length;
    const most = FIRST_CONGESTION_WINDOW + acknowledged;
    must(flying < most, 'window', () => {
      const after = `after ${some(acknowledged, 'acknowledgement')}`;
      return `${sends} as number ${flying + 1} in flight; ${after} slow start allows ${most}.`;
    });
  }

  #judgeRepeat(packet: Packet, now: number): void {
    const { attempt, payload, seq } = packet;
    const k = this.#flights.withNumber(seq);
    const flight = this.#flights.sent[k];
    if (!flight) {
      const what = `data ${seq} as attempt ${attempt}, and had never sent it before`;
      throw new Foul('number', `The sender sent ${what}.`);
    }
    must(!flight.known, 'needless', () => {
      return `The sender sent data ${seq} again, though it had been acknowledged.`;
    });
    const before = flight.packet.attempt;
    must(attempt === before + 1, 'number', () => {
      return `The sender sent data ${seq} as attempt ${attempt}; the one before was ${before}.`;
    });
    const { messages } = this.#scene;
    must(messages.numberOf(payload) === k, 'order', () => {
      return `The sender sent data ${seq} again with a different message in it.`;
    });
    this.#timing.again(flight, now);
    this.#flights.send(flight, packet, now);
  }

  #judgeOffer({ last }: Offer, refused: boolean, sent: number): void {
    const { used } = this.#flights;
    const message = last ? 'the last message' : 'a message';
    must(sent <= 1 && !(refused && sent > 0), 'answer', () => {
      const also = refused ? ', and refused it' : '';
      return `The sender was offered ${message}, and sent ${some(sent, 'new packet')}${also}.`;
    });
    must(sent === 1 || refused, 'answer', () => {
      return `The sender was offered ${message}, and neither sent it nor refused it.`;
    });
    const mayRefuse = this.#scene.kind.keeps || used >= this.#window;
    must(sent === 1 || mayRefuse, 'idle', () => {
      const flying = `${used} of ${some(this.#window, 'packet')} in flight`;
      return `The sender refused ${message} with ${flying}: its window has room.`;
    });
  }
}
