/**
 * Watches a receiver: what it delivers, what it answers, and whether its answers are true. Pure.
 *
 *     every rung      delivers what has come, in order, each once; answers each packet that it
 *                     takes, and each that comes again; an answer repeats the numbers of what it
 *                     answers, and names the number that is expected next
 *     one and two     takes only what is next in order, and asks for that whatever comes
 *     three and up    keeps what comes early; a block names only what has come
 *     five and six    delivers one message for each read; never announces more room than it
 *                     has, nor takes any back; answers every probe
 *
 * The last packet is answered for as long as it lingers after its last answer.
 */
import { ahead, type Action, type CoreEvent } from '../core.ts';
import type { Packet } from '../packet.ts';
import { must } from './foul.ts';
import type { Judge, Scene } from './judge-sender.ts';

export class ReceiverJudge implements Judge {
  readonly #scene: Scene;
  readonly #isInOrder: boolean;
  /** Which messages have come, by their numbers from 0, and which of these it had to take. */
  readonly #came = new Set<number>();
  readonly #taken = new Set<number>();
  #delivered = 0;
  #lastAnswer = -Infinity;
  /** The first message for which it has announced no room; at first there is room for one. */
  #edge = 1;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#isInOrder = scene.rung === 'stop-and-wait' || scene.rung === 'go-back-n';
  }

  saw(event: CoreEvent, now: number, actions: readonly Action[]): void {
    const { kind, messages, options } = this.#scene;
    const heard = event.type === 'packet' ? event.packet : undefined;
    const k = heard?.kind === 'data' ? messages.numberOf(heard.payload) : -1;
    const before = nextOf(this.#taken);
    const delivered = this.#delivered;
    const mayRest = before === messages.count && now > this.#lastAnswer + options.linger;
    if (k >= 0) this.#come(k);
    for (const action of actions) this.#judge(action, event, now);
    const answers = actions.filter(({ type }) => type === 'transmit').length;
    must(answers <= 1, 'ack', () => {
      return `The receiver sent ${answers} packets at once: one answer is enough.`;
    });
    if (k >= 0 && !mayRest) this.#checkAnswered(k, before, answers);
    const probed = heard?.kind === 'probe' && kind.keeps && !mayRest;
    must(!probed || answers === 1, 'ack', () => 'The receiver did not answer a probe.');
    this.#checkDelivered(event, delivered);
  }

  end(): void {
    const { count } = this.#scene.messages;
    must(this.#delivered === count, 'stuck', () => {
      const message = `message ${this.#delivered + 1} of ${count}`;
      return `Everything is quiet, but ${message} has never been delivered.`;
    });
  }

  #come(k: number): void {
    const { kind, options } = this.#scene;
    this.#came.add(k);
    const next = nextOf(this.#taken);
    const edge = kind.keeps ? this.#edge : next + options.window;
    if (k < edge && (k === next || !this.#isInOrder)) this.#taken.add(k);
  }

  #judge(action: Action, event: CoreEvent, now: number): void {
    must(action.type !== 'refuse', 'answer', () => {
      return 'The receiver refused: only a sender does.';
    });
    if (action.type === 'deliver') this.#judgeDelivery(action.message, event);
    if (action.type !== 'transmit') return;
    this.#judgeAnswer(action.packet, event);
    this.#lastAnswer = now;
  }

  #judgeDelivery(message: Uint8Array, { type }: CoreEvent): void {
    const due = this.#delivered;
    const k = this.#scene.messages.numberOf(message);
    const delivers = `The receiver delivered message ${k + 1}`;
    must(k >= 0, 'order', () => 'The receiver delivered something that nobody sent.');
    must(k >= due, 'order', () => `${delivers} again.`);
    must(k === due, 'order', () => `${delivers} where message ${due + 1} was due.`);
    must(this.#came.has(k), 'order', () => `${delivers}, which has not arrived.`);
    must(!this.#scene.kind.keeps || type === 'read', 'order', () => {
      return `${delivers} unasked: it delivers when the application reads.`;
    });
    this.#delivered += 1;
  }

  #judgeAnswer(packet: Packet, event: CoreEvent): void {
    const { session } = this.#scene.options;
    const { kind } = packet;
    const heard = event.type === 'packet' ? event.packet : undefined;
    const right = heard?.kind === 'data' ? 'ack' : 'update';
    must(kind === right, 'ack', () => {
      const rule = 'an ack answers data, an update answers a probe or announces room';
      return `The receiver sent a packet of kind ${kind} instead of ${right}: ${rule}.`;
    });
    must(packet.session === session, 'number', () => {
      return `The receiver answered with session ${packet.session} in session ${session}.`;
    });
    if (heard) this.#checkEchoes(packet, heard);
    this.#checkNumber(packet);
    this.#checkBlocks(packet);
    if (this.#scene.kind.keeps) this.#checkRoom(packet);
  }

  #checkEchoes(packet: Packet, heard: Packet): void {
    const what = `The receiver answered ${heard.kind} ${heard.seq}`;
    const names = ['seq', 'attempt'] as const;
    const wrong = names.find((name) => packet[name] !== heard[name]);
    must(wrong === undefined, 'number', () => {
      const given = `with ${wrong} ${packet[wrong!]}`;
      return `${what} (attempt ${heard.attempt}) ${given}: an answer repeats both numbers.`;
    });
    const measures = !this.#isInOrder && this.#scene.rung !== 'selective-repeat';
    const isRight = packet.echo === heard.time || packet.kind !== 'ack';
    must(!measures || isRight, 'number', () => {
      const rule = `the echo is the time of the packet, ${heard.time}`;
      return `${what} with echo ${packet.echo}: ${rule}.`;
    });
  }

  #checkNumber({ ack, seq }: Packet): void {
    const { space } = this.#scene.options;
    const least = nextOf(this.#taken);
    const most = this.#isInOrder ? least : nextOf(this.#came);
    const named = least + ahead(least % space, ack, space);
    must(ack < space && named <= most, 'ack', () => {
      const next = `the number that is expected next is ${least % space}`;
      return `The receiver answered data ${seq} with ack ${ack}, but ${next}.`;
    });
  }

  #checkBlocks({ blocks }: Packet): void {
    const { messages, options } = this.#scene;
    const { space } = options;
    const base = this.#delivered;
    for (const { from, to } of blocks) {
      const first = base + ahead(base % space, from, space);
      // One more is enough to find a packet that has not arrived.
      const length = Math.min(ahead(from, to, space), messages.count + 1);
      for (let k = first; k < first + length; k += 1) {
        must(this.#came.has(k), 'ack', () => {
          const block = `the packets from ${from} up to, but not including, ${to}`;
          return `The receiver acknowledged ${block}, but data ${k % space} has not arrived.`;
        });
      }
    }
  }

  #checkRoom({ ack, window }: Packet): void {
    const { buffer, space } = this.#scene.options;
    const base = nextOf(this.#taken);
    const edge = base + ahead(base % space, ack, space) + window;
    const most = this.#delivered + buffer;
    must(edge <= most, 'window', () => {
      const unread = `${base - this.#delivered} of ${buffer} places are taken`;
      return `The receiver announced room for ${window} from data ${ack} on, when ${unread}.`;
    });
    must(edge >= this.#edge, 'window', () => {
      const [was, is] = [this.#edge, edge].map((one) => `data ${one % space}`);
      return `The receiver took back room: it had announced room before ${was}, now before ${is}.`;
    });
    // It may wait until half of its buffer is free (RFC 9293 3.8.6.2.2).
    must(window > 0 || 2 * (most - base) < buffer, 'window', () => {
      const free = `${most - base} of ${buffer} places are free`;
      return `The receiver announced no room, though ${free}.`;
    });
    this.#edge = edge;
  }

  #checkAnswered(k: number, before: number, answers: number): void {
    const { kind, messages, options } = this.#scene;
    const isAgain = k < before;
    // A sender that still repeats what is further back has no window of this size.
    const reach = kind.keeps ? options.buffer : options.window;
    if (k < before - reach || (!isAgain && !this.#mustAnswer(k))) return;
    must(answers === 1, 'ack', () => {
      const name = `data ${k % options.space}`;
      if (k > before && this.#isInOrder) {
        const next = `data ${before % options.space}`;
        return `The receiver did not answer ${name}: it must ask for ${next}, the next in order.`;
      }
      if (!isAgain) return `The receiver did not answer ${name}.`;
      const last = before === messages.count ? ', the last acknowledgement,' : '';
      const why = `its first answer${last} may have been lost`;
      return `The receiver did not answer ${name}, which came again: ${why}.`;
    });
  }

  /** What it has taken, and what comes before its turn (Kurose & Ross 3.4.3). */
  #mustAnswer(k: number): boolean {
    return this.#taken.has(k) || this.#isInOrder;
  }

  /** @param before how many it had delivered before this event */
  #checkDelivered({ type }: CoreEvent, before: number): void {
    const { keeps } = this.#scene.kind;
    const complete = nextOf(this.#taken);
    const asked = type === 'read' ? Math.min(complete, before + 1) : before;
    must(this.#delivered >= (keeps ? asked : complete), 'order', () => {
      const when = keeps ? ' when the application read' : '';
      const message = `message ${this.#delivered + 1}, the next in order`;
      return `The receiver has ${message}, and did not deliver it${when}.`;
    });
  }
}

/** The first number that is not in it. */
function nextOf(set: ReadonlySet<number>): number {
  let k = 0;
  while (set.has(k)) k += 1;
  return k;
}
