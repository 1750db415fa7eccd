/**
 * Many bidders in one process, each at one of the auction's doors, for auction.ts.
 *
 *   node --import tsx bench/auction-door-crowd.ts PORT BIDDERS ITEMS WARM-UP text|zeromq|udp
 *
 * As light as auction-crowd.ts, which is for the framed door: bare sockets, and no checks but that
 * every bidder gets every round. Those over UDP ask again after 300 ms, as ours do for news.
 *
 * Speaks with auction.ts as auction-crowd.ts does.
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

let joined = 0;
let over = 0;
let begin = process.cpuUsage();
const start = performance.now();

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function amount(seat: number, round: number): number {
  if (seat === 0 && round === warmUp) begin = process.cpuUsage();
  return (seat * 7 + round * 13) % 100;
}

function hasJoined(): void {
  joined += 1;
  if (joined === bidders) tell({ joining: performance.now() - start });
}

function isOver(): void {
  over += 1;
  if (over < bidders) return;
  const { user, system } = process.cpuUsage(begin);
  tell({ rounds, cpu: (user + system) / 1e6 });
  // Whoever started this ends it.
}

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
    const text = before + heard;
    before = '';
    if (state === 'items' || (state === 'names' && text !== 'wait ')) {
      const words = state === 'items' ? rounds : bidders;
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
  round?: number;
  news?: Told[];
}

function overUdp(seat: number): void {
  const socket = createSocket('udp4');
  const asked = new Map<number, object>();
  let id = 0;
  let after = 0;
  let proof: { token?: string; cookie?: string } = {};
  const send = (message: object): void =>
    socket.send(JSON.stringify({ ...message, ...proof }));
  const ask = (message: object): void => {
    id += 1;
    asked.set(id, { ...message, id });
    send(asked.get(id)!);
  };
  const retry = setInterval(() => {
    for (const message of asked.values()) send(message);
  }, RETRY);
  const hear = ({ type, round }: Told): void => {
    after += 1;
    if (type === 'round') ask({ type: 'bid', round, amount: amount(seat, round!) });
    if (type !== 'over') return;
    clearInterval(retry);
    asked.clear();
    isOver();
  };
  socket.on('message', (bytes) => {
    const told = JSON.parse(bytes.toString()) as Told;
    const question = asked.get(told.id);
    if (!question) return;
    if (told.type === 'prove') {
      proof = { ...proof, cookie: told.cookie! };
      send(question);
      return;
    }
    asked.delete(told.id);
    if (told.type === 'refused') throw new Error(`b${seat} was told ${bytes.toString()}`);
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
  // No more at once than the backlog holds.
  if (seat % 200 === 199) await new Promise((resolve) => setTimeout(resolve, 50));
}
