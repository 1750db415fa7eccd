/**
 * The board's page: takes each state as a whole and makes the page agree with it.
 *
 *   connection.js ──snapshot──► here ──► stage.js      on sale, the winner
 *                                    ──► standings.js  money and collections
 *                                    ──► chart.js      prices
 *
 * No framework and no build: the browser runs these files as they are. Their types stand in
 * the comments, and are checked.
 */

/** @import { BoardSnapshot, GameSnapshot } from '../snapshot.ts' */
import { showChart } from './chart.js';
import { follow } from './connection.js';
import { amount, byId, inWords, make, markOf, titleOf, whenChanged } from './elements.js';
import { showStage } from './stage.js';
import { showStandings } from './standings.js';

/** Milliseconds between two announcements to screen readers, as a game may be very fast. */
const BETWEEN_ANNOUNCEMENTS = 3000;

/** When the latest state came; undefined before the first. @type {Date | undefined} */
let heardAt;
/** Of the round, as `performance.now()` counts. @type {number | undefined} */
let deadline;
let secondsPerRound = 0;

/** @param {BoardSnapshot} snapshot */
function show(snapshot) {
  const { game, live, notices, secondsLeft } = snapshot;
  heardAt = new Date();
  // Without an auctioneer nobody knows how much time is left.
  const counts = live && secondsLeft !== undefined;
  deadline = counts ? performance.now() + secondsLeft * 1000 : undefined;
  secondsPerRound = game?.rules.secondsPerRound ?? 0;
  trouble(live || !game ? '' : 'Lost the auctioneer: waiting for it to come back …');
  document.body.dataset.phase = game?.phase ?? 'waiting';
  document.title = titleFor(game);
  showStage(snapshot);
  showNotices(notices);
  showTimeLeft();
  for (const id of ['standings', 'prices']) byId(id).hidden = !game;
  if (!game) {
    byId('coming').hidden = true;
    return;
  }
  const { kinds, phase, rules, round, coming, sales, result, standings, more } = game;
  showRules(rules);
  showRound({ phase, round, items: rules.items });
  showComing({ kinds, coming, phase, secret: rules.order === 'secret' });
  showKinds({ kinds, valued: rules.win === 'highest-value' });
  showPrices({ kinds, sales, result });
  showStandings({ kinds, phase, rules, standings, more });
  announce(game);
}

const showNotices = whenChanged((/** @type {string[]} */ notices) => {
  byId('notices').hidden = notices.length === 0;
  byId('notices').replaceChildren(...notices.map((words) => make('li', '', words)));
});

const showRules = whenChanged((/** @type {GameSnapshot['rules']} */ rules) => {
  const { price, win, countToWin } = rules;
  byId('rules').textContent = [
    price === 'first'
      ? 'the highest bidder wins and pays their bid'
      : 'the highest bidder wins and pays the second-highest bid',
    win === 'first-to'
      ? `the first to own ${amount(countToWin)} of a kind wins the game`
      : 'the most valuable collection wins the game',
  ].join(' · ');
});

const showRound = whenChanged(
  (
    /** @type {{ phase: string, round: number, items: number }} */ {
      phase,
      round,
      items,
    },
  ) => {
    const words = {
      joining: `up to ${amount(items)} rounds`,
      bidding: `item ${amount(round + 1)} of ${amount(items)}`,
      over: `${amount(round)} rounds`,
    };
    byId('round').textContent = words[/** @type {keyof typeof words} */ (phase)];
  },
);

const showComing = whenChanged(
  (
    /** @type {Pick<GameSnapshot, 'kinds' | 'coming' | 'phase'> & { secret: boolean }} */ data,
  ) => {
    const { kinds, coming, phase, secret } = data;
    byId('coming').hidden = phase === 'over';
    byId('coming-title').textContent =
      phase === 'joining' ? 'Coming first' : 'Coming next';
    const items = coming.map((kind) => make('li', '', markOf(kinds, kind)));
    const none = secret ? 'Secret in this game' : 'Nothing: this is the last item';
    byId('coming-content').replaceChildren(
      items.length > 0 ? make('ol', '', ...items) : make('p', '', none),
    );
  },
);

const showKinds = whenChanged(
  (
    /** @type {Pick<GameSnapshot, 'kinds'> & { valued: boolean }} */ { kinds, valued },
  ) => {
    const rows = kinds.map((kind, index) =>
      make(
        'li',
        '',
        markOf(kinds, index),
        `${titleOf(kind)}${valued ? ` = ${amount(kind.value)}` : ''}`,
      ),
    );
    byId('kinds').replaceChildren(...rows);
  },
);

const showPrices = whenChanged(
  (/** @type {Pick<GameSnapshot, 'kinds' | 'sales' | 'result'>} */ data) => {
    const { first, latest } = data.sales;
    const which = first > 0 ? `, latest ${latest.length} rounds` : '';
    byId('prices-title').textContent =
      latest.length > 0 ? `Prices${which}` : 'What is sold';
    byId('prices').classList.toggle('empty', latest.length === 0);
    showChart(data);
  },
);

/** @param {GameSnapshot | undefined} game */
function titleFor(game) {
  if (!game) return 'Auction';
  const { phase, round, kinds, onSale, result } = game;
  if (result)
    return `${result.how === 'nobody' ? 'Nobody' : result.winner} has won – Auction`;
  if (phase === 'joining') return 'Join – Auction';
  const item = onSale === undefined ? '' : `: ${titleOf(kinds[onSale])}`;
  return `Item ${round + 1}${item} – Auction`;
}

let announced = -Infinity;
/** @type {number | undefined} */
let announcing;

/** Tells screen readers of the latest sale, and of the end. @param {GameSnapshot} game */
function announce({ kinds, sales, result }) {
  const sale = sales.latest.at(-1);
  if (!sale) return;
  const sold = `${inWords(kinds, sale)}.`;
  const end = result
    ? ` ${result.how === 'nobody' ? 'Nobody' : result.winner} has won.`
    : '';
  clearTimeout(announcing);
  announcing = setTimeout(
    () => {
      announced = performance.now();
      const said = byId('said');
      if (said.textContent !== sold + end) said.textContent = sold + end;
    },
    announced + BETWEEN_ANNOUNCEMENTS - performance.now(),
  );
}

function showTimeLeft() {
  const place = byId('time-left');
  // A round that goes on after its time was not counted right: better say nothing.
  const seconds = deadline === undefined ? 0 : (deadline - performance.now()) / 1000;
  place.hidden = seconds <= 0;
  if (seconds <= 0) return;
  const [bar, words] = [place.querySelector('.fill'), place.querySelector('.words')];
  if (bar instanceof HTMLElement) {
    bar.style.width = `${Math.min(100, (100 * seconds) / secondsPerRound)}%`;
  }
  const text = `${Math.ceil(seconds)} s left`;
  if (words && words.textContent !== text) words.textContent = text;
  place.classList.toggle('short', seconds <= 10);
}
setInterval(showTimeLeft, 250);

/** @param {string} words in a line above all else; none takes it away */
function trouble(words) {
  const place = byId('trouble');
  place.hidden = words === '';
  if (place.textContent !== words) place.textContent = words;
  document.body.classList.toggle('stale', words !== '');
}

const theme = new URL(location.href).searchParams.get('theme');
if (theme) document.documentElement.dataset.theme = theme;

byId('theme').addEventListener('click', () => {
  const { dataset } = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme =
    (dataset.theme ?? (dark ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
  // In the address, so that it stays when the page is loaded again.
  history.replaceState(null, '', `?theme=${dataset.theme}`);
});

follow('events', {
  state: show,
  lost() {
    const since = heardAt ? ` This is the state at ${heardAt.toLocaleTimeString()}.` : '';
    trouble(`Connection lost: reconnecting …${since}`);
    deadline = undefined;
    showTimeLeft();
  },
});
