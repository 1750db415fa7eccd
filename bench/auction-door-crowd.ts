/**
 * Many bidders in one process, each at one of the auction's doors, for auction.ts.
 *
 *   node --import tsx bench/auction-door-crowd.ts PORT BIDDERS ITEMS WARM-UP text|zeromq|udp
 *
 * As light as auction-crowd.ts, which is for the framed door: bare sockets, and no checks but that
 * every bidder gets every round. Those over UDP ask again after 300 ms, as ours do for news.
 *
 * Speaks with auction.ts as auction-crowd.ts does, and also says who did not get as far: how many
 * were turned away when they joined, with the words for the last of them, and how many heard
 * nothing more before the end.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import {
  commandFrame,
  encodeFrame,
  encodeGreeting,
  GREETING_LENGTH,
  ZmtpFrameDecoder,
} from '../src/zeromq/zmtp/index.ts';

const [port, bidders, rounds, warmUp] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
const door = process.argv[6];
/** Milliseconds until a datagram is sent again. */
const RETRY = 300;
/** Joins without an answer at the same time, at most. */
const AT_ONCE = 100;
/** Milliseconds after which a crowd of whom nobody hears anything gives up. */
const PATIENCE = 20_000;

let joined = 0;
let turnedAway = 0;
let over = 0;
/** Datagrams that were sent again. */
let repeated = 0;
/** Continues with those who have still to join. */
let goOn: () => void = () => {};
let begin = process.cpuUsage();
const start = performance.now();

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function amount(seat: number, round: number): number {
  if (seat === 0 && round === warmUp) begin = process.cpuUsage();
  return (seat * 7 + round * 13) % 100;
}

/** Somebody's join has been answered. */
function answered(): void {
  goOn();
  if (joined + turnedAway < bidders) return;
  if (turnedAway > 0) tell({ turnedAway, why });
  else tell({ joining: performance.now() - start });
}

function hasJoined(): void {
  joined += 1;
  answered();
}

let why = '';
function isTurnedAway(words: string): void {
  turnedAway += 1;
  why = words.trim();
  answered();
}

function isOver(): void {
  over += 1;
  if (over === bidders) end();
}

function end(): void {
  clearTimeout(silence);
  const { user, system } = process.cpuUsage(begin);
  tell({ rounds, cpu: (user + system) / 1e6, silent: bidders - over, repeated });
  // Whoever started this ends it.
}

const silence = setTimeout(() => {
  if (joined + turnedAway === bidders) end();
  else tell({ turnedAway: bidders - joined, why: why || 'no answer' });
}, PATIENCE);

/** What one bidder says next in the lecture's words; undefined when it waits for more text. */
function lectureBidder(seat: number): (heard: string) => string | undefined {
  const name = `b${seat}`;
  let state: 'items' | 'names' | 'bid' | 'result' = 'items';
  let round = 0;
  let before = '';
  const bid = (): string => {
    state = 'bid';
    return `${name} ${amount(seat, round)}`;
  };
  return (heard) => {
    silence.refresh();
    const text = before + heard;
    before = '';
    if (state === 'items' || (state === 'names' && text !== 'wait ')) {
      const words = state === 'items' ? rounds : bidders;
      if (text.startsWith('refused: ')) {
        isTurnedAway(text);
        return undefined;
      }
      if (!text.endsWith(' ') || text.split(' ').length < words + 2) {
        before = text;
        return undefined;
      }
      if (state === 'names') return bid();
      hasJoined();
      state = 'names';
      return `${name} `;
    }
    if (text === 'wait ') return state === 'names' ? `${name} ` : name;
    if (state === 'bid') {
      if (text !== 'bid received') throw new Error(`${name} was told ${text}`);
      state = 'result';
      return name;
    }
    if (!text.includes(' has bought ')) throw new Error(`${name} was told ${text}`);
    round += 1;
    if (round < rounds) return bid();
    isOver();
    return undefined;
  };
}

function overTcp(seat: number): void {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const next = lectureBidder(seat);
  socket.on('data', (chunk) => {
    const said = next(chunk.toString());
    if (said !== undefined) socket.write(said);
  });
  socket.write(`b${seat}`);
}

function overZeromq(seat: number): void {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const next = lectureBidder(seat);
  const decoder = new ZmtpFrameDecoder();
  const delimiter = encodeFrame({ body: Buffer.alloc(0), command: false, more: true });
  const say = (text: string): void => {
    const body = encodeFrame({ body: Buffer.from(text), command: false, more: false });
    socket.write(Buffer.concat([delimiter, body]));
  };
  let greeting = GREETING_LENGTH;
  socket.on('data', (chunk) => {
    const bytes = chunk.subarray(Math.min(greeting, chunk.length));
    greeting -= chunk.length - bytes.length;
    for (const { body, command, more } of decoder.push(bytes)) {
      if (command) say(`b${seat}`); // READY: the handshake is over
      if (command || more) continue;
      const said = next(body.toString());
      if (said !== undefined) say(said);
    }
  });
  const metadata = new Map([['Socket-Type', Buffer.from('REQ')]]);
  const hello = encodeGreeting({
    mechanism: 'NULL',
    asServer: false,
    major: 3,
    minor: 1,
  });
  socket.write(hello);
  socket.write(commandFrame({ name: 'READY', metadata }));
}

interface Told {
  type: string;
  id: number;
  cookie?: string;
  token?: string;
  reason?: string;
  round?: number;
  news?: Told[];
}

function overUdp(seat: number): void {
  const socket = createSocket('udp4');
  const asked = new Map<number, { question: object; at: number }>();
  let id = 0;
  let after = 0;
  let proof: { token?: string; cookie?: string } = {};
  const send = (message: object): void =>
    socket.send(JSON.stringify({ ...message, ...proof }));
  const ask = (message: object): void => {
    id += 1;
    const question = { ...message, id };
    asked.set(id, { question, at: performance.now() });
    send(question);
  };
  const retry = setInterval(() => {
    const now = performance.now();
    for (const one of asked.values()) {
      if (now - one.at < RETRY) continue;
      one.at = now;
      send(one.question);
      repeated += 1;
    }
  }, RETRY / 4);
  const hear = ({ type, round }: Told): void => {
    after += 1;
    if (type === 'round') ask({ type: 'bid', round, amount: amount(seat, round!) });
    if (type !== 'over') return;
    clearInterval(retry);
    asked.clear();
    isOver();
  };
  socket.on('message', (bytes) => {
    silence.refresh();
    const told = JSON.parse(bytes.toString()) as Told;
    const question = asked.get(told.id)?.question;
    if (!question) return;
    if (told.type === 'prove') {
      proof = { ...proof, cookie: told.cookie! };
      send(question);
      return;
    }
    asked.delete(told.id);
    if (told.type === 'refused') {
      if (proof.token !== undefined) throw new Error(`b${seat} was told ${told.reason}`);
      clearInterval(retry);
      isTurnedAway(told.reason!);
      return;
    }
    if (told.type === 'welcome') {
      proof = { ...proof, token: told.token! };
      hasJoined();
    }
    for (const news of told.news ?? []) hear(news);
    if (told.type !== 'accepted') ask({ type: 'news', after });
  });
  socket.connect(port, '127.0.0.1', () =>
    ask({ type: 'join', version: 1, name: `b${seat}` }),
  );
}

// Whoever started this has gone: so does this.
process.stdin.on('end', () => process.exit()).resume();

const open = { text: overTcp, zeromq: overZeromq, udp: overUdp }[door!]!;
for (let seat = 0; seat < bidders; seat += 1) {
  open(seat);
  if (seat + 1 - joined - turnedAway < AT_ONCE) continue;
  await new Promise<void>((resolve) => {
    goOn = resolve;
  });
}
