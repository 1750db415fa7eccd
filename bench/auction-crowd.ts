/**
 * Many framed-TCP bidders in one process, for auction.ts.
 *
 *   node --import tsx bench/auction-crowd.ts PORT BIDDERS WARM-UP
 *
 * Do not write a bidder like this (see ../src/auction/bidder/play.ts instead): this one must
 * cost little compared with the auctioneer that is measured. It uses bare `node:net` and a
 * FrameDecoder, recognizes a message by two letters of its type, parses no JSON, and encodes
 * equal bids of a round once. It does check that nothing is refused and that every bidder
 * receives every round.
 *
 * Speaks with auction.ts in lines of JSON: how long the joining took, when all have joined;
 * the rounds that each has been told of, and the CPU time from WARM-UP on, when all have been
 * told that the game is over.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, encodeJson, FrameDecoder } from '../src/framing/index.ts';

const [port, bidders, warmUp] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
/** Connections that are being made at the same time: fewer than the backlog. */
const AT_ONCE = 500;
/** As many different bids in each round. */
const AMOUNTS = 100;
/** Where the first two letters of the type stand in `{"type":"round",…`. */
const TYPE = 9;

let bidsOf = -1;
let bids: Buffer[] = [];

/** The same buffer for all who bid the same in the same round. */
function bid(round: number, amount: number): Buffer {
  if (bidsOf !== round) {
    bidsOf = round;
    bids = [];
  }
  bids[amount] ??= encodeFrame(encodeJson({ type: 'bid', round, amount }));
  return bids[amount];
}

const crowd: Bidder[] = [];
let joined = 0;
let over = 0;
let begin = process.cpuUsage();

class Bidder {
  readonly #seat: number;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  #round = 0;
  #accepted = 0;
  #isOver = false;

  constructor(seat: number, socket: Socket) {
    this.#seat = seat;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('close', () => this.#closed());
    const name = `b${seat}`;
    socket.write(encodeFrame(encodeJson({ type: 'join', version: 1, name })));
  }

  #hear(chunk: Buffer): void {
    const frames = this.#decoder.push(chunk);
    for (let k = 0; k < frames.length; k += 1) this.#take(frames[k]!);
  }

  #take(frame: Buffer): void {
    switch (frame.toString('latin1', TYPE, TYPE + 2)) {
      case 'ro':
        this.#bid();
        break;
      case 'ac':
        this.#accepted += 1;
        break;
      case 'so':
      case 'st':
        break;
      case 'we':
        joined += 1;
        if (joined === bidders) tell({ joining: performance.now() - start });
        break;
      case 'ov':
        this.#end();
        break;
      default:
        throw new Error(`b${this.#seat} was told ${frame.toString()}`);
    }
  }

  /** A round that was missed would make the number wrong, and the bid be refused. */
  #bid(): void {
    const round = this.#round;
    if (round === warmUp && this.#seat === 0) begin = process.cpuUsage();
    this.#socket.write(bid(round, (this.#seat * 7 + round * 13) % AMOUNTS));
    this.#round += 1;
  }

  #end(): void {
    if (this.#accepted !== this.#round) {
      throw new Error(`b${this.#seat} bid ${this.#round}, accepted ${this.#accepted}`);
    }
    this.#isOver = true;
    this.#socket.destroy();
    over += 1;
    if (over < bidders) return;
    const { user, system } = process.cpuUsage(begin);
    tell({ rounds: this.#round, cpu: (user + system) / 1e6 });
    process.stdin.destroy();
  }

  #closed(): void {
    if (this.#isOver) return;
    throw new Error(`the auctioneer hung up on b${this.#seat} in round ${this.#round}`);
  }
}

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

// Whoever started this has gone: so does this.
process.stdin.on('end', () => process.exit()).resume();

const start = performance.now();
for (let seat = 0; seat < bidders; seat += AT_ONCE) {
  const sockets: Socket[] = [];
  for (let k = seat; k < Math.min(bidders, seat + AT_ONCE); k += 1) {
    sockets.push(connect(port, '127.0.0.1'));
  }
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) crowd.push(new Bidder(crowd.length, socket));
}
