/** What has been paid, round by round: a stem as high as the price, with the kind's mark. */

/** @import { GameSnapshot } from '../snapshot.ts' */
import {
  amount,
  byId,
  colourOf,
  inWords,
  makeSvg,
  markShape,
  titleOf,
} from './elements.js';

/** @typedef {Pick<GameSnapshot, 'kinds' | 'sales' | 'result'>} ChartData */
/**
 * Where things are, in CSS pixels. `em` is the size of the text, which grows with the screen.
 * @typedef {{
 *   em: number, width: number, left: number, bottom: number, step: number, mark: number,
 *   x: (index: number) => number, y: (price: number) => number,
 * }} Scale
 */

/** In `em`. */
const LARGEST_MARK = 1.5;
const WIDEST_STEP = 3.3;
/** In pixels: on a smaller mark no letter can be read. */
const SMALLEST_LETTERED = 14;

const frame = byId('chart');
/** @type {ChartData | undefined} */
let shown;

new ResizeObserver(draw).observe(frame);

/** @param {ChartData} data */
export function showChart(data) {
  shown = data;
  draw();
}

function draw() {
  const { clientWidth: width, clientHeight: height } = frame;
  if (!shown || width === 0 || height === 0) return;
  frame.replaceChildren(picture(shown, width, height));
}

/**
 * @param {ChartData} data
 * @param {number} width
 * @param {number} height
 */
function picture({ kinds, sales, result }, width, height) {
  const { first, latest } = sales;
  const prices = latest.map(([, price = 0]) => price);
  const highest = Math.max(1, ...prices);
  const ticks = ticksTo(highest);
  const scale = scaleFor(width, height, ticks, latest.length);
  const { em, step, bottom, mark, x, y } = scale;
  const label = { role: 'img', 'aria-label': summary(kinds, sales) };
  const svg = makeSvg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, ...label },
    ...grid(ticks, scale),
  );

  const winning = new Set(
    result?.how === 'collected' ? result.bought.map(({ round }) => round - first) : [],
  );
  const widest = Math.max(0, ...prices.map((price) => amount(price).length));
  const allPriced = step >= em * (0.6 * widest + 0.4);
  const numbered = Math.ceil((em * 2.6) / step);
  const inFront = [];
  for (const [index, sale] of latest.entries()) {
    const round = first + index + 1;
    if (round % numbered === 0 || (numbered > 2 && round === 1)) {
      const place = { class: 'axis', x: x(index), y: bottom + em * 0.85 };
      svg.append(makeSvg('text', place, String(round)));
    }
    const [kind, price] = sale;
    const group = makeSvg(
      'g',
      {},
      makeSvg('title', {}, `item ${round}: ${inWords(kinds, sale)}`),
    );
    svg.append(group);
    if (price === undefined) {
      group.append(unsold(x(index), bottom, mark * 0.3));
      continue;
    }
    const wins = winning.has(index);
    const [cx, cy] = [x(index), y(price)];
    group.append(stem(kind, cx, cy, scale));
    if (wins) group.append(makeSvg('circle', { class: 'ring', cx, cy, r: mark * 0.78 }));
    group.append(markAt(kinds, kind, cx, cy, mark));
    if (allPriced || wins || price === highest) {
      const place = {
        class: 'price',
        x: cx,
        y: cy - mark * (wins ? 0.8 : 0.5) - em * 0.62,
      };
      group.append(makeSvg('text', place, amount(price)));
    }
    if (wins) inFront.push(group);
  }
  svg.append(...inFront);
  return svg;
}

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly number[]} ticks
 * @param {number} rounds
 * @returns {Scale}
 */
function scaleFor(width, height, ticks, rounds) {
  const em = parseFloat(getComputedStyle(frame).fontSize);
  const left = em * (0.8 + 0.6 * Math.max(...ticks.map((tick) => amount(tick).length)));
  const room = width - left - em * 0.8;
  const step = Math.min(room / Math.max(1, rounds), em * WIDEST_STEP);
  const mark = Math.max(4, Math.min(em * LARGEST_MARK, step * 0.9));
  const bottom = height - em * 1.5;
  const roof = em * 1.9 + mark * 0.8;
  const top = ticks.at(-1) ?? 1;
  return {
    em,
    width,
    left,
    bottom,
    step,
    mark,
    x: (index) => left + step * (index + 0.5),
    y: (price) => bottom - (price / top) * (bottom - roof),
  };
}

/**
 * From 0 to the first one at or above `highest`, in steps of 1, 2 or 5 times a power of ten.
 * @param {number} highest
 */
function ticksTo(highest) {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(highest / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/**
 * @param {readonly number[]} ticks
 * @param {Scale} scale
 */
function grid(ticks, { em, left, width, y }) {
  return ticks.flatMap((tick) => [
    makeSvg('line', { class: 'grid', x1: left, x2: width, y1: y(tick), y2: y(tick) }),
    makeSvg(
      'text',
      { class: 'axis money', x: left - em * 0.5, y: y(tick) },
      amount(tick),
    ),
  ]);
}

/**
 * @param {number} kind
 * @param {number} x
 * @param {number} y
 * @param {Scale} scale
 */
function stem(kind, x, y, { bottom, mark }) {
  const width = Math.max(1.5, mark * 0.16);
  const line = { x1: x, x2: x, y1: bottom, y2: y, 'stroke-width': width };
  return makeSvg('line', { class: `stem ${colourOf(kind)}`, ...line });
}

/**
 * @param {GameSnapshot['kinds']} kinds
 * @param {number} kind
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function markAt(kinds, kind, x, y, size) {
  const shape = markShape(kinds, kind, size >= SMALLEST_LETTERED);
  const corner = `${x - size / 2} ${y - size / 2}`;
  shape.setAttribute('transform', `translate(${corner}) scale(${size / 100})`);
  return shape;
}

/**
 * A cross on the ground.
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function unsold(x, y, r) {
  const d = `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`;
  return makeSvg('path', { class: 'unsold', d });
}

/**
 * @param {GameSnapshot['kinds']} kinds
 * @param {GameSnapshot['sales']} sales
 */
function summary(kinds, { first, latest }) {
  if (latest.length === 0) return 'No item has been sold yet.';
  let best = 0;
  for (const [index, [, price = -1]] of latest.entries()) {
    if (price > (latest[best][1] ?? -1)) best = index;
  }
  const [kind, price = 0] = latest[best];
  return (
    `Prices of items ${first + 1} to ${first + latest.length}. The highest: ` +
    `${amount(price)} for ${titleOf(kinds[kind])}, item ${first + best + 1}.`
  );
}
