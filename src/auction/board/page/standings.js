/** Who has what, the closest to winning first. Each bidder keeps its row, and rows move. */

/** @import { GameSnapshot, StandingRow } from '../snapshot.ts' */
import { amount, byId, make, markOf, nameOf, titleOf, whenChanged } from './elements.js';

/** @typedef {Pick<GameSnapshot, 'kinds' | 'phase' | 'rules' | 'standings' | 'more'>} Standings */

/** Up to this many rows stand in one column; more of them in two. */
const ONE_COLUMN = 12;
/** Up to this many rows have two lines each, in larger letters. */
const ROOMY = 7;
/** With more kinds than these a row shows those that are owned most. */
const MOST_CHIPS = 6;
const MOVING = { duration: 450, easing: 'ease-in-out' };

const list = byId('rows');
/** @type {Map<string, HTMLElement>} */
let rows = new Map();
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export const showStandings = whenChanged((/** @type {Standings} */ data) => {
  const { kinds, phase, rules, standings, more } = data;
  byId('standings-title').textContent =
    phase === 'joining' ? 'At the table' : 'Standings';
  const columns = standings.length > ONE_COLUMN ? 2 : 1;
  document.body.classList.toggle('crowded', columns > 1);
  list.classList.toggle('roomy', standings.length <= ROOMY);
  list.classList.toggle('valued', rules.win === 'highest-value');
  list.style.setProperty('--chips', String(Math.min(kinds.length, MOST_CHIPS)));
  const most = Math.max(0, ...standings.map(({ owned }) => owned[0]?.[1] ?? 0));
  list.style.setProperty('--digits', String(amount(most).length));
  list.style.setProperty('--columns', String(columns));
  list.style.setProperty('--rows', String(Math.ceil(standings.length / columns)));

  const before = new Map(
    [...rows].map(([name, row]) => [name, row.getBoundingClientRect()]),
  );
  rows = new Map(standings.map((one) => [one.name, fill(rowFor(one.name), one, data)]));
  list.replaceChildren(...rows.values());
  if (!calm.matches && !document.hidden) move(before);

  const rest = byId('more');
  rest.hidden = more === 0;
  rest.textContent = `and ${more} more`;
});

/** @param {string} name */
function rowFor(name) {
  return rows.get(name) ?? make('li', 'row');
}

/**
 * @param {HTMLElement} row
 * @param {StandingRow} standing
 * @param {Standings} data
 */
function fill(row, standing, { kinds, phase, rules }) {
  const { name, money, answered, away } = standing;
  const nameCell = make('span', 'who', light(answered), nameOf(name));
  if (away) nameCell.append(make('span', 'away', ' away'));
  nameCell.title = name;
  row.replaceChildren(
    nameCell,
    purse(money, rules.budget),
    make('span', 'chips', ...chips(standing, kinds, rules)),
    badge(standing, phase),
  );
  row.classList.toggle('close', standing.missing === 1 && phase === 'bidding');
  row.classList.toggle('won', standing.missing === 0);
  return row;
}

/**
 * Whether this bidder has answered in this round.
 * @param {boolean} answered
 */
function light(answered) {
  const words = make('span', 'hidden', answered ? 'has answered:' : '');
  return make('span', answered ? 'tick on' : 'tick', words);
}

/**
 * Money as a bar with its number in it.
 * @param {number} money
 * @param {number} budget
 */
function purse(money, budget) {
  const fillOf = make('span', 'fill');
  fillOf.style.width = `${budget > 0 ? (100 * money) / budget : 0}%`;
  const number = make('span', 'number', amount(money));
  const element = make('span', 'purse', make('span', 'hidden', 'money:'), fillOf, number);
  element.title = `${money} left of ${budget}`;
  return element;
}

/**
 * @param {StandingRow} standing
 * @param {GameSnapshot['kinds']} kinds
 * @param {GameSnapshot['rules']} rules
 */
function chips({ owned }, kinds, rules) {
  const counts = new Map(owned);
  const shown =
    kinds.length <= MOST_CHIPS
      ? kinds.keys()
      : owned.slice(0, MOST_CHIPS).map(([kind]) => kind);
  return [...shown].map((kind) => chip(kind, counts.get(kind) ?? 0, kinds, rules));
}

/**
 * @param {number} kind
 * @param {number} count
 * @param {GameSnapshot['kinds']} kinds
 * @param {GameSnapshot['rules']} rules
 */
function chip(kind, count, kinds, { countToWin, win }) {
  const toWin = win === 'first-to' ? ` of ${countToWin}` : '';
  const element = make('span', count === 0 ? 'chip none' : 'chip', markOf(kinds, kind));
  element.title = `${titleOf(kinds[kind])}: ${count}${toWin}`;
  element.append(make('span', 'count', count === 0 ? '' : amount(count)));
  if (toWin) {
    const fillOf = make('span', `fill kind-${kind % 8}`);
    fillOf.style.width = `${Math.min(100, (100 * count) / countToWin)}%`;
    element.append(make('span', 'bar', fillOf));
  }
  return element;
}

/**
 * What stands beside the collection.
 * @param {StandingRow} standing
 * @param {GameSnapshot['phase']} phase
 */
function badge({ missing, worth }, phase) {
  if (worth !== undefined) return make('span', 'badge', `worth ${amount(worth)}`);
  if (missing === 0) return make('span', 'badge', 'winner');
  return make('span', 'badge', missing === 1 && phase === 'bidding' ? '1 to go' : '');
}

/**
 * Each row from where it was to where it is.
 * @param {Map<string, DOMRect>} before
 */
function move(before) {
  for (const [name, row] of rows) {
    const from = before.get(name);
    if (!from) continue;
    const to = row.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (x === 0 && y === 0) continue;
    row.animate(
      [{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }],
      MOVING,
    );
  }
}
