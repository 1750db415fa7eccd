/**
 * Shows the output of several programs in one terminal, in the order in which it arrives.
 * Pure: text in, lines out.
 *
 *   wide                                       narrow, piped, or without colour
 *   server              │ client               server | ready
 *   ready               │                      client | say: hello
 *                       │ say: hello           client | HELLO
 *                       │ HELLO
 *
 * Each line of a program is a row in its own lane, and time runs down the screen.
 * Simplification: lines that two programs print within a millisecond may swap places.
 */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { pad } from '../common/text/index.ts';

export interface LanesOptions {
  names: readonly string[];
  /** The terminal's width in columns; undefined for no columns, only prefixes. */
  width?: number | undefined;
  /** The columns that each lane would like to have; by default all lanes get the same. */
  wishes?: readonly number[];
  /** Paints `text` in a lane's own colour; without it there is no colour. */
  paint?: (text: string, lane: number) => string;
  /** Paints typed text, and what a program wrote to stderr. */
  mark?: (text: string, kind: 'typed' | 'complained') => string;
}

/** Below this a lane is too narrow to read, and prefixes serve better. */
const NARROWEST_LANE = 30;
/** In a wider lane the eye loses the row on its way to the next lane. */
const WIDEST_LANE = 64;
const GAP = ' │ ';
/** An endless line is broken at this length, so that it cannot fill the memory. */
const LONGEST_LINE = 8192;

export class Lanes {
  readonly #names: readonly string[];
  /** Undefined: no columns, but prefixes. */
  readonly #widths: readonly number[] | undefined;
  readonly #paint: (text: string, lane: number) => string;
  readonly #mark: (text: string, kind: 'typed' | 'complained') => string;
  /** What each lane has written since its last line break. */
  readonly #unfinished: string[];

  constructor(options: LanesOptions) {
    this.#names = options.names;
    this.#paint = options.paint ?? ((text) => text);
    this.#mark = options.mark ?? ((text) => text);
    this.#unfinished = options.names.map(() => '');
    this.#widths = laneWidths(options);
  }

  /** The lines above the first event: the lanes' names, where there are columns. */
  head(): string[] {
    const widths = this.#widths;
    if (widths === undefined) return [];
    const names = this.#names.map((name, lane) =>
      this.#paint(pad(name, widths[lane]!), lane),
    );
    const rules = widths.map((width) => '─'.repeat(width));
    return [names.join(GAP).trimEnd(), rules.join('─┼─')];
  }

  /** Adds text that lane `lane` wrote, or that was typed into it; returns the complete lines. */
  add(
    lane: number,
    text: string,
    kind: 'printed' | 'typed' | 'complained' = 'printed',
  ): string[] {
    const clean = harmless(kind === 'typed' ? `${text}\n` : text);
    const rows: string[] = [];
    for (const [index, piece] of clean.split('\n').entries()) {
      if (index > 0) rows.push(...this.flush(lane, true));
      const marked = kind === 'printed' || piece === '' ? piece : this.#mark(piece, kind);
      this.#unfinished[lane] += marked;
      if (this.#unfinished[lane]!.length > LONGEST_LINE) rows.push(...this.flush(lane));
    }
    return rows;
  }

  /** The unfinished line of a lane, if any. */
  flush(lane: number, evenIfEmpty = false): string[] {
    const line = this.#unfinished[lane] ?? '';
    this.#unfinished[lane] = '';
    return line === '' && !evenIfEmpty ? [] : this.#rows(lane, line);
  }

  #rows(lane: number, line: string): string[] {
    const widths = this.#widths;
    if (widths === undefined) {
      const longest = Math.max(...this.#names.map((name) => stringWidth(name)));
      const prefix = this.#paint(`${pad(this.#names[lane] ?? '', longest)} |`, lane);
      return [`${prefix} ${line}`];
    }
    const wrapped = wrapAnsi(line, widths[lane]!, { hard: true, trim: false });
    return wrapped.split('\n').map((part, row) =>
      widths
        .map((width, other) => {
          if (other !== lane) return pad('', width);
          return pad(row === 0 ? part : part.trimStart(), width);
        })
        .join(GAP)
        .trimEnd(),
    );
  }
}

/** Each lane gets its wish and an equal share of the rest, if there is room for all wishes. */
function laneWidths({ names, width, wishes }: LanesOptions): number[] | undefined {
  if (width === undefined) return undefined;
  const room = width - GAP.length * (names.length - 1);
  const equal = Math.floor(room / names.length);
  if (equal < NARROWEST_LANE) return undefined;
  if (names.length === 1) return [equal];
  const spare = room - (wishes ?? []).reduce((sum, wish) => sum + wish, 0);
  const share = Math.floor(spare / names.length);
  return names.map((_, lane) => {
    const wanted = wishes && spare >= 0 ? wishes[lane]! + share : equal;
    return Math.min(wanted, WIDEST_LANE);
  });
}

/** Keeps a program's output from moving our cursor or clearing our screen. */
function harmless(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', '    ')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, '·');
}
