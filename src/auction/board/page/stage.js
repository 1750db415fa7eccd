/** The largest part of the page: how to join, what is on sale, who has won. */

/** @import { BoardResult, BoardSnapshot, GameSnapshot, SaleEntry } from '../snapshot.ts' */
import {
  amount,
  byId,
  colourOf,
  make,
  makeSvg,
  markOf,
  nameOf,
  titleOf,
  whenChanged,
} from './elements.js';

/** @typedef {GameSnapshot['kinds']} Kinds */
/**
 * What the stage shows, and everything that it depends on: while that stays, so do the
 * elements.
 * @typedef {{ view: 'waiting', join: BoardSnapshot['join'] }
 *   | { view: 'joining', join: BoardSnapshot['join'], joined: number, of: number }
 *   | { view: 'on-sale', kinds: Kinds, onSale: number | undefined, answered: number, of: number }
 *   | { view: 'result', kinds: Kinds, rules: GameSnapshot['rules'], result: BoardResult }} Scene
 */

/** Up to this many bidders get a light each; more of them share a bar. */
const MOST_LIGHTS = 40;

/** @param {BoardSnapshot} snapshot */
export function showStage({ game, join }) {
  showScene(sceneOf(game, join));
  const sale = game?.sales.latest.at(-1);
  byId('last-sale').hidden = game?.phase !== 'bidding' || !sale;
  if (game && sale) showLastSale({ kinds: game.kinds, round: game.round, sale });
}

/**
 * @param {GameSnapshot | undefined} game
 * @param {BoardSnapshot['join']} join
 * @returns {Scene}
 */
function sceneOf(game, join) {
  if (!game) return { view: 'waiting', join };
  const { kinds, rules, onSale, answered, joined, result } = game;
  if (result) return { view: 'result', kinds, rules, result };
  if (game.phase === 'joining')
    return { view: 'joining', join, joined, of: rules.bidders };
  return { view: 'on-sale', kinds, onSale, answered, of: joined };
}

const showScene = whenChanged((/** @type {Scene} */ scene) => {
  switch (scene.view) {
    case 'waiting':
      fill(
        'Soon',
        make('p', 'large', 'Waiting for the auctioneer …'),
        ...howToJoin(scene.join),
      );
      break;
    case 'joining':
      fill(
        'Join the auction',
        ...howToJoin(scene.join),
        howMany(scene.joined, scene.of, 'have joined'),
      );
      break;
    case 'on-sale':
      fill(
        'On sale',
        ...item(scene.kinds, scene.onSale),
        howMany(scene.answered, scene.of, 'have answered'),
      );
      break;
    case 'result':
      fill('The game is over', ...result(scene));
      break;
  }
});

/** @param {BoardSnapshot['join']} join */
function howToJoin({ where, code, page, qr, command }) {
  const found = [];
  if (page !== undefined) found.push(fitted(make('p', 'address', page)));
  else if (where !== undefined) found.push(fitted(make('p', 'address', where)));
  if (code !== undefined) {
    found.push(make('p', 'medium', 'join code ', make('strong', 'code', code)));
  }
  if (command !== undefined) {
    // Broken between words only: `--host` typed in two parts is something else.
    const words = command.split(' ').flatMap((word) => [make('span', 'word', word), ' ']);
    const at = where === undefined ? '' : ` at ${where}`;
    found.push(
      make('p', 'command', `or, with a program${at}: `, make('code', '', ...words)),
    );
  }
  if (page === undefined && where !== undefined) {
    const own = make('code', '', 'auction serve --board');
    found.push(make('p', 'command', 'to play on a phone, open the board of ', own));
  }
  if (!qr) return found;
  const picture = make('img', 'qr');
  picture.src = 'join.svg';
  picture.alt = `QR code of ${page}`;
  return [make('div', 'join', picture, make('div', 'ways', ...found))];
}

/**
 * @param {Kinds} kinds
 * @param {number | undefined} onSale
 */
function item(kinds, onSale) {
  if (onSale === undefined) return [make('p', 'large', 'The next item …')];
  const title = make('span', 'title', titleOf(kinds[onSale]));
  return [fitted(make('p', `item ${colourOf(onSale)}`, markOf(kinds, onSale), title), 3)];
}

/**
 * `3 of 5 have answered`, and a light for each; a bar for a crowd.
 * @param {number} count
 * @param {number} of
 * @param {string} what
 */
function howMany(count, of, what) {
  const words = make(
    'p',
    'medium',
    make('strong', '', amount(count)),
    ` of ${amount(of)} ${what}`,
  );
  const picture = of > MOST_LIGHTS ? bar(count, of) : lights(count, of);
  picture.ariaHidden = 'true';
  return make('div', 'how-many', words, picture);
}

/**
 * @param {number} lit
 * @param {number} of
 */
function lights(lit, of) {
  const row = Array.from({ length: of }, (_, index) =>
    make('span', index < lit ? 'light on' : 'light'),
  );
  return make('div', 'lights', ...row);
}

/**
 * @param {number} count
 * @param {number} of
 */
function bar(count, of) {
  const filled = make('span', 'fill');
  filled.style.width = `${(100 * count) / of}%`;
  return make('div', 'bar', filled);
}

const showLastSale = whenChanged(
  (/** @type {{ kinds: Kinds, round: number, sale: SaleEntry }} */ data) => {
    const { kinds, sale } = data;
    const [kind, price = 0, buyer] = sale;
    const what = make('span', 'bought', markOf(kinds, kind), titleOf(kinds[kind]));
    const line = byId('last-sale');
    line.replaceChildren(make('span', 'label', 'Last sale: '));
    if (buyer === undefined) line.append('nobody wanted ', what);
    else {
      const paid = make('strong', 'paid', amount(price));
      line.append(make('strong', '', nameOf(buyer)), ' bought ', what, ' for ', paid);
    }
    fitted(line);
    // Removing the class and adding it again restarts the animation, but only when the browser
    // has looked in between.
    line.classList.remove('fresh');
    line.getBoundingClientRect();
    line.classList.add('fresh');
  },
);

/** @param {Extract<Scene, { view: 'result' }>} scene */
function result({ kinds, rules, result: end }) {
  if (end.how === 'nobody') {
    const why =
      `All ${amount(rules.items)} items have been on sale, and nobody owns ` +
      `${amount(rules.countToWin)} of a kind.`;
    return [make('p', 'large', 'Nobody has won'), make('p', 'why', why)];
  }
  return [
    cup(),
    fitted(make('p', 'winner', nameOf(end.winner))),
    make('p', 'large', 'has won'),
    ...(end.how === 'collected' ? collected(end, kinds) : mostWorth(end)),
  ];
}

/**
 * @param {Extract<BoardResult, { how: 'collected' }>} end
 * @param {Kinds} kinds
 */
function collected({ kind, count, bought }, kinds) {
  const latest = bought.length < count ? 'the latest ' : '';
  const why = `with ${amount(count)} × ${titleOf(kinds[kind])}, ${latest}bought for`;
  const paid = bought.map(({ round, price }) =>
    make(
      'li',
      '',
      markOf(kinds, kind),
      make('strong', '', amount(price)),
      make('span', 'when', `item ${round + 1}`),
    ),
  );
  const list = make('ul', 'purchases', ...paid);
  list.style.setProperty('--count', String(paid.length));
  return [make('p', 'why', why), list];
}

/** @param {Extract<BoardResult, { how: 'worth' }>} end */
function mostWorth({ worth, money, second }) {
  const why = [make('p', 'why', `with a collection worth ${amount(worth)}`)];
  if (!second) return why;
  const other = nameOf(second.name);
  if (second.worth < worth) {
    why.push(make('p', 'why', 'more than the ', amount(second.worth), ' of ', other));
  } else if (second.money < money) {
    const left = `and more money left: ${amount(money)}, not ${amount(second.money)}`;
    why.push(make('p', 'why', 'as much as ', other, ` has, ${left}`));
  } else {
    why.push(make('p', 'why', 'as much as ', other, ' has, but from the earlier seat'));
  }
  return why;
}

/** A decoration for the winner, which screen readers skip. */
function cup() {
  const bowl = 'M26 8h48v26a24 24 0 0 1-48 0z';
  const foot = 'M45 56h10v18h14a4 4 0 0 1 4 4v12h-46v-12a4 4 0 0 1 4-4h14z';
  const handles = 'M26 16h-14v8a16 16 0 0 0 16 16M74 16h14v8a16 16 0 0 1-16 16';
  return makeSvg(
    'svg',
    { viewBox: '0 0 100 100', class: 'cup', 'aria-hidden': 'true' },
    makeSvg('path', { d: `${bowl}${foot}` }),
    makeSvg('path', { d: handles, class: 'handles' }),
  );
}

/**
 * Lets the style sheet choose a size at which a line is not broken.
 * @param {HTMLElement} element
 * @param {number} [more] characters' space that is needed besides
 */
function fitted(element, more = 0) {
  const { length } = element.textContent ?? '';
  element.style.setProperty('--length', String(length + more));
  return element;
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function fill(title, ...content) {
  byId('stage-title').textContent = title;
  byId('stage-content').replaceChildren(...content);
}
