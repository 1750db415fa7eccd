/**
 * The page for phones: join, bid, pass.
 *
 *   connection.js ──snapshot──► what is on sale, what comes, what was sold   (for everybody)
 *   seat.js ───────answers────► my money, my items, whether I have answered  (by my token)
 *
 * Whatever has happened meanwhile, `draw` makes the page agree with the latest of both.
 */

/** @import { BoardSnapshot, GameSnapshot } from '../snapshot.ts' */
/** @import { Answer } from './seat.js' */
import { follow } from './connection.js';
import { amount, byId, inWords, make, markOf, titleOf, whenChanged } from './elements.js';
import {
  ask,
  askUntilAnswered,
  keepSeat,
  keptSeat,
  newAttempt,
  sayGoodbye,
  whenSeatChanges,
} from './seat.js';

/** Milliseconds between two signs of life: whoever is silent for half a minute is away. */
const SIGN_OF_LIFE = 5000;
const REFUSED_SEAT = new Set(['wrong-token', 'seat-taken-over', 'wrong-name']);

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

/** The latest from the board. @type {BoardSnapshot | undefined} */
let board;
/** The latest of my own account. @type {Answer | undefined} */
let seat;
/** Of the round, as `performance.now()` counts. @type {number | undefined} */
let deadline;
/** What has been typed into the form is for this round. */
let formRound = -1;
/** The latest round in which my answer was accepted: my account may be older than that. */
let answeredRound = -1;
/** A bid is on its way. */
let sending = false;
let isLost = false;

/* What I do. */

byId('join').addEventListener('submit', (event) => {
  event.preventDefault();
  void join(input('name').value.trim(), input('code').value.trim());
});
byId('bid').addEventListener('submit', (event) => {
  event.preventDefault();
  const word = input('amount').value.trim();
  const money = seat?.money ?? 0;
  if (!/^\d+$/.test(word) || Number(word) > money) {
    showTrouble('bid-trouble', `A bid is a whole number from 0 to ${amount(money)}.`);
    input('amount').focus();
    return;
  }
  void answerRound(Number(word));
});
byId('pass').addEventListener('click', () => void answerRound(undefined));
byId('less').addEventListener('click', () => change(-1));
byId('more').addEventListener('click', () => change(1));
byId('leave').addEventListener('click', () => {
  const token = keptSeat()?.token;
  if (token !== undefined) sayGoodbye(token, { all: true });
  forget('');
});

/** @param {number} by */
function change(by) {
  if (!canAnswer()) return;
  const { value } = input('amount');
  const now = /^\s*\d+\s*$/.test(value) ? Number(value) + by : Math.max(0, by);
  input('amount').value = String(Math.min(Math.max(0, now), seat?.money ?? 0));
  showTrouble('bid-trouble', '');
}

/**
 * @param {string} name
 * @param {string} code
 */
async function join(name, code) {
  if (sending) return;
  const before = keptSeat();
  const same = before && before.name === name && before.code === code;
  const attempt = same ? before.attempt : newAttempt();
  keepSeat({ name, code, attempt });
  sending = true;
  showTrouble('join-trouble', '');
  const answer = await askUntilAnswered(
    { type: 'join', version: 1, name, attempt, ...(code !== '' && { code }) },
    {
      matters: () => true,
      failed: () => showTrouble('join-trouble', 'No answer: trying again …'),
    },
  );
  sending = false;
  if (answer?.type !== 'welcome') {
    showTrouble('join-trouble', sentence(answer?.reason ?? 'that did not work', name));
    return;
  }
  showTrouble('join-trouble', '');
  keepSeat({ name, code, attempt, token: answer.token });
  await look();
  byId('stage-title').focus();
}

/** @param {number | undefined} bid undefined to pass */
async function answerRound(bid) {
  const kept = keptSeat();
  const round = board?.game?.round;
  if (!canAnswer() || !kept?.token || round === undefined) return;
  sending = true;
  showTrouble('bid-trouble', '');
  keepSeat({ ...kept, bid: { round, amount: bid ?? null } });
  draw();
  const { token } = kept;
  const answer = await askUntilAnswered(
    bid === undefined
      ? { type: 'pass', round, token }
      : { type: 'bid', round, amount: bid, token },
    {
      matters: () => board?.game?.round === round,
      failed: () => showTrouble('bid-trouble', 'No answer: sending it again …'),
    },
  );
  sending = false;
  showTrouble('bid-trouble', '');
  if (answer?.type === 'accepted') {
    answeredRound = round;
  } else if (answer?.type === 'refused') {
    const { token: own } = keptSeat() ?? {};
    if (own === token) keepSeat(kept);
    if (answer.code !== 'wrong-round') {
      showTrouble('bid-trouble', sentence(answer.reason ?? ''));
    }
  }
  await look();
}

/* What I hear. */

/** @type {Promise<void> | undefined} */
let looking;
let lookAgain = false;
/** Asks for my own account, and shows that I am here. */
async function look() {
  // What is on its way may have been answered before whatever makes us look.
  if (looking) lookAgain = true;
  else {
    looking = lookOnce().finally(() => {
      looking = undefined;
    });
  }
  await looking;
}

async function lookOnce() {
  do {
    lookAgain = false;
    const token = keptSeat()?.token;
    if (token === undefined) break;
    try {
      const answer = await ask({ type: 'seat', token });
      if (answer.type === 'seat') seat = answer;
      else if (answer.code && REFUSED_SEAT.has(answer.code)) seatIsGone(token);
    } catch {
      // The board's stream, or the next look, shows when the network is back.
    }
    draw();
  } while (lookAgain);
  draw();
}

/**
 * Freed while we slept, or another game: the same name may still be free.
 * @param {string} token
 */
function seatIsGone(token) {
  if (keptSeat()?.token !== token) return;
  const phase = seat?.phase;
  forget('Your seat is gone. Join again.');
  if (phase === 'joining' && board?.game?.phase === 'joining') {
    void join(input('name').value, input('code').value);
  }
}

/** @param {string} why */
function forget(why) {
  const kept = keptSeat();
  input('name').value = kept?.name ?? '';
  if (kept?.code) input('code').value = kept.code;
  keepSeat(undefined);
  seat = undefined;
  answeredRound = -1;
  draw();
  showTrouble('join-trouble', why);
  input('name').focus();
}

follow('bid-events', {
  state(snapshot) {
    const before = board?.game;
    board = snapshot;
    isLost = false;
    const { game, live, secondsLeft } = snapshot;
    const counts = live && secondsLeft !== undefined;
    deadline = counts ? performance.now() + secondsLeft * 1000 : undefined;
    if (game?.round !== before?.round || game?.phase !== before?.phase) void look();
    draw();
  },
  lost() {
    isLost = true;
    draw();
  },
});
setInterval(() => void look(), SIGN_OF_LIFE);
setInterval(showTimeLeft, 250);
whenSeatChanges(() => {
  if (keptSeat()?.token === undefined) seat = undefined;
  draw();
  void look();
});
for (const event of ['online', 'pageshow']) addEventListener(event, () => void look());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void look();
});
addEventListener('pagehide', () => {
  const token = keptSeat()?.token;
  if (token !== undefined) sayGoodbye(token);
});

/* What is shown. */

function canAnswer() {
  const game = board?.game;
  return (
    game?.phase === 'bidding' &&
    seat?.round === game.round &&
    seat.phase === 'bidding' &&
    seat.answered === false &&
    answeredRound !== game.round &&
    !sending
  );
}

/** @param {number} round */
function hasAnswered(round) {
  return answeredRound === round || (seat?.round === round && seat.answered === true);
}

function draw() {
  const kept = keptSeat();
  const game = board?.game;
  const isSeated = kept?.token !== undefined;
  byId('join').hidden = isSeated;
  byId('game').hidden = !isSeated;
  const noAuctioneer =
    board && !board.live ? 'The auctioneer is away: please wait …' : '';
  showTrouble('trouble', isLost ? 'Connection lost: reconnecting …' : noAuctioneer);
  byId('round').textContent = roundOf(game);
  document.title = titleFor(game);
  if (!isSeated || !game) return;
  showStage({ game, name: kept.name });
  showForm(game);
  showAccount({ seat, kinds: game.kinds, name: kept.name });
  showComing({ kinds: game.kinds, coming: game.coming });
  showSales({ kinds: game.kinds, latest: game.sales.latest });
  byId('leave').hidden = game.phase === 'bidding';
  showTimeLeft();
}

/** @param {GameSnapshot | undefined} game */
function roundOf(game) {
  if (game?.phase === 'bidding') {
    return `item ${amount(game.round + 1)} of ${amount(game.rules.items)}`;
  }
  return '';
}

/** @param {GameSnapshot | undefined} game */
function titleFor(game) {
  if (!game || game.phase === 'joining') return 'Join – Auction';
  if (game.phase === 'over') return 'The game is over – Auction';
  return `${canAnswer() ? 'Your bid' : 'Wait'} – Auction`;
}

/** @param {{ game: GameSnapshot, name: string }} shown */
function showStage({ game, name }) {
  const { kinds, onSale, phase, rules, joined, answered, result } = game;
  const title = {
    joining: 'You have a seat',
    bidding: 'On sale',
    over: 'The game is over',
  };
  setText('stage-title', title[phase]);
  showItem({ kinds, onSale });
  const kept = keptSeat();
  const bid = kept?.bid?.round === game.round ? kept.bid : undefined;
  let words = '';
  if (phase === 'joining') {
    const missing = rules.bidders - joined;
    const { countToWin, win } = rules;
    const goal =
      win === 'first-to'
        ? `first to own ${amount(countToWin)} of a kind`
        : 'most valuable collection';
    words = `Waiting for ${amount(missing)} more to join. The ${goal} wins.`;
  } else if (phase === 'bidding' && sending) {
    words = 'Sending …';
  } else if (phase === 'bidding' && hasAnswered(game.round)) {
    const mine =
      bid?.amount === null ? 'You pass.' : `You bid ${amount(bid?.amount ?? 0)}.`;
    words = `${bid ? mine : 'Your answer has arrived.'} Waiting: ${amount(answered)} of ${amount(joined)} have answered.`;
  } else if (phase === 'over' && result) {
    if (result.how === 'nobody') words = 'Nobody has won.';
    else words = result.winner === name ? 'You have won!' : `${result.winner} has won.`;
  }
  setText('words', words);
  announce(game, words);
}

const showItem = whenChanged(
  (/** @type {Pick<GameSnapshot, 'kinds' | 'onSale'>} */ { kinds, onSale }) => {
    const place = byId('item');
    place.hidden = onSale === undefined;
    if (onSale === undefined) place.replaceChildren();
    else place.replaceChildren(markOf(kinds, onSale), titleOf(kinds[onSale]));
  },
);

/** @param {GameSnapshot} game */
function showForm({ phase, round }) {
  const form = byId('bid');
  form.hidden = phase !== 'bidding';
  if (form.hidden) return;
  if (formRound !== round) {
    formRound = round;
    input('amount').value = '';
    showTrouble('bid-trouble', '');
  }
  const money = seat?.money;
  const range = money === undefined ? '' : `, 0 to ${amount(money)}`;
  setText('amount-label', `Your bid${range}`);
  const off = !canAnswer();
  // Not `disabled`: whoever uses a keyboard would lose their place in each round.
  input('amount').readOnly = off;
  for (const id of ['less', 'more', 'send', 'pass'])
    byId(id).setAttribute('aria-disabled', String(off));
  form.classList.toggle('off', off);
}

const showAccount = whenChanged(
  (
    /** @type {{ seat: Answer | undefined, kinds: GameSnapshot['kinds'], name: string }} */ data,
  ) => {
    const { kinds, name } = data;
    const { money, owned = {} } = data.seat ?? {};
    const own = make('bdi', 'name', name);
    const left = money === undefined ? '' : ` – ${amount(money)} left`;
    byId('money').replaceChildren(own, left);
    const rows = kinds.flatMap((kind, index) => {
      const count = owned[kind.name] ?? 0;
      if (count === 0) return [];
      return [make('li', '', markOf(kinds, index), `× ${amount(count)}`)];
    });
    byId('owned').replaceChildren(...rows);
    byId('owned').hidden = rows.length === 0;
  },
);

const showComing = whenChanged(
  (/** @type {Pick<GameSnapshot, 'kinds' | 'coming'>} */ { kinds, coming }) => {
    byId('coming').hidden = coming.length === 0;
    const items = coming.map((kind) => make('li', '', markOf(kinds, kind)));
    byId('coming-items').replaceChildren(...items);
  },
);

const showSales = whenChanged(
  (
    /** @type {{ kinds: GameSnapshot['kinds'], latest: GameSnapshot['sales']['latest'] }} */ data,
  ) => {
    const { kinds, latest } = data;
    byId('sales').hidden = latest.length === 0;
    const rows = [...latest].reverse().map((sale) => {
      const [kind, price, buyer] = sale;
      if (buyer === undefined) {
        return make('li', '', markOf(kinds, kind), make('span', '', 'nobody wanted it'));
      }
      const who = make('bdi', 'name', buyer);
      return make(
        'li',
        '',
        markOf(kinds, kind),
        who,
        make('strong', '', amount(price ?? 0)),
      );
    });
    byId('sale-rows').replaceChildren(...rows);
  },
);

let announced = '';
/**
 * Tells screen readers what is new: the last sale and what is on sale now, or what I wait for.
 * @param {GameSnapshot} game
 * @param {string} words
 */
function announce({ kinds, onSale, phase, round, sales }, words) {
  const key = `${phase} ${round} ${canAnswer()}`;
  if (key === announced) return;
  if (phase === 'bidding' && !canAnswer()) return;
  announced = key;
  const sale = sales.latest.at(-1);
  const sold = sale ? `${inWords(kinds, sale)}. ` : '';
  const now = onSale === undefined ? words : `On sale: ${titleOf(kinds[onSale])}. `;
  const money = phase === 'bidding' ? `You have ${amount(seat?.money ?? 0)}.` : '';
  setText('said', sold + now + money);
}

function showTimeLeft() {
  const seconds = deadline === undefined ? 0 : (deadline - performance.now()) / 1000;
  const place = byId('time-left');
  place.hidden = seconds <= 0 || board?.game?.phase !== 'bidding';
  setText('time-left', `${Math.max(0, Math.ceil(seconds))} s left`);
  place.classList.toggle('short', seconds <= 10);
}

/**
 * @param {string} id
 * @param {string} words none takes it away
 */
function showTrouble(id, words) {
  byId(id).hidden = words === '';
  setText(id, words);
}

/**
 * @param {string} id
 * @param {string} text
 */
function setText(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

/**
 * @param {string} words
 * @param {string} [name] that of a bidder, who may be called ann and not Ann
 */
function sentence(words, name = '') {
  const text = words.trim();
  if (text === '') return '';
  const isName = name !== '' && text.startsWith(name);
  return `${isName ? text : text[0].toUpperCase() + text.slice(1)}.`;
}

// The QR code has the join code in it.
const scanned = location.hash.slice(1);
if (/^[A-Za-z0-9]{1,32}$/.test(scanned)) {
  input('code').value = scanned;
  history.replaceState(null, '', location.pathname);
}
const before = keptSeat();
if (before && !before.token) {
  input('name').value = before.name;
  if (before.code && !input('code').value) input('code').value = before.code;
}
draw();
void look();
