/** Lanes and their headings: who a socket is, in the few words that stand above it. Pure. */
import type { JoinedSocket, JoinedTrace } from '../joined/index.ts';
import type { Names } from './names.ts';
import type { Group, Lane, Mark, Words } from './story.ts';
import { talkOf } from './talks.ts';
import { addressWords } from './words.ts';

export function laneOf(
  { sockets, processes }: JoinedTrace,
  place: number,
  names: Names,
  column: number,
): Lane {
  const socket = sockets[place]!;
  const { id, process, traced, connection, transport, role, side } = socket;
  const name = names.socket(socket);
  const address = addressesOf(socket);
  const title = titleOf(socket);
  return {
    id,
    group: process,
    column,
    name,
    traced,
    seen: processes[process]!.seenByRelay === true,
    title,
    address,
    about: [name, kindOf(socket), addressWords(socket.local)[0]]
      .filter(Boolean)
      .join(', '),
    transport,
    role,
    side,
    ...(connection !== undefined && { talk: talkOf(connection) }),
  };
}

const SHORT = { udp: 'UDP', tcp: 'TCP', path: 'path' };

function titleOf({ number, transport, role }: JoinedSocket): Words {
  const short = SHORT[transport];
  const prefix = number === 0 ? '' : `${number}: `;
  if (role !== 'welcoming') return [`${prefix}${short}`];
  return [`${prefix}${short} welcoming`, `${prefix}welcoming`, `${prefix}${short}`];
}

function kindOf({ transport, role, side }: JoinedSocket): string {
  const short = SHORT[transport];
  if (role === 'datagram') return 'a UDP socket';
  if (role === 'welcoming') return `a ${short} welcoming socket`;
  return `a ${short} connection socket${side ? `, the ${side}'s end` : ''}`;
}

/** A server's connection sockets all have the server's address, so the peer's says more. */
function addressesOf({ local, remote, side, traced }: JoinedSocket): Words {
  if (side === 'server' && traced && remote) {
    return addressWords(remote).map((words) => `← ${words}`);
  }
  return addressWords(local);
}

/** The processes that have a lane, in the order of the columns. */
export function groupsOf(
  trace: JoinedTrace,
  names: Names,
  lanes: readonly Lane[],
  exitOf: (process: number) => Mark | undefined,
): Group[] {
  const ids = [...new Set(lanes.map(({ group }) => group))];
  const answered = heardOf(trace);
  return ids.map((id): Group => {
    const { traced, pid, program, started, ended, sockets } = trace.processes[id]!;
    return {
      id,
      name: names.process(id),
      traced,
      nobody: !traced && !sockets.some((socket) => answered.has(socket)),
      pid,
      program,
      started: started === undefined ? undefined : { t: started },
      ended: ended && { t: ended.t, mark: exitOf(id) },
    };
  });
}

/** Sockets at the far end of something that shows that somebody is there. */
function heardOf(trace: JoinedTrace): Set<number> {
  const heard = new Set<number>();
  for (const { state, client, server, byRelay } of trace.connections) {
    if (state !== 'open' && state !== 'closed') continue;
    heard.add(client);
    if (byRelay !== 'refused') heard.add(server);
  }
  for (const { from, to, datagrams } of trace.flows) {
    heard.add(from);
    if (datagrams.some(({ fate }) => fate === 'unseen')) heard.add(to);
  }
  return heard;
}
