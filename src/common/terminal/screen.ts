/**
 * Where a game is shown: lines that stay, and on a terminal one line below them that is
 * rewritten in place.
 */
import { visible } from '../text/index.ts';
import { type Paint, WIDTH } from './terminal.ts';
import { wrapped } from './wrapped.ts';

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

  /** Whether anybody can see the line that changes. */
  get live(): boolean {
    return this.#output.width !== undefined;
  }

  print(...lines: readonly string[]): void {
    if (lines.length === 0) return;
    const erase = this.#status === '' ? '' : ERASE;
    const { width } = this.#output;
    const text = lines.map((line) => wrapped(harmless(line), width)).join('\n');
    this.#output.write(`${erase}${text}\n${this.#status}`);
  }

  /** The line that changes; empty for none. */
  set status(text: string) {
    if (!this.live || text === this.#status) return;
    const erase = this.#status === '' ? '' : ERASE;
    this.#status = harmless(text);
    this.#output.write(erase + this.#status);
  }
}

/** What paint adds. */
// oxlint-disable-next-line no-control-regex -- it looks for a control character
const COLOURS = /(\u001B\[[\d;]*m)/;

/** Lets only colours reach the terminal: an error's words may contain any escape sequence. */
function harmless(line: string): string {
  return line
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('');
}
