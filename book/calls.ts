/**
 * The table of the lecture's calls with a column more than docs/lectures.md has: for each call where the
 * toolkit's source of it is, and a lesson that uses it.
 */
import { readSource } from './sources.ts';

/** By the call as it stands in the table's first column. */
const PLACES: Readonly<Record<string, { source: string; lesson: string }>> = {
  'socket(AF_INET, SOCK_DGRAM)': {
    source: 'udp/datagram-socket.ts',
    lesson: '03-blocking-calls/udp-client.ts',
  },
  'socket(AF_INET6, …)': {
    source: 'udp/datagram-socket.ts',
    lesson: '07-families-and-paths/server.ts',
  },
  "bind(('', 12000))": {
    source: 'udp/datagram-socket.ts#bind',
    lesson: '03-blocking-calls/udp-server.ts',
  },
  'sendto(data, address)': {
    source: 'udp/datagram-socket.ts#sendto',
    lesson: '03-blocking-calls/udp-client.ts',
  },
  'recvfrom(2048)': {
    source: 'udp/datagram-socket.ts#recvfrom',
    lesson: '03-blocking-calls/small-buffer.ts',
  },
  'socket(AF_INET, SOCK_STREAM)': {
    source: 'tcp/welcoming-socket.ts',
    lesson: '03-blocking-calls/tcp-server.ts',
  },
  'listen(1)': {
    source: 'tcp/welcoming-socket.ts#listen',
    lesson: '03-blocking-calls/busy-server.ts',
  },
  'accept()': {
    source: 'tcp/welcoming-socket.ts#accept',
    lesson: '03-blocking-calls/tcp-server.ts',
  },
  'connect(address)': {
    source: 'tcp/connection-socket.ts#connect',
    lesson: '03-blocking-calls/tcp-client.ts',
  },
  'send(data)': {
    source: 'tcp/connection-socket.ts#send',
    lesson: '06-nobody-there/udp-nobody.ts',
  },
  'sendall(data)': {
    source: 'tcp/connection-socket.ts#sendall',
    lesson: '04-stream-without-messages/sender.ts',
  },
  'recv(1024)': {
    source: 'tcp/connection-socket.ts#recv',
    lesson: '04-stream-without-messages/receiver.ts',
  },
  'shutdown(SHUT_WR)': {
    source: 'tcp/connection-socket.ts#shutdown',
    lesson: '06-nobody-there/half-close-client.ts',
  },
  'close()': {
    source: 'tcp/connection-socket.ts#close',
    lesson: '06-nobody-there/half-close-server.ts',
  },
  'settimeout(5)': {
    source: 'common/wait.ts',
    lesson: '06-nobody-there/silence.ts',
  },
  AF_UNIX: {
    source: 'tcp/welcoming-socket.ts#bind',
    lesson: '07-families-and-paths/server.ts',
  },
};

const FIRST_ROW = '| the lecture (Python)';

/** As Markdown; a call that is in one of the two tables only is a problem. */
export function callsTable(problem: (what: string) => void): string {
  const lines = readSource('docs/lectures.md').split('\n');
  const start = lines.findIndex((line) => line.startsWith(FIRST_ROW));
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const [head = '', rule = '', ...rows] = lines.slice(start, start + length);
  const left = new Set(Object.keys(PLACES));
  const linked = rows.map((row) => {
    const call = /^\| `([^`]+)`/.exec(row)?.[1] ?? row;
    const place = PLACES[call];
    left.delete(call);
    if (!place) {
      problem(
        `docs/lectures.md: no place in the source is named for ${call} (book/calls.ts)`,
      );
      return row;
    }
    const { source, lesson } = place;
    const [file = ''] = source.split('#');
    const name = file.split('/').at(-1)!;
    const number = Number(lesson.slice(0, 2));
    return `${row} [${name}](/src/${source}), [lesson ${number}](/examples/${lesson}) |`;
  });
  for (const call of left) problem(`book/calls.ts: docs/lectures.md has no call ${call}`);
  return [`${head} read |`, `${rule} --- |`, ...linked].join('\n');
}
