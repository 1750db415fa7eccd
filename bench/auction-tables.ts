/** Prints what auction.ts has measured as Markdown tables. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../src/common/index.ts';
import {
  type Door,
  DOORS,
  type Played,
  type Polled,
  type TurnedAway,
} from './auction-programs.ts';
import { row } from './support/print.ts';

/** Of as many bidders, one value for each turn. */
export interface Framed {
  bidders: number;
  without: Played[];
  journal: Played[];
  bare: Played[];
}
export interface Lecture {
  bidders: number;
  ours: Played[];
  bare: Played[];
  python: Played[];
}
export interface Polling {
  bidders: number;
  ours: Polled[];
  python: Polled[];
}

export interface AtDoors extends Record<Door, (Played | TurnedAway)[]> {
  bidders: number;
}

const DOOR_NAMES: Record<Door, string> = {
  framed: 'frames over TCP',
  text: "the lecture's words over TCP",
  zeromq: "the lecture's words over ZeroMQ",
  udp: 'datagrams',
};

export function printDoors(all: readonly AtDoors[]): void {
  console.log('\nThe same game at every door\n');
  console.log(
    row(
      'bidders',
      'door',
      'rounds/s',
      'lowest to highest',
      'CPU µs a bid',
      "of the frames' CPU",
      'memory MB',
      'joining ms',
      'sent again a bid',
      'fell silent',
      'server CPU',
      'bidders CPU',
    ),
  );
  console.log(row('--:', '---', ...Array.from({ length: 10 }, () => '--:')));
  for (const { bidders, ...doors } of all) {
    for (const door of DOORS) printDoor(bidders, door, doors[door], doors.framed);
  }
}

function printDoor(
  bidders: number,
  door: Door,
  all: readonly (Played | TurnedAway)[],
  framed: readonly (Played | TurnedAway)[],
): void {
  const names = [number(bidders), DOOR_NAMES[door]];
  const away = all.find((one) => 'why' in one);
  if (away) {
    const words = `${number(away.turnedAway)} turned away: ${away.why}`;
    console.log(row(...names, words, ...Array.from({ length: 9 }, () => '')));
    return;
  }
  const played = all.filter((one) => 'rate' in one);
  console.log(
    row(
      ...names,
      ...rates(played),
      medianOf(played, 'perBid').toFixed(1),
      door === 'framed'
        ? ''
        : ratio(
            played,
            framed.filter((one) => 'rate' in one),
            'perBid',
          ),
      number(medianOf(played, 'memory') / 1e6),
      number(medianOf(played, 'joining')),
      door === 'udp' ? medianOf(played, 'repeated').toFixed(2) : '',
      number(Math.max(...played.map(({ silent }) => silent))),
      ...loads(played),
    ),
  );
}

/** @param lectures whose Python servers our rounds are compared with, turn by turn */
export function printFramed(all: readonly Framed[], lectures: readonly Lecture[]): void {
  console.log('\nBidders over framed TCP\n');
  console.log(
    row(
      'bidders',
      'server',
      'rounds/s',
      'lowest to highest',
      'CPU µs a bid',
      "of bare Node's CPU",
      'server CPU',
      'bidders CPU',
      'joining ms',
      "of Python's rounds/s",
    ),
  );
  console.log(row('--:', '---', ...Array.from({ length: 8 }, () => '--:')));
  for (const { bidders, without, journal, bare } of all) {
    const python = lectures.find((lecture) => lecture.bidders === bidders)?.python ?? [];
    for (const [played, name] of [
      [without, 'ours'],
      [journal, 'with a journal'],
      [bare, 'bare Node'],
    ] as const) {
      console.log(
        row(
          number(bidders),
          name,
          ...rates(played),
          medianOf(played, 'perBid').toFixed(1),
          played === bare ? '' : ratio(played, bare, 'perBid'),
          ...loads(played),
          number(medianOf(played, 'joining')),
          ratio(played, python, 'rate'),
        ),
      );
    }
  }
}

export function printLecture(all: readonly Lecture[]): void {
  console.log("\nThe lecture's bidders, over bare TCP\n");
  console.log(
    row(
      'bidders',
      'server',
      'rounds/s',
      'lowest to highest',
      'CPU µs a bid',
      "of bare Node's CPU",
      'server CPU',
      'bidders CPU',
      "of Python's rounds/s",
    ),
  );
  console.log(row('--:', '---', ...Array.from({ length: 7 }, () => '--:')));
  for (const { bidders, ours, bare, python } of all) {
    for (const [played, name] of [
      [ours, 'ours'],
      [bare, 'bare Node'],
      [python, 'Python'],
    ] as const) {
      console.log(
        row(
          number(bidders),
          name,
          ...rates(played),
          medianOf(played, 'perBid').toFixed(1),
          played === bare ? '' : ratio(played, bare, 'perBid'),
          ...loads(played),
          played === python ? '' : ratio(played, python, 'rate'),
        ),
      );
    }
  }
}

export function printPolling(all: readonly Polling[]): void {
  console.log("\nThe lecture's bidders, polling without a pause while nothing happens\n");
  console.log(
    row('bidders', 'server', 'polls/s', 'server CPU', 'CPU µs a poll', 'bidders CPU'),
  );
  console.log(row('--:', '---', '--:', '--:', '--:', '--:'));
  for (const { bidders, ours, python } of all) {
    for (const [polled, name] of [
      [ours, 'ours'],
      [python, 'Python'],
    ] as const) {
      const each = polled.map(({ serverLoad, polls }) => (serverLoad * 1e6) / polls);
      const [server, theirs] = loads(polled);
      console.log(
        row(
          number(bidders),
          name,
          number(median(polled.map(({ polls }) => polls))),
          server!,
          median(each).toFixed(1),
          theirs!,
        ),
      );
    }
  }
}

/** Microseconds for a line and its flush on the disk that `folder` is on. */
export function flushTime(folder: string): string {
  const file = openSync(join(folder, 'flush'), 'wx');
  const took: number[] = [];
  for (let k = 0; k < 100; k += 1) {
    const start = performance.now();
    writeSync(file, `${'x'.repeat(60)}\n`);
    fdatasyncSync(file);
    took.push((performance.now() - start) * 1000);
  }
  closeSync(file);
  return median(took).toFixed(0);
}

function medianOf(played: readonly Played[], what: keyof Played): number {
  return median(played.map((one) => one[what]));
}

function rates(played: readonly Played[]): string[] {
  const all = played.map(({ rate }) => rate);
  const range = [Math.min(...all), Math.max(...all)].map(number);
  return [number(median(all)), range.join(' to ')];
}

function loads(all: readonly { serverLoad: number; biddersLoad: number }[]): string[] {
  return [
    percent(median(all.map(({ serverLoad }) => serverLoad))),
    percent(median(all.map(({ biddersLoad }) => biddersLoad))),
  ];
}

/** Of the turns that both have played. */
function ratio(
  ours: readonly Played[],
  theirs: readonly Played[],
  what: 'rate' | 'perBid',
): string {
  if (theirs.length === 0) return '';
  const each = ours.map((one, turn) => one[what] / theirs[turn]![what]);
  return `${median(each).toFixed(2)} ×`;
}

function number(value: number): string {
  const digits = value < 10 ? 1 : 0;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
