/**
 * Where a socket binds or connects, as people type it. Pure.
 *
 *   5678                       tcp://127.0.0.1:5678
 *   tutorial.example:5678      tcp://tutorial.example:5678
 *   [::1]:5678                 tcp://[::1]:5678
 *   :5678  *:5678              tcp://*:5678            every address of this machine
 *   tcp://…  ipc://…  ws://…   as it is; wss://… and epgm://… too
 */
import { checkPort, MisuseError } from '../../common/index.ts';

const USE = 'tcp://, ipc://, ws://, wss:// or epgm://';
/** An interface or nothing, an address for multicast (RFC 5771), and a port. */
const GROUP = /^(?:[^;]*;)?(?:22[4-9]|23\d)(?:\.\d{1,3}){3}:(\d+)$/;
const TRANSPORTS = new Set(['tcp', 'ipc', 'ws', 'wss', 'epgm']);

/**
 * @param text what was typed
 * @param use whether it is for `bind`, where a port may be 0 or `*`: any that is free
 * @throws {MisuseError} ERR_BAD_ADDRESS with the possible forms
 */
export function endpointOf(text: string, use: 'bind' | 'connect'): string {
  const [, transport = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  if (transport === 'inproc') {
    throw bad(text, `inproc:// reaches no other process: use ${USE}`);
  }
  if (transport === 'pgm') {
    throw bad(text, 'pgm:// needs raw sockets, which Node does not have: use epgm://');
  }
  if (!TRANSPORTS.has(transport)) {
    throw bad(text, `there is no ${transport}:// here: use ${USE}`);
  }
  if (transport === 'ipc') {
    if (rest === '') throw bad(text, 'ipc:// needs a path after it');
    return `ipc://${rest}`;
  }
  if (transport === 'epgm') {
    const [, port] = GROUP.exec(rest) ?? [];
    if (port === undefined) {
      throw bad(
        text,
        'a group is written epgm://INTERFACE;GROUP:PORT, GROUP from 224.0.0.0 to 239.255.255.255',
      );
    }
    checkPort(Number(port), 1);
    return text;
  }
  const [place = '', ...steps] = transport.startsWith('ws') ? rest.split('/') : [rest];
  const path = steps.map((step) => `/${step}`).join('');
  const [, host, port] = /^(?:(\[[^\]]+\]|[^:[\]]*):)?(\*|\d+)$/.exec(place) ?? [];
  if (port === undefined) {
    throw bad(
      text,
      'an address is PORT, HOST:PORT, tcp://HOST:PORT, ipc://PATH or ws://HOST:PORT',
    );
  }
  const free = port === '*' || port === '0';
  if (free && use === 'connect')
    throw bad(text, 'nobody can listen at port 0 or *: give a port');
  if (!free) checkPort(Number(port), 1);
  return `${transport}://${hostOf(text, host, use)}:${free ? '*' : port}${path}`;
}

/** Without a host, this machine alone, as everywhere in socketlab. */
function hostOf(text: string, host: string | undefined, use: string): string {
  if (host === undefined) return '127.0.0.1';
  if (host !== '' && host !== '*') return host;
  if (use === 'bind') return '*';
  throw bad(text, 'that means every address of this machine: only --bind can use it');
}

function bad(text: string, why: string): MisuseError {
  return new MisuseError('ERR_BAD_ADDRESS', `${JSON.stringify(text)}: ${why}`);
}
