/**
 * Names the clients of connections that were reset before they were accepted: by then the system no
 * longer says who made them (getpeername(2), ENOTCONN). A welcoming socket gives out its
 * connections in the order in which they were made, so the client is the first that connected there
 * and that no other socket has. Pure.
 */
import { addressKey, isNameless, reaches } from './addresses.ts';
import type { Line, TraceAddress } from './format.ts';
import type { TraceFile } from './read-trace.ts';

/** Somebody who connected: a program, or a relay that speaks for one. */
interface Caller {
  t: number;
  local: TraceAddress;
  remote: TraceAddress;
}

export function nameClients(file: TraceFile): TraceFile {
  const accepts = file.lines.filter((line) => line.type === 'accept');
  const nameless = accepts.filter(({ remote }) => isNameless(remote));
  if (nameless.length === 0) return file;
  const taken = new Set(
    file.lines.flatMap((line) => {
      if (line.type === 'accept') return [betweenPorts(line.remote, line.local)];
      return line.type === 'drop' ? [betweenPorts(line.remote)] : [];
    }),
  );
  const callers = callersIn(file).filter(
    ({ local, remote }) =>
      !taken.has(betweenPorts(local, remote)) && !taken.has(betweenPorts(local)),
  );
  const named = new Map<unknown, Line<'accept'>>();
  for (const accept of nameless.sort((a, b) => a.t - b.t)) {
    const place = callers.findIndex(
      ({ t, remote }) => t <= accept.t && reaches(remote, accept.local),
    );
    if (place < 0) continue;
    named.set(accept, { ...accept, remote: callers.splice(place, 1)[0]!.local });
  }
  return { ...file, lines: file.lines.map((line) => named.get(line) ?? line) };
}

/** From one port one may call several servers. Of a client that was dropped no server is told. */
function betweenPorts(client: TraceAddress, server?: TraceAddress): string {
  const place = server && ('path' in server ? server.path : server.port);
  return `${addressKey(client)} → ${place}`;
}

/** In the order of time. */
function callersIn({ lines }: TraceFile): Caller[] {
  const targets = new Map<string, TraceAddress>();
  const callers: Caller[] = [];
  for (const line of lines) {
    if (line.type === 'relay') {
      targets.set(`${line.process} ${line.socket}`, line.target);
    } else if (line.type === 'connected') {
      callers.push(line);
    } else if (line.type === 'close' && line.reset && line.local && line.remote) {
      // Reset before Node called it connected: this line names both ends instead.
      callers.push({ t: line.t, local: line.local, remote: line.remote });
    } else if (line.type === 'went' && 'from' in line && line.from) {
      const remote = targets.get(`${line.process} ${line.socket}`);
      if (remote) callers.push({ t: line.t, local: line.from, remote });
    }
  }
  return callers.sort((a, b) => a.t - b.t);
}
