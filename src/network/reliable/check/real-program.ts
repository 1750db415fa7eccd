/**
 * Puts a real program to the test: it sends real datagrams, and our rung is at the other end.
 *
 *     theirs, the sender ──► relay ──► our receiver       it ends when all is acknowledged
 *     our sender ──► relay ──► theirs, the receiver       it prints each message on a line
 *                  ◄──── bad luck by who a packet is ────►
 *
 * The program is told by environment variables: docs/ladder.md lists them.
 *
 * Real time decides only that a run takes no longer than a minute. What is judged is whether each
 * message arrives, in order and once, and whether the window is kept. No message is
 * lost for good, so a program that repeats for long enough gets them all through.
 */
import { LOOPBACK, oneLineOf, splitCommand, Wait } from '../../../common/index.ts';
import { Child, howItEnded, lastWords } from '../../../common/process/index.ts';
import {
  type DatagramRelay,
  type LinkOptions,
  openDatagramRelay,
} from '../../link/index.ts';
import type { Core } from '../core.ts';
import { Offers } from '../end.ts';
import { whoIsDatagram } from '../fate-of.ts';
import { type RungOptions, rungOptions } from '../options.ts';
import { Port } from '../port.ts';
import { type OurRung, type Rung, rungNamed } from '../rungs/rungs.ts';
import type { Role } from './case.ts';
import type { Stage, Verdict } from './check.ts';
import { Answers } from './answers.ts';
import { Foul } from './foul.ts';
import { Messages } from './messages.ts';
import { linkFor, MESSAGES, withTwins } from './real-luck.ts';
import { cannotStart } from './run-check.ts';

interface ProgramOrder {
  /** The command as typed: `python3 send.py`. */
  program: string;
  rung: string;
  roles: readonly Role[];
  seeds: number;
}

interface ProgramOptions {
  signal?: AbortSignal | undefined;
  /** Receives what it prints on stderr. */
  onPrint?: ((text: string) => void) | undefined;
  onStage?: ((stage: Stage) => void) | undefined;
  /** How long a run may take, milliseconds; a minute unless given. */
  patience?: number;
}

const PATIENCE = 60_000;
const WINDOW = 4;
const TIMEOUT = 100;
const LONGEST_LINE = 200;

/** @throws {MisuseError} when it cannot be started */
export async function checkProgram(
  order: ProgramOrder,
  options: ProgramOptions = {},
): Promise<Verdict[]> {
  const words = splitCommand(order.program, '--program', '--program "python3 send.py"');
  const verdicts: Verdict[] = [];
  for (const role of order.roles)
    verdicts.push(await verdictOn(role, words, order, options));
  return verdicts;
}

async function verdictOn(
  role: Role,
  words: readonly string[],
  { rung, seeds }: ProgramOrder,
  options: ProgramOptions,
): Promise<Verdict> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    options.onStage?.({ role, seed });
    const run = new RealRun(role, rungNamed(rung), seed, words, options);
    const foul = await run.play();
    if (!foul) continue;
    const { message: sentence, rule } = foul.by(role);
    return { role, runs: seed, failure: { seed, rule, sentence, shortest: null } };
  }
  return { role, runs: seeds, failure: null };
}

class RealRun {
  readonly #role: Role;
  readonly #rung: Rung;
  readonly #link: LinkOptions;
  readonly #words: readonly string[];
  readonly #options: ProgramOptions;
  readonly #rungOptions: RungOptions;
  readonly #over: Wait<Foul | undefined>;
  readonly #messages = new Messages(MESSAGES).all;
  #child: Child | undefined;
  #relay: Promise<DatagramRelay> | undefined;
  readonly #answers: Answers;
  /** How many messages the receiver has delivered. */
  #came = 0;
  #line = '';

  constructor(
    role: Role,
    rung: OurRung,
    seed: number,
    words: readonly string[],
    options: ProgramOptions,
  ) {
    this.#role = role;
    this.#rung = rung;
    this.#link = linkFor(role, seed);
    this.#words = words;
    this.#options = options;
    const window = rung.name === 'stop-and-wait' ? 1 : WINDOW;
    // Our end never gives up: only the time limit ends a run.
    const session = 100 + seed;
    this.#rungOptions = rungOptions({
      session,
      window,
      timeout: TIMEOUT,
      attempts: 65_535,
    });
    const measures = rung.sender(this.#rungOptions).roundTrip !== undefined;
    this.#answers = new Answers(session, measures);
    this.#over = new Wait(`the ${role}`, { signal: options.signal });
    // Ctrl-C may end it before anybody waits for it.
    this.#over.promise.catch(() => {});
  }

  async play(): Promise<Foul | undefined> {
    const patience = this.#options.patience ?? PATIENCE;
    const isSender = this.#role === 'sender';
    const core = isSender ? this.#receiver() : this.#sender();
    const ours = await Port.open(withTwins(core));
    const timer = setTimeout(
      () => this.#fail('stuck', this.#missing(patience)),
      patience,
    );
    try {
      await (isSender ? this.#judgeSender(ours) : this.#judgeReceiver(ours));
      return await this.#over.promise;
    } finally {
      clearTimeout(timer);
      await this.#child?.kill();
      // The program may have ended while it was opened.
      await (await this.#relay?.catch(() => undefined))?.close();
      ours.close();
    }
  }

  #receiver(): Core {
    return this.#rung.receiver(this.#rungOptions);
  }

  #sender(): Core {
    return this.#rung.sender(this.#rungOptions);
  }

  async #judgeSender(ours: Port): Promise<void> {
    const { session, window } = this.#rungOptions;
    const hasWindow = this.#rung.name !== 'congestion-control';
    ours.begin({
      onError: (error) => this.#over.reject(error),
      onTransmit: () => {},
      onDeliver: (message) => this.#deliver(new TextDecoder().decode(message)),
      onEvent: (now, packet) => {
        if (this.#rung.keeps) while (this.#reads(ours, now));
        const isTheirs = packet?.kind === 'data' && packet.session === session;
        // Every message that was acknowledged has been delivered.
        if (!isTheirs || !hasWindow || packet.seq < this.#came + window) return;
        const far = `sent message ${packet.seq + 1}, though message ${this.#came + 1}`;
        this.#fail('window', `${far} had not been acknowledged: the window is ${window}`);
      },
    });
    const port = await this.#openRelay(ours.port);
    this.#start({ LADDER_PORT: String(port) }, (end) => {
      const all = `${this.#came} of ${MESSAGES} messages had arrived`;
      if (this.#came < MESSAGES) this.#fail('stuck', `ended ${end.words} when ${all}`);
      else if (end.code !== 0) this.#fail('threw', `ended ${end.words}`);
      else this.#over.resolve(undefined);
    });
  }

  /** The application takes a message, if there is one. */
  #reads(ours: Port, now: number): boolean {
    const before = this.#came;
    ours.end.tell({ type: 'read' }, now);
    return this.#came > before;
  }

  async #judgeReceiver(ours: Port): Promise<void> {
    let begun = false;
    const offers = new Offers(this.#messages);
    const look = (): void => {
      const isDone = ours.end.core.state === 'done';
      if (isDone && this.#came === MESSAGES) this.#over.resolve(undefined);
    };
    const begin = async (port: number): Promise<void> => {
      ours.peer = { host: LOOPBACK.IPv4, port: await this.#openRelay(port) };
      ours.begin({
        onError: (error) => this.#over.reject(error),
        onTransmit: (packet) => this.#answers.sent(packet),
        onEvent: (now, packet) => {
          const foul = packet && this.#answers.came(packet);
          if (foul) this.#over.resolve(foul);
          offers.offerTo(ours.end, now);
          look();
        },
      });
      ours.poke();
    };
    const onLine = (line: string): void => {
      const port = Number(/^port (\d{1,5})$/.exec(line)?.[1] ?? 0);
      if (begun) this.#deliver(line);
      else if (port < 1 || port > 65_535) {
        this.#fail('answer', `printed ${JSON.stringify(line)} before "port 12345"`);
      } else {
        begun = true;
        begin(port).catch((error: unknown) => this.#over.reject(error));
      }
      look();
    };
    this.#start(
      {},
      ({ words }) => {
        const all = `it had printed ${this.#came} of ${MESSAGES} messages`;
        const waits =
          this.#came === MESSAGES
            ? ', and the sender was waiting for an acknowledgement'
            : '';
        this.#fail('stuck', `ended ${words} when ${all}${waits}`);
      },
      onLine,
    );
  }

  async #openRelay(port: number): Promise<number> {
    const host = LOOPBACK.IPv4;
    this.#relay = openDatagramRelay({
      listen: { host, port: 0 },
      to: { host, port },
      link: this.#link,
      whoIs: whoIsDatagram,
    });
    return (await this.#relay).address.port;
  }

  #start(
    told: Readonly<Record<string, string>>,
    onEnd: (end: { code: number | null; words: string }) => void,
    onLine?: (line: string) => void,
  ): void {
    const { session, timeout, window } = this.#rungOptions;
    const [program = '', ...args] = this.#words;
    const child = new Child([program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LADDER_ROLE: this.#role,
        LADDER_MESSAGES: String(MESSAGES),
        LADDER_SESSION: String(session),
        LADDER_WINDOW: String(window),
        LADDER_TIMEOUT: String(timeout),
        ...told,
      },
      onOutput: (text, kind) => {
        if (kind === 'complained') this.#options.onPrint?.(text);
        else if (onLine) this.#read(text, onLine);
      },
      onError: (error) =>
        this.#over.reject(cannotStart(this.#words.join(' '), program, error)),
    });
    this.#child = child;
    void child.ended.then(({ error, ...end }) => {
      if (error) return;
      const last = lastWords(child.complaint);
      const why = last === '' ? '' : ` (${oneLineOf(last)})`;
      onEnd({ code: end.code, words: `${howItEnded(end)}${why}` });
    });
  }

  #read(text: string, onLine: (line: string) => void): void {
    this.#line += text;
    for (let end = this.#line.indexOf('\n'); end >= 0; end = this.#line.indexOf('\n')) {
      const line = this.#line.slice(0, end).trimEnd();
      this.#line = this.#line.slice(end + 1);
      onLine(line);
    }
    if (this.#line.length <= LONGEST_LINE) return;
    this.#fail('answer', `printed a line of more than ${LONGEST_LINE} characters`);
    this.#line = '';
  }

  /** The receiver, ours or theirs, has delivered a message. */
  #deliver(text: string): void {
    const due = this.#came + 1;
    if (due <= MESSAGES && text === `message ${due}`) {
      this.#came = due;
      return;
    }
    const what = JSON.stringify(text.slice(0, LONGEST_LINE));
    const where = due <= MESSAGES ? `"message ${due}" was due` : 'all had been delivered';
    const verb = this.#role === 'sender' ? 'sent' : 'delivered';
    this.#fail('order', `${verb} ${what} where ${where}`);
  }

  #missing(patience: number): string {
    const within = `within ${patience / 1000} s`;
    const untrue = this.#answers.beyond(this.#came);
    if (untrue !== undefined) return `${untrue} ${within}`;
    if (this.#came < MESSAGES)
      return `got only ${this.#came} of ${MESSAGES} messages through ${within}`;
    return this.#role === 'sender'
      ? `did not end ${within}, though all messages had been acknowledged`
      : `delivered all messages, but did not acknowledge all of them ${within}`;
  }

  #fail(rule: Foul['rule'], what: string): void {
    this.#over.resolve(new Foul(rule, `It ${what}.`));
  }
}
