/** The first and the last lines of `socketlab auction serve`. */
import { networkInterfaces } from 'node:os';
import {
  AUCTION_PORT,
  formatAddress,
  type InetAddress,
  isLoopback,
  LOOPBACK,
} from '../../common/index.ts';
import type { Screen } from '../../common/terminal/index.ts';
import type { Board } from '../board/index.ts';
import type { Auctioneer } from '../server/auctioneer.ts';
import { type AuctionOptions, roundsToWin } from '../game/options.ts';
import { tooLongForOneRead } from '../server/lecture-protocol.ts';
import type { Scores } from '../server/publish-scores.ts';
import { itemNumber, list } from './game-words.ts';
import type { ServeOptions } from './serve-options.ts';

type Interfaces = ReturnType<typeof networkInterfaces>;

/** What else is open besides the auctioneer. */
export interface Besides {
  board: Board | undefined;
  scores: Scores | undefined;
}

/** Where it is, and what to type to join, to watch, and after a crash. */
export function opening(
  auctioneer: Auctioneer,
  { board, scores }: Besides,
  { bidCommand, journal }: ServeOptions,
  { paint }: Pick<Screen, 'paint'>,
  interfaces = networkInterfaces(),
): string[] {
  const { address, auction, closedToLecture, code } = auctioneer;
  const { options } = auction;
  const { port } = address;
  const hosts = reachableAt(address, interfaces);
  const where = hosts.map((host) => paint.bold(formatAddress({ host, port }))).join(', ');
  const lines = [
    `The auction is open at ${where}, over TCP and UDP, for ${options.bidders} bidders.`,
  ];
  if (isCutOff(address, interfaces)) {
    const why =
      'Nobody else can reach it: this machine is not on a network. Connect it first.';
    lines.push(paint.yellow(why));
  }
  if (auctioneer.mostConnections < options.bidders) {
    lines.push(...tooFewFiles(auctioneer).map(paint.yellow));
  }
  lines.push(`  bid:     ${bidLine(auctioneer, bidCommand)}`);
  if (board?.page !== undefined) {
    lines.push(`           or in a browser, as on a phone: ${paint.bold(board.page)}`);
    const [first, ...others] = hosts;
    if (others.length > 0) {
      lines.push(
        `           The QR code leads to ${first}. If that is not the class's network,`,
        `           start again with --host ${others.join(', or --host ')}`,
      );
    }
  }
  if (closedToLecture === undefined) {
    const name = code === undefined ? 'NAME' : `${code}-NAME`;
    lines.push(`           or the lecture's own bidder, with the name ${name}`);
    const bytes = tooLongForOneRead(auction);
    if (bytes !== undefined) {
      lines.push(
        `           over ZeroMQ only: the list of items has ${bytes} bytes, and`,
        `           over bare TCP that bidder reads 5024 of them;`,
        `           ${howToFit(options)} would fit`,
      );
    }
  } else {
    lines.push(`           not with the lecture's own bidder: ${closedToLecture}`);
  }
  if (code !== undefined) lines.push(`  code:    ${paint.bold(code)}`);
  for (const url of boardUrls(board, hosts)) lines.push(`  board:   ${url}`);
  if (scores) lines.push(`  scores:  ${scores.endpoint} (auction watch, or any SUB)`);
  if (journal !== undefined) {
    lines.push(`  journal: ${journal} (after a crash, add --resume)`);
  }
  if (auctioneer.cut > 0) {
    lines.push(
      `           its last line was incomplete, so nobody had seen it: it was removed`,
    );
  }
  if (auctioneer.past.length > 0) {
    const { bidders, phase, round } = auction;
    lines.push(
      `Resuming the game after ${auctioneer.past.length} events: ` +
        (phase === 'joining'
          ? `${bidders.size} of ${options.bidders} have joined.`
          : `${round} items have been sold. Seated: ${list([...bidders.keys()], 20)}.`),
    );
    if (phase === 'bidding') {
      const { items, ledger } = auction;
      const item = paint.bold(items[round]!);
      lines.push('', `${paint.bold(itemNumber(round, ledger.rules))}: ${item}`);
    }
  }
  return lines;
}

/** One in four is kept for the board and the rest of the program. */
function tooFewFiles({ auction, mostConnections }: Auctioneer): string[] {
  const { bidders } = auction.options;
  const needed = Math.ceil((2 * bidders) / 1000) * 1000;
  return [
    `Only ${mostConnections} bidders can join over TCP: each needs an open file, and this ` +
      'shell allows too few.',
    `Run this first, and start again: ulimit -n ${needed}`,
  ];
}

/** If everybody must be able to win, this many items are needed. */
function howToFit(options: AuctionOptions): string {
  const needsAll = options.win === 'first-to' && roundsToWin(options) >= options.items;
  return needsAll ? 'fewer bidders, or a smaller --count-to-win,' : 'fewer --items';
}

/** What to type to join. */
export function bidLine(
  { address, code }: Pick<Auctioneer, 'address' | 'code'>,
  bidCommand: string,
): string {
  const [host] = reachableAt(address);
  const hostOption = host === LOOPBACK.IPv4 ? '' : ` --host ${host}`;
  const portOption = address.port === AUCTION_PORT ? '' : ` --port ${address.port}`;
  const codeOption = code === undefined ? '' : ` --code ${code}`;
  return `${bidCommand} NAME${hostOption}${portOption}${codeOption}`;
}

/** The addresses of the board's page, for this machine and for others. */
function boardUrls(board: Board | undefined, hosts: readonly string[]): string[] {
  if (!board) return [];
  const { host, port } = board.address;
  if (host !== '0.0.0.0' && host !== '::') return [board.url];
  return hosts.map((one) => `http://${formatAddress({ host: one, port })}/`);
}

/**
 * What containers, virtual machines and VPNs call their networks, on Linux, macOS and Windows.
 * Those exist on many a lecturer's machine, and no phone in the room is in one of them.
 */
const SELDOM_THE_CLASS = [
  /^(?:docker|br-|cni|lxc|podman|veth|vir?br|vmnet|vnet|vbox)/i,
  /^(?:u?tun|tap|wg|ppp|tailscale|zt)/i,
  /vEthernet|VirtualBox|VMware|VPN|WireGuard|ZeroTier/i,
];

/**
 * Where others reach it: `0.0.0.0` is every address of this machine, and not one to call. The
 * one that the class is most likely to be in comes first.
 */
export function reachableAt(
  { family, host }: InetAddress,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  if (!isEverywhere(host)) return [host];
  const addresses = Object.entries(interfaces)
    .flatMap(([name, list = []]) => list.map((one) => ({ ...one, name })))
    .filter((one) => !one.internal && (host === '::' || one.family === family))
    .filter(({ address }) => !address.startsWith('fe80:')) // those need a zone
    .sort((a, b) => Number(isUnlikely(a)) - Number(isUnlikely(b)))
    .map(({ address }) => address);
  return addresses.length > 0 ? addresses : [LOOPBACK[family]];
}

/** 169.254: it has asked the network for an address, and nobody has answered (RFC 3927). */
function isUnlikely({ address, name }: { address: string; name: string }): boolean {
  return SELDOM_THE_CLASS.some((one) => one.test(name)) || address.startsWith('169.254.');
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether it should be open to others, but this machine is not on any network. */
export function isCutOff(address: InetAddress, interfaces?: Interfaces): boolean {
  return isEverywhere(address.host) && reachableAt(address, interfaces).every(isLoopback);
}

/** How to resume a game that was left, or to play the same one again. */
export function closing(
  { address, auction }: Auctioneer,
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
        : [boardPort === true ? '--board' : `--board ${boardPort}`]),
      ...(publish === undefined ? [] : [`--publish ${publish}`]),
    ];
    const command = bidCommand.replace(/\bbid$/, 'serve');
    return ['', `Resume with: ${command} ${options.join(' ')}`];
  }
  const again = `The same items again: --seed ${auction.options.seed}`;
  const [url] = boardUrls(board, reachableAt(address));
  return url === undefined
    ? [again]
    : [again, `The board stays open: ${url} (Ctrl-C ends it)`];
}
