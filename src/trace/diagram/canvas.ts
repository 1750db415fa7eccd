/**
 * A sheet of characters to draw on. Lines that cross or meet are joined: each cell knows in which
 * directions lines leave it, and a character that does so is chosen only at the end.
 *
 *     │            │
 *   ──┼──►   +   ╭─┘  …   north, east, south, west; light, heavy or dashed
 *     │          ╰──
 *
 * Pure.
 */
import { ASCII_GLYPHS, glyphOf, type Strokes, type Weight } from './glyphs.ts';
import { textWidth } from '../../common/text/index.ts';

interface Cell {
  strokes: Strokes;
  /** Stands in place of the lines. Empty: the second half of a wide character. */
  text?: string;
  style: string;
}

export interface CanvasOptions {
  width: number;
  height: number;
  /** Draw with the characters of ASCII alone. */
  ascii: boolean;
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

export class Canvas {
  readonly #rows: (Cell | undefined)[][];
  readonly #width: number;
  readonly #ascii: boolean;

  constructor({ width, height, ascii }: CanvasOptions) {
    this.#width = width;
    this.#ascii = ascii;
    this.#rows = Array.from({ length: height }, () => []);
  }

  /** Adds lines to a cell. */
  stroke(x: number, y: number, strokes: Strokes, style: string): void {
    const cell = this.#cell(x, y);
    if (!cell) return;
    cell.strokes = { ...cell.strokes, ...strokes };
    cell.style = style;
  }

  /** Removes the lines that leave a cell in these directions. */
  erase(x: number, y: number, ...directions: (keyof Strokes)[]): void {
    const cell = this.#cell(x, y);
    for (const direction of directions) delete cell?.strokes[direction];
  }

  /** Makes a vertical line look interrupted. */
  loosen(x: number, from: number, to: number): void {
    for (let y = from; y <= to; y += 1) {
      const strokes = this.#rows[y]?.[x]?.strokes;
      if (strokes?.north === 'heavy')
        Object.assign(strokes, { north: 'cut', south: 'cut' });
      else if (strokes?.north)
        Object.assign(strokes, { north: 'dashed', south: 'dashed' });
    }
  }

  /** From one cell to another in the same row or column, both included. */
  line(
    { x, y }: { x: number; y: number },
    to: { x: number; y: number },
    weight: Weight,
    style: string,
  ): void {
    const [dx, dy] = [Math.sign(to.x - x), Math.sign(to.y - y)];
    const ahead = DIRECTIONS[`${dx} ${dy}`];
    const back = DIRECTIONS[`${-dx} ${-dy}`];
    if (!ahead || !back) return;
    for (let [cx, cy] = [x, y]; ; cx += dx, cy += dy) {
      const [first, last] = [cx === x && cy === y, cx === to.x && cy === to.y];
      const strokes = {
        ...(!last && { [ahead]: weight }),
        ...(!first && { [back]: weight }),
      };
      this.stroke(cx, cy, strokes, style);
      if (last) return;
    }
  }

  /** Writes over whatever is there. */
  text(x: number, y: number, text: string, style: string): void {
    let at = x;
    for (const { segment } of segments.segment(text)) {
      const width = textWidth(segment);
      const cell = this.#cell(at, y);
      if (cell && width > 0) {
        cell.text = segment;
        cell.style = style;
        for (let more = 1; more < width; more += 1) {
          const next = this.#cell(at + more, y);
          if (next) Object.assign(next, { text: '', style });
        }
      }
      at += width;
    }
  }

  /** @param paint colours a run of characters of one style */
  rows(paint: (text: string, style: string) => string): string[] {
    return this.#rows.map((row) => {
      const runs: { text: string; style: string }[] = [];
      for (let x = 0; x < row.length; x += 1) {
        const cell = row[x];
        const text = cell ? (cell.text ?? this.#glyph(cell.strokes)) : ' ';
        const style = cell && text !== ' ' ? cell.style : (runs.at(-1)?.style ?? '');
        const last = runs.at(-1);
        if (last?.style === style) last.text += text;
        else runs.push({ text, style });
      }
      const end = runs.at(-1);
      if (end) end.text = end.text.trimEnd();
      return runs.map(({ text, style }) => paint(text, style)).join('');
    });
  }

  #glyph(strokes: Strokes): string {
    return this.#ascii ? ASCII_GLYPHS(strokes) : glyphOf(strokes);
  }

  #cell(x: number, y: number): Cell | undefined {
    const row = this.#rows[y];
    if (!row || x < 0 || x >= this.#width) return undefined;
    row[x] ??= { strokes: {}, style: '' };
    return row[x];
  }
}

const DIRECTIONS: Readonly<Record<string, keyof Strokes>> = {
  '0 -1': 'north',
  '1 0': 'east',
  '0 1': 'south',
  '-1 0': 'west',
};
