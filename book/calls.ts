/**
 * The table of the lecture's calls with a column more than docs/lectures.md has: for each call where the
 * toolkit's source of it is, and a lesson that uses it.
 */
import { readSource } from './sources.ts';

/** By the call as it stands in the first column: a source of src/, a program of examples/. */
const PLACES: Readonly<Record<string, readonly [source: string, lesson: string]>> = {
  'socket(AF_INET, SOCK_DGRAM)': [
    'udp/datagram-socket.ts',
    '03-blocking-calls/udp-client.ts',
  ],
  'socket(AF_INET6, …)': ['udp/datagram-socket.ts', '07-families-and-paths/server.ts'],
  "bind(('', 12000))": ['udp/datagram-socket.ts#bind', '03-blocking-calls/udp-server.ts'],
  'sendto(data, address)': [
    'udp/datagram-socket.ts#sendto',
    '03-blocking-calls/udp-client.ts',
  ],
  'recvfrom(2048)': [
    'udp/datagram-socket.ts#recvfrom',
    '03-blocking-calls/small-buffer.ts',
  ],
  'socket(AF_INET, SOCK_STREAM)': [
    'tcp/welcoming-socket.ts',
    '03-blocking-calls/tcp-server.ts',
  ],
  'listen(1)': ['tcp/welcoming-socket.ts#listen', '03-blocking-calls/busy-server.ts'],
  'accept()': ['tcp/welcoming-socket.ts#accept', '03-blocking-calls/tcp-server.ts'],
  'connect(address)': [
    'tcp/connection-socket.ts#connect',
    '03-blocking-calls/tcp-client.ts',
  ],
  'send(data)': ['tcp/connection-socket.ts#send', '06-nobody-there/udp-nobody.ts'],
  'sendall(data)': [
    'tcp/connection-socket.ts#sendall',
    '04-stream-without-messages/sender.ts',
  ],
  'recv(1024)': [
    'tcp/connection-socket.ts#recv',
    '04-stream-without-messages/receiver.ts',
  ],
  'shutdown(SHUT_WR)': [
    'tcp/connection-socket.ts#shutdown',
    '06-nobody-there/half-close-client.ts',
  ],
  'close()': ['tcp/connection-socket.ts#close', '06-nobody-there/half-close-server.ts'],
  'settimeout(5)': ['common/wait.ts', '06-nobody-there/silence.ts'],
  AF_UNIX: ['tcp/welcoming-socket.ts#bind', '07-families-and-paths/server.ts'],
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
    const [source, lesson] = place;
    const [file = ''] = source.split('#');
    const name = file.split('/').at(-1)!;
    const number = Number(lesson.slice(0, 2));
    return `${row} [${name}](/src/${source}), [lesson ${number}](/examples/${lesson}) |`;
  });
  for (const call of left) problem(`book/calls.ts: docs/lectures.md has no call ${call}`);
  return [`${head} read |`, `${rule} --- |`, ...linked].join('\n');
}
