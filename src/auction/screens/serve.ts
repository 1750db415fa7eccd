/** An auctioneer with its screen, and if asked for its board: `socketlab auction serve`. */
import { networkInterfaces } from 'node:os';
import {
  AUCTION_PORT,
  explain,
  formatAddress,
  type InetAddress,
  LOOPBACK,
} from '../../common/index.ts';
import { type Auctioneer, type AuctioneerOptions, openAuction } from '../auctioneer.ts';
import { type Board, openBoard, toBoardEvent } from '../board/index.ts';
import { gameRules } from '../ledger.ts';
import { publishScores, type Scores } from '../scoreboard/publish.ts';
import { AuctioneerScreen } from './auctioneer-screen.ts';
import { list } from './game-words.ts';
import { type Output, Screen } from './screen.ts';

export interface ServeOptions extends AuctioneerOptions {
  /** The board's port; 0 for any, undefined for no board. */
  board?: number | undefined;
  /** Where the scores are published, by ZeroMQ; 0 for any port, undefined for nowhere. */
  publish?: number | undefined;
  /** Events as JSON lines instead of a screen. */
  json?: boolean | undefined;
  /** How one starts a bidder, for the first lines. */
  bidCommand: string;
  signal: AbortSignal;
}

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
    const { host, publish } = options;
    if (publish !== undefined) {
      scores = await publishScores(auctioneer, { host, port: publish });
    }
    if (options.board !== undefined) {
      board = await followingBoard(auctioneer, options, options.board);
    }
    const show = json === true ? showJson : showScreen;
    const tidy = show(auctioneer, { board, scores }, options, output);
    try {
      await gameOver(auctioneer, signal);
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
async function gameOver(auctioneer: Auctioneer, signal: AbortSignal): Promise<void> {
  if (auctioneer.auction.phase === 'over') return;
  await new Promise<void>((resolve, reject) => {
    auctioneer.onFailure((error) => {
      const why = `the journal cannot be written, so nobody is answered: ${explain(error)}`;
      reject(new Error(why, { cause: error }));
    });
    auctioneer.watch(({ type }) => {
      if (type === 'over') resolve();
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
  { host }: ServeOptions,
  port: number,
): Promise<Board> {
  const { port: at } = auctioneer.address;
  const [reachable] = reachableAt(auctioneer.address);
  const where = formatAddress({ host: reachable, port: at });
  const deadline = (): number | undefined => auctioneer.deadline;
  const board = await openBoard({
    host,
    port,
    join: { where, code: auctioneer.code },
    deadline,
  });
  const { auction } = auctioneer;
  board.begin({ rules: gameRules(auction.options), items: auction.items });
  for (const event of auctioneer.past) board.apply(toBoardEvent(event));
  auctioneer.watch((event) => board.apply(toBoardEvent(event)));
  return board;
}

/** What is opened beside the auctioneer. */
interface Besides {
  board: Board | undefined;
  scores: Scores | undefined;
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
  // Not wrapped: a command that is broken in two cannot be copied.
  screen.printAsItIs(...opening(auctioneer, besides, options, screen));
  const stop = auctioneer.watch((event) => screen.print(...view.lines(event)));
  const look = (): void => {
    const { deadline } = auctioneer;
    const left = deadline === undefined ? undefined : (deadline - Date.now()) / 1000;
    screen.status = view.status(left, (name) => auctioneer.isPresent(name));
  };
  const timer = screen.live ? setInterval(look, TICK) : undefined;
  look();
  return () => {
    clearInterval(timer);
    stop();
    screen.status = '';
    screen.printAsItIs(...closing(auctioneer, besides.board, options));
  };
}

function opening(
  auctioneer: Auctioneer,
  { board, scores }: Besides,
  { bidCommand, journal }: ServeOptions,
  { paint }: Screen,
): string[] {
  const { address, auction, closedToLecture, code } = auctioneer;
  const { options } = auction;
  const { port } = address;
  const hosts = reachableAt(address);
  const where = hosts.map((host) => paint.bold(formatAddress({ host, port }))).join(', ');
  const lines = [
    `The auction is open at ${where}, over TCP and UDP, for ${options.bidders} bidders.`,
  ];
  const [host] = hosts;
  const hostOption = host === LOOPBACK.IPv4 ? '' : ` --host ${host}`;
  const portOption = port === AUCTION_PORT ? '' : ` --port ${port}`;
  const codeOption = code === undefined ? '' : ` --code ${code}`;
  lines.push(`  bid:     ${bidCommand} NAME${hostOption}${portOption}${codeOption}`);
  if (closedToLecture === undefined) {
    const name = code === undefined ? 'NAME' : `${code}-NAME`;
    lines.push(`           or the lecture's own bidder, with the name ${name}`);
  } else {
    lines.push(`           not with the lecture's own bidder: ${closedToLecture}`);
  }
  if (code !== undefined) lines.push(`  code:    ${paint.bold(code)}`);
  for (const url of boardUrls(board, hosts)) lines.push(`  board:   ${url}`);
  if (scores) lines.push(`  scores:  ${scores.endpoint} (auction watch, or any SUB)`);
  if (journal !== undefined) lines.push(`  journal: ${journal}`);
  if (auctioneer.cut > 0) {
    lines.push(
      `           half a line at its end, which nobody was told of, was cut off`,
    );
  }
  if (auctioneer.past.length > 0) {
    const { bidders, phase, round } = auction;
    lines.push(
      `Going on where it stopped, after ${auctioneer.past.length} events: ` +
        (phase === 'joining'
          ? `${bidders.size} of ${options.bidders} have joined.`
          : `${round} items are sold. Seated: ${list([...bidders.keys()], 20)}.`),
    );
  }
  return lines;
}

/** The board's page as it is called on this machine, and as others call it. */
function boardUrls(board: Board | undefined, hosts: readonly string[]): string[] {
  if (!board) return [];
  const { host, port } = board.address;
  if (host !== '0.0.0.0' && host !== '::') return [board.url];
  return hosts.map((one) => `http://${formatAddress({ host: one, port })}/`);
}

/** Where others find it: `0.0.0.0` is every address of this machine, and nobody's to call. */
function reachableAt({ family, host }: InetAddress): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .filter((one) => !one.internal && (host === '::' || one.family === family))
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('fe80:')); // those need a zone
  return addresses.length > 0 ? addresses : [LOOPBACK[family]];
}

function closing(
  { auction }: Auctioneer,
  board: Board | undefined,
  { bidCommand, board: boardPort, host, journal, port, publish }: ServeOptions,
): string[] {
  if (auction.phase !== 'over') {
    if (journal === undefined) return [];
    const options = [
      `--journal ${journal} --resume`,
      ...(host === undefined ? [] : [`--host ${host}`]),
      ...(port === undefined ? [] : [`--port ${port}`]),
      ...(boardPort === undefined
        ? []
        : [boardPort === 0 ? '--board' : `--board ${boardPort}`]),
      ...(publish === undefined ? [] : [`--publish ${publish}`]),
    ];
    const command = bidCommand.replace(/\bbid$/, 'serve');
    return ['', `Go on with: ${command} ${options.join(' ')}`];
  }
  const again = `The same items again: --seed ${auction.options.seed}`;
  return board ? [again, `The board stays: ${board.url}. Ctrl-C ends it.`] : [again];
}

/** One JSON object a line; what is sealed stays sealed. */
function showJson(
  auctioneer: Auctioneer,
  { board, scores }: Besides,
  _options: ServeOptions,
  { write }: Output,
): () => void {
  const say = (message: object): void => write(`${JSON.stringify(message)}\n`);
  const { address, auction, code } = auctioneer;
  const { host, port } = address;
  const rules = gameRules(auction.options);
  const also = { board: board?.url, scores: scores?.endpoint };
  say({ type: 'open', version: 1, host, port, code, ...also, rules });
  for (const event of auctioneer.past) say(toBoardEvent(event));
  const stop = auctioneer.watch((event) => say(toBoardEvent(event)));
  return () => {
    stop();
    const { ledger, options, phase, winner } = auction;
    if (phase !== 'over') return;
    const { sales, standings } = ledger;
    say({ type: 'result', winner, seed: options.seed, standings, sales: sales.length });
  };
}
