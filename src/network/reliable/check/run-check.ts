/**
 * Tests somebody's core, in processes that are ended if it misbehaves.
 *
 *     this process                    host.ts                     their program, if it is one
 *     order ──────── IPC ───────────► simulates, judges
 *           ◄─────── stages, verdicts
 *     passes lines on, both ways      stdout ── an event ───────► stdin
 *     and keeps an eye on them        stdin ◄── its actions ───── stdout
 *
 * Real time decides only this about a core: if it says nothing at all for half a minute, it hangs.
 */
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  describeValue,
  explain,
  misuse,
  oneLineOf,
  splitCommand,
  Wait,
} from '../../../common/index.ts';
import {
  Child,
  hostCommand,
  howItEnded,
  isScript,
  isUnknownProgram,
  lastWords,
} from '../../../common/process/index.ts';
import type { Stage, Verdict } from './check.ts';
import type { FromHost, Order } from './host.ts';
import type { Crossing } from './play.ts';

/** A file that exports classes, or a command. */
export type Subject = { file: string } | { command: string };

export interface CheckOptions {
  signal?: AbortSignal | undefined;
  /** Receives what the core prints for its author. */
  onPrint?: ((text: string) => void) | undefined;
  onStage?: ((stage: Stage) => void) | undefined;
  /** How long a process may say nothing, in milliseconds; 30,000 unless given. */
  silence?: number;
}

export interface Replayed {
  foul: string | null;
  crossings: Crossing[];
  /** Packets named in the fates that nobody sent. */
  absent: string[];
}

interface Heard {
  verdicts: Verdict[];
  replayed: Replayed | undefined;
}

const SILENCE = 30_000;
const MEMORY = 256;
const LAST_WORDS = '<--- Last few GCs';
/** The longest line that is read, in characters. */
const LONGEST_LINE = 1_000_000;
/** What the host gets in place of a file. */
const LINES = 'lines:';

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT: no such file or program, or nothing in it to check
 * @throws {Error} if it hangs, floods, prints what nobody asked for, or ends; in words
 */
export async function runCheck(
  subject: Subject,
  order: Order,
  options: CheckOptions = {},
): Promise<Heard> {
  const heard: Heard = { verdicts: [], replayed: undefined };
  const words = 'command' in subject ? wordsOf(subject.command) : undefined;
  const host = startHost(subject);
  const { onPrint, onStage, signal, silence = SILENCE } = options;
  const watch = new Watch(silence, signal);
  let program: Program | undefined;
  let stage: Stage | undefined;
  host.process.on('message', (message: FromHost) => {
    watch.heard();
    switch (message.type) {
      case 'ready':
        host.process.send(order);
        break;
      case 'unfit':
        watch.fail(misuse(`${nameOf(subject)} ${message.words}`));
        break;
      case 'stage':
        stage = message.stage;
        onStage?.(stage);
        break;
      case 'verdict':
        heard.verdicts.push(message.verdict);
        break;
      case 'played':
        heard.replayed = message;
        break;
      case 'finished':
        watch.finish();
    }
  });
  host.process.stdout!.on('data', (text: string) => {
    if (program) program.ask(text);
    else onPrint?.(text);
  });
  host.process.stderr!.on('data', (text: string) => {
    // V8's own report is long; here one sentence says the same.
    if (!host.complaint.includes(LAST_WORDS)) onPrint?.(text);
  });
  void host.ended.then((end) => {
    const full = host.complaint.includes('heap out of memory');
    const why = full
      ? `used more than ${MEMORY} MiB of memory`
      : `ended ${howItEnded(end)}`;
    watch.fail(new Error(`${nameOf(subject)} ${why}`));
  });
  const answer = (line: string): void => void host.process.stdin!.write(line);
  const start = (): void => {
    if (!words) return;
    program = new Program(nameOf(subject), words, { watch, answer, onPrint });
  };
  try {
    await watch.over(start, () => {
      const where = stage
        ? `, in the run of the ${stage.role} under seed ${stage.seed}`
        : '';
      const what = program ? 'did not answer' : 'did not return from a call';
      const advice = program
        ? ': it has to end each answer with a newline, and flush it'
        : '';
      return `${nameOf(subject)} ${what} within ${silence / 1000} s${where}${advice}`;
    });
  } finally {
    await Promise.all([host.kill(), program?.end()]);
  }
  return heard;
}

function nameOf(subject: Subject): string {
  return 'file' in subject ? subject.file : subject.command;
}

function wordsOf(command: string): string[] {
  return splitCommand(command, '--core', '--core "python3 core.py"');
}

function startHost(subject: Subject): Child {
  const self = import.meta.url;
  const host = fileURLToPath(new URL(`./host${extname(self)}`, self));
  const command =
    'file' in subject
      ? hostCommand(host, checkedFile(subject.file), MEMORY)
      : [...hostCommand(host, 'none.mjs', MEMORY).slice(0, -1), LINES];
  return new Child(command as [string, ...string[]], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}

function checkedFile(file: string): string {
  const path = resolve(file);
  if (!existsSync(path)) throw misuse(`there is no file ${file}`);
  if (!statSync(path).isFile()) throw misuse(`${file} is not a file`);
  if (isScript(file)) return path;
  const example = '--core "python3 core.py"';
  throw misuse(
    `${file} is not a .ts, .js or .mjs file; to check a program, type ${example}`,
  );
}

/** Waits for the end, whatever it is, but not through too long a silence. */
class Watch {
  readonly #end: Wait<void>;
  #timer: NodeJS.Timeout | undefined;
  #silent: () => string = () => '';
  readonly #silence: number;

  constructor(silence: number, signal: AbortSignal | undefined) {
    this.#silence = silence;
    this.#end = new Wait('the check', { signal });
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(new Error(this.#silent())), this.#silence);
  }

  fail(error: Error): void {
    this.#end.reject(error);
  }

  finish(): void {
    this.#end.resolve();
  }

  /**
   * @param start starts what is watched; if it throws, the watch ends
   * @param silent what to say of a silence
   */
  async over(start: () => void, silent: () => string): Promise<void> {
    this.#silent = silent;
    this.heard();
    try {
      await this.#end.begin(start);
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

interface Around {
  watch: Watch;
  answer: (line: string) => void;
  onPrint: CheckOptions['onPrint'];
}

/** @param program the first word of the command */
export function cannotStart(command: string, program: string, error: Error): Error {
  const unknown = isUnknownProgram(error, program);
  const why = unknown ? 'there is no such program' : explain(error);
  return misuse(`${command} cannot be started: ${why}`);
}

/** Their program, which answers each line with one line. */
class Program {
  readonly #command: string;
  readonly #child: Child;
  readonly #watch: Watch;
  readonly #answer: (line: string) => void;
  /** Lines that it has not answered, and what it has printed of the next answer. */
  #asked = 0;
  #line = '';

  constructor(
    command: string,
    words: readonly string[],
    { answer, onPrint, watch }: Around,
  ) {
    const [program = '', ...args] = words;
    this.#command = command;
    this.#watch = watch;
    this.#answer = answer;
    this.#child = new Child([program, ...args], {
      stdio: 'pipe',
      onOutput: (text, kind) => {
        if (kind === 'printed') this.#read(text);
        else onPrint?.(text);
      },
      onError: (error) => {
        watch.fail(cannotStart(command, program, error));
      },
    });
    void this.#child.ended.then((end) => {
      const last = lastWords(this.#child.complaint);
      this.#fail(`ended ${howItEnded(end)}${last === '' ? '' : `: ${oneLineOf(last)}`}`);
    });
  }

  /** Part of a line that it is asked. Only one line is on its way at a time. */
  ask(text: string): void {
    if (text.includes('\n')) this.#asked += 1;
    this.#watch.heard();
    this.#child.process.stdin!.write(text);
  }

  async end(): Promise<void> {
    await this.#child.kill();
  }

  #read(text: string): void {
    this.#line += text;
    for (;;) {
      const end = this.#line.indexOf('\n');
      if ((end < 0 ? this.#line.length : end) > LONGEST_LINE) {
        this.#line = '';
        return this.#fail(`printed a line of more than ${LONGEST_LINE} characters`);
      }
      if (end < 0) return;
      const line = this.#line.slice(0, end + 1);
      this.#line = this.#line.slice(end + 1);
      if (line.trim() === '') continue;
      if (this.#asked === 0) {
        this.#line = '';
        const advice = 'print one line for each event, and everything else on stderr';
        return this.#fail(`printed ${describeValue(oneLineOf(line))} unasked: ${advice}`);
      }
      this.#asked -= 1;
      this.#answer(line);
    }
  }

  #fail(why: string): void {
    this.#watch.fail(new Error(`${this.#command} ${why}`));
  }
}
