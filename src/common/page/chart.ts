/** Curves over time, as SVG text. Pure. */

export const WIDTH = 1200;
/** Room for the labels beside a picture. */
export const MARGIN = 70;
/** The room that a picture has, in its own pixels. */
export interface Frame {
  width: number;
  margin: number;
  /** From one line of text to the next. */
  line: number;
  /** How high it is, compared with one in a page of its own. */
  tall: number;
}
export const PAGE: Frame = { width: WIDTH, margin: MARGIN, line: 18, tall: 1 };

export interface Point {
  at: number;
  value: number;
}

/** Above this, times are in seconds: `12.5 s` is easier to read than `12500 ms`. */
const LONG = 10_000;

export function timeAxis(longest: number, y: number, frame = PAGE): string[] {
  const x = scale(longest, frame);
  const step = longest / 5;
  return [0, 1, 2, 3, 4, 5].map((tick) => {
    const [at, anchor] = [x(tick * step), tick === 5 ? 'end' : 'middle'];
    const ms = tick * step;
    const words = longest < LONG ? `${fixed(ms)} ms` : `${fixed(ms / 1000)} s`;
    return `<text x="${at}" y="${fixed(y + frame.line)}" text-anchor="${anchor}">${words}</text>`;
  });
}

export function line(
  kind: string,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): string {
  return `<line class="${kind}" x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"/>`;
}

/** In a page of its own, it scrolls when the screen is narrower. */
export function svg(
  height: number,
  label: string,
  parts: readonly string[],
  frame = PAGE,
): string {
  const picture =
    `<svg viewBox="0 0 ${frame.width} ${Math.ceil(height)}" role="img" ` +
    `aria-label="${label}">\n${parts.join('\n')}\n</svg>`;
  if (frame !== PAGE) return picture;
  return `<div class="wide" tabindex="0" role="group" aria-label="${label}">${picture}</div>\n`;
}

export function scale(longest: number, { margin, width } = PAGE): (ms: number) => number {
  return (ms) => fixed(margin + (ms / longest) * (width - margin));
}

/** Rounds up to a number whose fifths are short numbers. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10]
    .map((times) => times * power)
    .find((one) => one >= value)!;
}

/** The same for what is counted: an even number, so that its half is a whole one. */
export function evenCeiling(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count));
  return [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10]
    .map((times) => Math.round(times * power))
    .find((one) => one >= count && one % 2 === 0)!;
}

export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What was lost, where it would have been. */
export function cross(x: number, y: number): string {
  return (
    line('lost', x - 4, y - 4, x + 4, y + 4) + line('lost', x - 4, y + 4, x + 4, y - 4)
  );
}

/** A line that is level until the next point: at most one step for each tenth of a pixel. */
export function steps(
  points: readonly Point[],
  x: (ms: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let last = '';
  for (const { at, value } of points) {
    const [left, above] = [x(at), y(value)];
    if (path === '') path = `M${left} ${above}`;
    else if (`V${above}` !== last) path += `H${left}V${above}`;
    last = `V${above}`;
  }
  const end = points.at(-1);
  return end ? `${path}H${x(end.at)}` : path;
}

/** A level line behind the curves, with its value in the margin. */
export function axisLine(y: number, words: string, { margin, width } = PAGE): string {
  return (
    `<line class="axis" x1="${margin}" x2="${width}" y1="${y}" y2="${y}"/>` +
    `<text x="0" y="${y + 4}">${words}</text>`
  );
}

/** A packet where it left: a dot, or a square if it was sent again. */
export function packetMark(again: boolean, x: number, y: number, kind = ''): string {
  const half = again ? 3 : 1.5;
  return (
    `<rect class="${again ? 'repeat' : `first ${kind}`.trim()}" x="${fixed(x - half)}" ` +
    `y="${fixed(y - half)}" width="${2 * half}" height="${2 * half}"/>`
  );
}
