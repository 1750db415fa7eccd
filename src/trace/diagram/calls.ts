/**
 * What every event is called: in Node's own words, and in the lecture's, which are those of
 * the sockets interface everywhere else (POSIX; Python's socket module).
 *
 *   event       Node's own              the lecture
 *   send        socket.send(…)          sendto(data, address)
 *   receive     'message'               recvfrom(bufsize)
 *   write       socket.write(…)         sendall(data)
 *   read        'data'                  recv(bufsize)
 *
 * Pure. The whole table is below.
 */
import type { SocketEvent } from '../joined/index.ts';
import type { Lane } from './story.ts';

export interface Call {
  /** The call that a program makes, or the event that tells it. */
  node: string;
  lecture: string;
}

/** What the name of a call depends on, besides the event. */
type Kind = Pick<Lane, 'transport' | 'role' | 'side'>;

type NameOf<E> = Call | ((event: E, kind: Kind) => Call);
type Names = {
  [T in SocketEvent['type']]: NameOf<Extract<SocketEvent, { type: T }>>;
};

const CLOSED_BY: Readonly<Record<Lane['role'], string>> = {
  datagram: 'socket.close()',
  welcoming: 'server.close()',
  connection: "'close'",
};

const NAMES: Names = {
  socket: (_, { transport, role, side }) => {
    const family = transport === 'path' ? 'AF_UNIX' : 'AF_INET';
    if (role === 'datagram') {
      return { node: 'dgram.createSocket(…)', lecture: `socket(${family}, SOCK_DGRAM)` };
    }
    const lecture = `socket(${family}, SOCK_STREAM)`;
    if (role === 'welcoming') return { node: 'net.createServer(…)', lecture };
    if (side === 'server')
      return { node: "a new socket for 'connection'", lecture: 'accept()' };
    return { node: 'new net.Socket()', lecture };
  },
  bind: (event) => ({
    node: event.implicit ? "'listening'" : 'socket.bind(…)',
    lecture: event.implicit
      ? 'nothing: the system binds at the first sendto'
      : 'bind(address)',
  }),
  listen: { node: 'server.listen(…)', lecture: 'bind(address), listen(backlog)' },
  connect: (_, { role }) => ({
    node: role === 'datagram' ? 'socket.connect(…)' : 'net.connect(…)',
    lecture: 'connect(address)',
  }),
  attempt: { node: "'connectionAttemptFailed'", lecture: 'an exception (OSError)' },
  disconnect: { node: 'socket.disconnect()', lecture: 'connect(AF_UNSPEC)' },
  membership: ({ left }) => ({
    node: left ? 'socket.dropMembership(…)' : 'socket.addMembership(…)',
    lecture: `setsockopt(${left ? 'IP_DROP_MEMBERSHIP' : 'IP_ADD_MEMBERSHIP'})`,
  }),
  drop: { node: "'drop'", lecture: 'accept(), close()' },
  tls: { node: 'tls.connect(…), or a tls.Server', lecture: 'SSLContext.wrap_socket' },
  handover: { node: 'another process, or http2', lecture: 'fork(), or another library' },
  connected: { node: "'connect'", lecture: 'connect returns' },
  accept: { node: "'connection'", lecture: 'accept returns' },
  send: { node: 'socket.send(…)', lecture: 'sendto(data, address)' },
  receive: { node: "'message'", lecture: 'recvfrom(bufsize)' },
  write: { node: 'socket.write(…)', lecture: 'send(data), or sendall(data)' },
  taken: { node: 'the callback of write', lecture: 'sendall returns' },
  read: { node: "'data'", lecture: 'recv(bufsize)' },
  end: { node: "'end'", lecture: 'recv returns no bytes' },
  shutdown: { node: 'socket.end()', lecture: 'shutdown(SHUT_WR)' },
  error: { node: "'error'", lecture: 'an exception (OSError)' },
  close: (event, { role }) => {
    if (event.reset) {
      return { node: 'socket.resetAndDestroy()', lecture: 'close(), with SO_LINGER 0' };
    }
    return { node: CLOSED_BY[role], lecture: 'close()' };
  },
};

export function callOf(event: SocketEvent, kind: Kind): Call {
  const name = NAMES[event.type] as NameOf<SocketEvent>;
  return typeof name === 'function' ? name(event, kind) : name;
}
