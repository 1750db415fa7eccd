/**
 * How many rounds a second does the auctioneer play, how does that change with the number of
 * bidders, and what is the cost of bidders that poll without a pause?
 *
 *   npm run bench:auction                            everything three times, about ten minutes
 *   npm run bench:auction -- --short                 once, fewer bidders, about 20 s
 *   npm run bench:auction -- --only framed|lecture|doors|polling --bidders 2,100 --times 9
 *   npm run bench:auction -- --asleep                without keeping the cores awake
 *
 * Prints the tables of docs/auction-performance.md. Server and bidders are separate processes.
 * Our server is compared, with the same bidders, with a Python server built like the lecture's, and
 * with the same game on Node's sockets alone. They take turns, in changing order, so that a
 * busy machine slows all. Ratios are taken within each turn, and everything printed is the
 * median of all turns.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  DOORS,
  type Game,
  type Kind,
  play,
  poll,
  tryToPlay,
} from './auction-programs.ts';
import {
  type AtDoors,
  flushTime,
  type Framed,
  type Lecture,
  type Polling,
  printDoors,
  printFramed,
  printLecture,
  printPolling,
} from './auction-tables.ts';
import { keepAwake } from './support/awake.ts';
import { machine } from './support/print.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    asleep: { type: 'boolean', default: false },
    only: { type: 'string' },
    bidders: { type: 'string' },
    times: { type: 'string' },
  },
});
const { short, only } = values;
if (only !== undefined && !['framed', 'lecture', 'doors', 'polling'].includes(only)) {
  misuse(`--only framed, lecture, doors or polling, not ${only}`);
}
const TIMES = whole('--times', values.times ?? (short ? '1' : '3'), 1, 1000);
const sizes = values.bidders
  ?.split(',')
  .map((size) => whole('--bidders', size, 1, 10_000));
const FRAMED = sizes ?? (short ? [2, 1000] : [2, 100, 1000, 5000]);
/** Each of these bidders is a process, and each has a thread in Python's server. */
const MOST_PROCESSES = 1000;
const fit = (bidders: number): boolean => bidders <= MOST_PROCESSES;
const LECTURE = (sizes ?? (short ? [2, 50] : [2, 100, 1000])).filter(fit);
const AT_DOORS = sizes ?? (short ? [2, 30] : [2, 100, 1000, 5000]);
const POLLING = (sizes ?? (short ? [100] : [1000])).filter(fit);
/** What is measured of a game: this many bids, but no more rounds than that. */
const FRAMED_GAME = short ? { bids: 6000, most: 3000 } : { bids: 80_000, most: 20_000 };
/** Each round of few bidders waits for the disk more than once. */
const JOURNAL_GAME = { ...FRAMED_GAME, most: short ? 300 : 4000 };
const LECTURE_GAME = short ? { bids: 2000, most: 2000 } : { bids: 40_000, most: 20_000 };
/** The items have to fit into a datagram. */
const DOOR_GAME = { bids: short ? 2000 : 10_000, most: 3000 };
/** Milliseconds for which polls are counted. */
const POLLING_TIME = short ? 1000 : 5000;
/** Files that a server has open beside its connections. */
const OTHER_FILES = 50;

const folder = mkdtempSync(join(tmpdir(), 'socketlab-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));

function whole(what: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return misuse(`${what}: a whole number from ${least} to ${most}, not ${text}`);
}

function misuse(why: string): never {
  console.error(why);
  process.exit(2);
}

/** A quarter as many rounds go before those that are measured. */
function gameOf(bidders: number, { bids, most }: { bids: number; most: number }): Game {
  const measured = Math.min(most, Math.max(short ? 4 : 10, Math.round(bids / bidders)));
  const warmUp = Math.ceil(measured / 4);
  return { bidders, rounds: warmUp + measured, warmUp };
}

/** How many a process may have; Node raises the soft limit of its own to the hard one. */
const { userLimits } = process.report.getReport() as unknown as {
  userLimits?: { open_files: { soft: number | 'unlimited' } };
};
const openFiles = Number(userLimits?.open_files.soft ?? Infinity) || Infinity;

const leftOut = new Set<number>();
/** Whether this system has as many files for a server; says so, once, if it has not. */
function hasFiles(bidders: number): boolean {
  const needed = bidders + OTHER_FILES;
  if (needed <= openFiles) return true;
  if (!leftOut.has(bidders)) {
    console.error(
      `skipping ${bidders} bidders: they need ${needed} open files in one process, ` +
        `and this shell allows ${openFiles}. To allow more, run \`ulimit -n ${needed}\`.`,
    );
  }
  leftOut.add(bidders);
  return false;
}

function sizesFor(what: string, all: readonly number[]): readonly number[] {
  return only === undefined || only === what ? all.filter(hasFiles) : [];
}

/** On stderr: it is not part of the tables. */
function progress(turn: number, what: string): void {
  console.error(`turn ${turn + 1} of ${TIMES}: ${what}`);
}

/** All ways in one order, then in the other. */
async function inTurn(
  turn: number,
  ways: readonly (() => Promise<void>)[],
): Promise<void> {
  for (const way of turn % 2 === 0 ? ways : ways.toReversed()) await way();
}

const framed: Framed[] = sizesFor('framed', FRAMED).map((bidders) => ({
  bidders,
  without: [],
  journal: [],
  bare: [],
}));
const lecture: Lecture[] = sizesFor('lecture', LECTURE).map((bidders) => ({
  bidders,
  ours: [],
  bare: [],
  python: [],
}));
const doors: AtDoors[] = sizesFor('doors', AT_DOORS).map((bidders) => ({
  bidders,
  framed: [],
  text: [],
  zeromq: [],
  udp: [],
}));
const polling: Polling[] = sizesFor('polling', POLLING).map((bidders) => ({
  bidders,
  ours: [],
  python: [],
}));
const SERVERS = ['ours', 'bare', 'python'] as const satisfies Kind[];
const POLLED = ['ours', 'python'] as const satisfies Kind[];

const letSleep = values.asleep ? () => {} : keepAwake();
process.on('exit', letSleep);

for (let turn = 0; turn < TIMES; turn += 1) {
  for (const each of framed) {
    const game = gameOf(each.bidders, FRAMED_GAME);
    const noted = gameOf(each.bidders, JOURNAL_GAME);
    const file = join(folder, `${each.bidders}-${turn}.jsonl`);
    await inTurn(turn, [
      async () => {
        progress(turn, `${each.bidders} framed bidders`);
        each.without.push(await play('ours', 'framed', game));
      },
      async () => {
        progress(turn, `${each.bidders} framed bidders, with a journal`);
        each.journal.push(await play('ours', 'framed', noted, file));
      },
      async () => {
        progress(turn, `${each.bidders} framed bidders, bare Node`);
        each.bare.push(await play('bare', 'framed', game));
      },
    ]);
    rmSync(file);
  }
  for (const each of lecture) {
    const game = gameOf(each.bidders, LECTURE_GAME);
    await inTurn(
      turn,
      SERVERS.map((kind) => async () => {
        progress(turn, `${each.bidders} lecture bidders, server: ${kind}`);
        each[kind].push(await play(kind, 'lecture', game));
      }),
    );
  }
  for (const each of doors) {
    const game = gameOf(each.bidders, DOOR_GAME);
    await inTurn(
      turn,
      DOORS.map((door) => async () => {
        progress(turn, `${each.bidders} light bidders, door: ${door}`);
        each[door].push(await tryToPlay('ours', door, game));
      }),
    );
  }
  for (const each of polling) {
    await inTurn(
      turn,
      POLLED.map((kind) => async () => {
        progress(turn, `${each.bidders} polling bidders, server: ${kind}`);
        each[kind].push(await poll(kind, each.bidders, POLLING_TIME));
      }),
    );
  }
}

letSleep();
const python = execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim();
console.log(`${machine()}; ${python}; medians of ${TIMES} turns`);
const busy = loadavg()[0]!.toFixed(1);
console.log(`load ${busy} at the end; open files: ${openFiles} for a process`);
console.log(`one flush (fdatasync) of the journal's disk takes ${flushTime(folder)} µs`);
if (values.asleep) console.log('cores that have nothing to do go to sleep');
if (short)
  console.log('too short for Node to compile the hot code: trust only a full run');
if (framed.length > 0) printFramed(framed, lecture);
if (lecture.length > 0) printLecture(lecture);
if (doors.length > 0) printDoors(doors);
if (polling.length > 0) printPolling(polling);
