/** `socketlab auction serve`: an auctioneer with its screen and, if asked for, its board. */
import { isDeepStrictEqual } from 'node:util';
import {
  BOARD_PORT,
  explainFile,
  formatAddress,
  inTermsOf,
  misuse,
  filesForConnections,
} from '../../common/index.ts';
import { jsonLine, type Output, Screen } from '../../common/terminal/index.ts';
import { type Board, openBoard } from '../board/index.ts';
import { gameRules } from '../game/ledger.ts';
import type { AuctionOptions } from '../game/options.ts';
import { Notices } from '../game/notices.ts';
import { toBoardEvent } from '../game/public-events.ts';
import { type Auctioneer, openAuction } from '../server/auctioneer.ts';
import { publishScores, type Scores } from '../server/publish-scores.ts';
import { AuctioneerScreen } from './auctioneer-screen.ts';
import type { ServeOptions } from './serve-options.ts';
import { type Besides, bidLine, closing, opening, reachableAt } from './serve-words.ts';

/** How long bidders may take to fetch the last result, in milliseconds. */
const FAREWELL = 10_000;
const TICK = 250;

/** True when the game was played to its end. */
export async function serveAuction(
  options: ServeOptions,
  output: Output,
): Promise<boolean> {
  const { json, signal } = options;
  const auctioneer = await openAuction(options);
  let board: Board | undefined;
  let scores: Scores | undefined;
  try {
    if (options.resume === true) checkSameGame(options, auctioneer.auction.options);
    const { host, publish } = options;
    if (publish !== undefined) {
      scores = await publishScores(auctioneer, { host, port: publish }).catch(
        inTermsOf({ port: '--publish' }),
      );
    }
    if (options.board !== undefined) {
      board = await followingBoard(auctioneer, options, options.board);
    }
    const show = json === true ? showJson : showScreen;
    const tidy = show(auctioneer, { board, scores }, options, output);
    try {
      await gameOver(auctioneer, options);
    } finally {
      tidy();
    }
    if (auctioneer.auction.phase !== 'over') return false;
    await Promise.race([auctioneer.emptied(FAREWELL), aborted(signal)]);
    // The class looks at the winner for as long as the lecturer likes.
    if (board) await aborted(signal);
    return true;
  } finally {
    scores?.close();
    await board?.close();
    await auctioneer.close();
  }
}

/** Resolves when the game is over or the signal aborts. @throws why the journal failed */
async function gameOver(
  auctioneer: Auctioneer,
  { journal, signal }: ServeOptions,
): Promise<void> {
  if (auctioneer.auction.phase === 'over') return;
  await new Promise<void>((resolve, reject) => {
    auctioneer.onFailure((error) => {
      const why = `the auctioneer has stopped answering: ${explainFile(error, journal!)}`;
      reject(new Error(why, { cause: error }));
    });
    auctioneer.watch(({ type }) => {
      if (type === 'over') auctioneer.afterwards(resolve);
    });
    void aborted(signal).then(resolve);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function followingBoard(
  auctioneer: Auctioneer,
  { bidCommand, host, watchers }: ServeOptions,
  port: number | true,
): Promise<Board> {
  const [reachable] = reachableAt(auctioneer.address);
  const where = formatAddress({ host: reachable, port: auctioneer.address.port });
  const deadline = (): number | undefined => auctioneer.deadline;
  const join = { where, code: auctioneer.code, command: bidLine(auctioneer, bidCommand) };
  const openAt = (at: number): Promise<Board> =>
    openBoard({
      host,
      port: at,
      join,
      deadline,
      mostReaders: watchers,
      files: filesForConnections() - auctioneer.mostConnections,
      reachableAt: reachable,
      seats: (payload, from) => auctioneer.askFromPage(payload, from),
    });
  const opening = port === true ? openAtUsual(openAt) : openAt(port);
  const board = await opening.catch(inTermsOf({ port: '--board' }));
  const { auction } = auctioneer;
  board.begin({ rules: gameRules(auction.options), items: auction.items });
  for (const event of auctioneer.past) board.apply(toBoardEvent(event));
  auctioneer.watch((event) => {
    const told = toBoardEvent(event);
    auctioneer.afterwards(() => board.apply(told));
  });
  auctioneer.listen((notice) => auctioneer.afterwards(() => board.note(notice)));
  for (const name of auction.bidders.keys()) {
    board.present(name, auctioneer.isPresent(name));
  }
  auctioneer.onPresence((name, isHere) => {
    auctioneer.afterwards(() => board.present(name, isHere));
  });
  return board;
}

/** The usual port, so that a page that is open finds the board again after a crash. */
async function openAtUsual(openAt: (port: number) => Promise<Board>): Promise<Board> {
  try {
    return await openAt(BOARD_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return openAt(0);
  }
}

/**
 * After a crash, people repeat their command with `--resume`. It must mean the same game: the
 * rules cannot change in the middle.
 * @throws {MisuseError} ERR_BAD_ARGUMENT
 */
function checkSameGame(
  { game = {}, journal }: ServeOptions,
  resumed: AuctionOptions,
): void {
  for (const [key, asked] of Object.entries(game)) {
    const own = resumed[key as keyof AuctionOptions];
    if (isDeepStrictEqual(asked, own)) continue;
    const why =
      `the game in ${journal} has ${key} ${JSON.stringify(own)}, ` +
      `not ${JSON.stringify(asked)}: leave that option out`;
    throw misuse(why);
  }
}

function showScreen(
  auctioneer: Auctioneer,
  besides: Besides,
  options: ServeOptions,
  output: Output,
): () => void {
  const screen = new Screen(output);
  const { auction } = auctioneer;
  const view = new AuctioneerScreen(auction, screen.paint, screen.width);
  screen.print(...opening(auctioneer, besides, options, screen));
  const stop = auctioneer.watch((event) => {
    const lines = view.lines(event);
    auctioneer.afterwards(() => screen.print(...view.returned(), ...lines));
  });
  auctioneer.listen((notice) => {
    auctioneer.afterwards(() => {
      const lines = view.notice(notice);
      // If nobody is looking at the screen, many lines bother nobody.
      if (lines.length > 0 || !screen.live) screen.print(...view.returned(), ...lines);
    });
  });
  const look = (): void => {
    screen.print(...view.returned());
    const { deadline } = auctioneer;
    const left =
      deadline === undefined ? undefined : (deadline - performance.now()) / 1000;
    screen.status = view.status(left, (name) => auctioneer.isPresent(name));
  };
  besides.board?.onFull((notice) => screen.print(...view.notice(notice)));
  const timer = screen.live ? setInterval(look, TICK) : undefined;
  look();
  return () => {
    clearInterval(timer);
    stop();
    screen.status = '';
    screen.print(...closing(auctioneer, besides.board, options));
  };
}

/** One JSON object per line; what is sealed stays sealed. */
function showJson(
  auctioneer: Auctioneer,
  { board, scores }: Besides,
  _options: ServeOptions,
  { write }: Output,
): () => void {
  const say = (message: object): void => write(jsonLine(message));
  const { address, auction, code } = auctioneer;
  const { host, port } = address;
  const rules = gameRules(auction.options);
  const also = { board: board?.url, scores: scores?.endpoint };
  say({ type: 'open', version: 1, host, port, code, ...also, rules });
  const past = new Notices();
  past.listen(say);
  for (const event of auctioneer.past) {
    past.happened(event);
    say(toBoardEvent(event));
  }
  const stop = auctioneer.watch((event) => {
    const told = toBoardEvent(event);
    auctioneer.afterwards(() => say(told));
  });
  auctioneer.listen((notice) => auctioneer.afterwards(() => say(notice)));
  board?.onFull(say);
  return () => {
    stop();
    const { ledger, options, phase, winner } = auction;
    if (phase !== 'over') return;
    const { sales, standings } = ledger;
    say({ type: 'result', winner, seed: options.seed, standings, sales: sales.length });
  };
}
