/**
 * Elements, and marks for the kinds.
 *
 * Names are chosen by players, who may call themselves `<img/src=x>` or write from right to
 * left. So text becomes text nodes and nothing else, and each name stands in a `<bdi>`, which
 * keeps its direction to itself.
 */

/** @import { GameSnapshot, SaleEntry } from '../snapshot.ts' */

const SVG = 'http://www.w3.org/2000/svg';

/** Each with the place and size of its letter. */
const SHAPES = [
  { d: 'M50 2a48 48 0 1 1 0 96a48 48 0 1 1 0-96z', y: 51, size: 56 },
  {
    d: 'M16 5h68a11 11 0 0 1 11 11v68a11 11 0 0 1-11 11h-68a11 11 0 0 1-11-11v-68a11 11 0 0 1 11-11z',
    y: 51,
    size: 58,
  },
  { d: 'M50 0l50 50l-50 50l-50-50z', y: 51, size: 46 },
  { d: 'M50 2l49 92h-98z', y: 66, size: 42 },
  { d: 'M27 6h46l26 44l-26 44h-46l-26-44z', y: 51, size: 54 },
  { d: 'M50 98l-49-92h98z', y: 35, size: 42 },
];
const COLOURS = 8;

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** A player's name. @param {string} name */
export function nameOf(name) {
  return make('bdi', 'name', name);
}

/** `Van_Gogh` as people say it. @param {{ name: string }} kind */
export function titleOf({ name }) {
  return name.replaceAll('_', ' ').trim() || name;
}

/** @param {number} kind */
export function colourOf(kind) {
  return `kind-${kind % COLOURS}`;
}

/**
 * The shape and letter of a kind, 100 wide and high, for use inside an svg.
 * @param {GameSnapshot['kinds']} kinds
 * @param {number} kind
 * @param {boolean} [withLetter]
 */
export function markShape(kinds, kind, withLetter = true) {
  const { d, y, size } = SHAPES[kind % SHAPES.length] ?? SHAPES[0];
  const letters = kinds[kind].mark;
  const shape = makeSvg('g', { class: `mark ${colourOf(kind)}` }, makeSvg('path', { d }));
  if (withLetter) {
    const fontSize = size * Math.min(1, 1.4 / Array.from(letters).length);
    shape.append(makeSvg('text', { x: 50, y, 'font-size': fontSize }, letters));
  }
  return shape;
}

/**
 * A kind's mark as a picture of its own, named for those who cannot see it.
 * @param {GameSnapshot['kinds']} kinds
 * @param {number} kind
 */
export function markOf(kinds, kind) {
  return makeSvg(
    'svg',
    {
      viewBox: '0 0 100 100',
      class: 'picture',
      role: 'img',
      'aria-label': titleOf(kinds[kind]),
    },
    markShape(kinds, kind),
  );
}

const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumFractionDigits: 1,
});

/** Money; from a million on shortened to what can be read from afar. @param {number} value */
export function amount(value) {
  return (value < 1e6 ? WHOLE : SHORT).format(value);
}

/**
 * @param {GameSnapshot['kinds']} kinds
 * @param {SaleEntry} sale
 */
export function inWords(kinds, [kind, price = 0, buyer]) {
  const item = titleOf(kinds[kind]);
  return buyer === undefined
    ? `nobody wanted ${item}`
    : `${buyer} bought ${item} for ${amount(price)}`;
}

/**
 * A function that calls `render` only with a value other than the last one.
 * @template T
 * @param {(value: T) => void} render
 * @returns {(value: T) => void}
 */
export function whenChanged(render) {
  let last = '';
  return (value) => {
    const now = JSON.stringify(value);
    if (now === last) return;
    last = now;
    render(value);
  };
}
