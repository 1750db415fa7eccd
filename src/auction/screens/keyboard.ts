/**
 * Lines from a pipe or a keyboard, one for each question. They differ in what happens to a
 * line that comes before its question:
 *
 *   a pipe       waits: it was written for the questions to come
 *   a keyboard   is thrown away: it was meant for a question that is over. Half a bid that
 *                was typed when a round ended would become the beginning of the next one
 *
 * The end of the input is reported once.
 */
import type { Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** What answers questions: a person at a keyboard, or a pipe. */
export interface Answers {
  /** The answer; undefined at the end of the input, or when the signal aborts. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** There will be no more answers. */
  readonly ended: boolean;
  close(): void;
}

/** @param live whether the questions appear on a terminal, where lines can be edited */
export function ownAnswers(live: boolean): Answers {
  const { stdin, stdout } = process;
  return stdin.isTTY && live ? new Keyboard(stdin, stdout) : new Pipe(stdin, stdout);
}

type Input = NodeJS.ReadableStream;
type Output = NodeJS.WritableStream;

/** Also for a keyboard whose screen is elsewhere: then the terminal edits the lines. */
export class Pipe implements Answers {
  readonly #input: Input;
  readonly #output: Output;
  readonly #typed: boolean;
  readonly #reader: Interface;
  #lines: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(input: Input, output: Output) {
    this.#input = input;
    this.#output = output;
    this.#typed = (input as Partial<NodeJS.ReadStream>).isTTY === true;
    this.#reader = createInterface({ input, terminal: false });
    this.#reader.on('line', (line) => {
      this.#lines.push(line);
      this.#reader.pause();
      this.#wake?.();
    });
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
    // Paused, because an input that is being read would keep the program alive.
    this.#reader.pause();
  }

  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return undefined;
    this.#output.write(question);
    // At once: what has ended the question is printed next.
    const endLine = (): boolean => this.#output.write('\n');
    signal.addEventListener('abort', endLine, { once: true });
    const line = await this.#line(signal);
    signal.removeEventListener('abort', endLine);
    // Only a typed answer has echoed an end of line.
    if (!signal.aborted && (line === undefined || !this.#typed)) endLine();
    return line;
  }

  async #line(signal: AbortSignal): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#ended && !signal.aborted) {
      this.#reader.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    if (!this.#ended) this.#reader.pause();
    return signal.aborted ? undefined : this.#lines.shift();
  }

  get ended(): boolean {
    return this.#ended && this.#lines.length === 0;
  }

  close(): void {
    this.#reader.close();
    // A pipe that was paused by what it brought is read once more by Node, and would keep the
    // program alive for as long as its other end is open.
    (this.#input as Partial<Socket>).unref?.();
  }
}

/** Edits lines itself, so that it can throw away what nobody has asked for. */
export class Keyboard implements Answers {
  readonly #output: Output;
  readonly #reader: Interface;
  /** Answers the question that waits for a line. */
  #answer: ((line: string | undefined) => void) | undefined;
  #ended = false;

  constructor(input: Input, output: Output) {
    this.#output = output;
    // What is typed before a question is not shown.
    const echo = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        if (this.#answer) output.write(text);
        done();
      },
    });
    this.#reader = createInterface({
      input,
      output: echo,
      terminal: true,
      historySize: 0,
    });
    this.#reader.on('line', (line) => this.#give(line));
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#give(undefined);
    });
    // While lines are edited here, the terminal does not turn Ctrl-C into a signal.
    this.#reader.on('SIGINT', () => {
      if (!process.emit('SIGINT')) process.kill(process.pid, 'SIGINT');
    });
  }

  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.#ended || signal.aborted) return undefined;
    const unask = (): void => this.#give(undefined);
    signal.addEventListener('abort', unask, { once: true });
    const line = await new Promise<string | undefined>((resolve) => {
      this.#forget();
      this.#answer = resolve;
      this.#reader.setPrompt(question);
      this.#reader.prompt();
    });
    signal.removeEventListener('abort', unask);
    return line;
  }

  #give(line: string | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    // At once: what has ended the question is printed next.
    if (answer && line === undefined) this.#output.write('\n');
    answer?.(line);
  }

  get ended(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#reader.close();
  }

  /** What was typed since the last line: to the end, and then back to the beginning. */
  #forget(): void {
    this.#reader.write(null, { ctrl: true, name: 'e' });
    this.#reader.write(null, { ctrl: true, name: 'u' });
  }
}
