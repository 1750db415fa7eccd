/**
 * Where a game is shown: lines that stay, and on a terminal one line below them that is
 * rewritten in place.
 */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { visible } from '../text/index.ts';
import { type Paint, WIDTH } from './terminal.ts';

/** A terminal, a pipe or a file; see `ownTerminal`. */
export interface Output {
  write(this: void, text: string): void;
  /** Columns; undefined when it is not a terminal. */
  readonly width: number | undefined;
  readonly colours: Paint;
}

/** From the line's beginning to its end. */
const ERASE = '\r\u001B[K';

export class Screen {
  readonly width: number;
  readonly paint: Paint;
  readonly #output: Output;
  #status = '';

  constructor(output: Output) {
    this.#output = output;
    this.width = output.width ?? WIDTH.screen;
    this.paint = output.colours;
  }

  /** Whether there is somebody to look at the line that changes. */
  get live(): boolean {
    return this.#output.width !== undefined;
  }

  print(...lines: readonly string[]): void {
    this.#write(lines.map((line) => this.#wrapped(harmless(line))));
  }

  /** Without line breaks of ours: what is to be copied must stay in one piece. */
  printAsItIs(...lines: readonly string[]): void {
    this.#write(lines.map((line) => harmless(line)));
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const erase = this.#status === '' ? '' : ERASE;
    const text = lines.join('\n');
    this.#output.write(`${erase}${text}\n${this.#status}`);
  }

  /** The line that changes; empty for none. */
  set status(text: string) {
    if (!this.live || text === this.#status) return;
    const erase = this.#status === '' ? '' : ERASE;
    this.#status = harmless(text);
    this.#output.write(erase + this.#status);
  }

  /** Broken between words on a terminal, as far in as its first line begins. */
  #wrapped(line: string): string {
    if (!this.live || stringWidth(line) < this.width) return line;
    const [indent = ''] = /^ */.exec(line)!;
    return wrapAnsi(line.trimStart(), this.width - 1 - indent.length)
      .split('\n')
      .map((part) => indent + part)
      .join('\n');
  }
}

/** What paint adds. */
// oxlint-disable-next-line no-control-regex -- what is looked for is one
const COLOURS = /(\u001B\[[\d;]*m)/;

/** Of everything that a terminal obeys, only colours: an error's words may contain anything. */
function harmless(line: string): string {
  return line
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('');
}
