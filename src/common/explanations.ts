/**
 * What an errno means for the thing that was opened: a port, a socket's path, a file, a folder, a
 * program. The same code calls for different remedies: EACCES is about ports below 1024, about the
 * folder of a socket's file, or about a program that is not marked as one. Pure.
 *
 * Sources: errno(3), connect(2), bind(2), unix(7), udp(7), open(2), execve(2), getaddrinfo(3).
 */
import { dirname } from 'node:path';
import { fitsSocket, LOOPBACK, pathTooLong } from './address.ts';
import type { Holder } from './port-holder.ts';

/** The options that name things; `explain` is told if a command has others. */
export interface OptionNames {
  host: string;
  port: string;
  path: string;
}

export type Thing = 'port' | 'path' | 'file' | 'folder' | 'program' | 'anything';

/** What has that name; undefined if the system does not say. */
export type Found = 'file' | 'folder' | 'nothing' | undefined;

interface Opened {
  /** `127.0.0.1:12000`, `/tmp/a.sock`, `trace.jsonl`, `python3`. */
  name: string;
  /** The system's call: `listen`, `connect`, `open`, `mkdir`, `spawn`. */
  call: string;
  options: OptionNames;
  host: string;
  port: number;
  /** Looks at what is there. */
  look: (path: string) => Found;
  /** Looks at who has the port. */
  holder: () => Holder;
}

type Sentence = (opened: Opened) => string;

const unreachable: Sentence = ({ name, options }) =>
  `there is no route to ${name}. Check ${options.host}, and that this machine is on the network`;

/** Also used when the error does not say which address it is about. */
const NETWORK: Record<string, Sentence> = {
  ECONNREFUSED: ({ name, options }) =>
    `nothing is listening at ${name}. Start the server first, or check ${options.host}` +
    (options.port === options.host ? '' : ` and ${options.port}`),
  ETIMEDOUT: ({ name, options }) =>
    `no answer from ${name}. Check ${options.host}, and that it is switched on`,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
};

const PORT: Record<string, Sentence> = {
  EADDRINUSE: (opened) => inUse(opened),
  EADDRNOTAVAIL: ({ name, call, host, options }) => {
    if (call === 'connect' || call === 'send') {
      return `this machine has no address, or no port left, from which ${name} can be reached`;
    }
    return host === LOOPBACK.IPv6
      ? `${name} is not an address of this machine, which has no IPv6`
      : `${name} is not an address of this machine. Give ${options.host} one that it has: ` +
          `${LOOPBACK.IPv4}, or ${LOOPBACK.IPv6}`;
  },
  EAFNOSUPPORT: ({ name, host }) =>
    `${name} cannot be used: this machine has no ${host.includes(':') ? 'IPv6' : 'IPv4'}`,
  EACCES: ({ name, call, port, options }) => {
    if (call === 'connect' || call === 'send') {
      return (
        `not allowed to send to ${name}: it is not the address of one machine, ` +
        'or a firewall forbids it'
      );
    }
    return port > 0 && port < 1024
      ? `not allowed to use ${name}: ports below 1024 need more rights. ` +
          `Choose a ${options.port} above`
      : `not allowed to use ${name}: the system reserves that port. ` +
          `Choose another ${options.port}`;
  },
  EINVAL: ({ name, call, host, options }) => {
    if (/^fe80:/i.test(host)) {
      return `${name} is a link-local address: add the interface, such as ${host}%eth0`;
    }
    if (call !== 'bind') return `${name} cannot be used`;
    // For datagrams: libuv refuses an address of another family than the socket's.
    const other = host.includes(':') ? 'IPv4' : 'IPv6';
    const its = other === 'IPv4' ? 'IPv6' : 'IPv4';
    return (
      `${name} is an ${its} address, and this socket is for ${other} only. ` +
      `Give ${options.host} one such as ${LOOPBACK[other]}`
    );
  },
  EPERM: ({ name }) => `a firewall on this machine blocks ${name}`,
  ...NETWORK,
};

const IN_USE: Record<Holder, (otherPort: string) => string> = {
  listener: (other) => `another program listens there. Stop it, or ${other}`,
  receiver: (other) => `another program receives datagrams there. Stop it, or ${other}`,
  connection: (other) =>
    `another program has a connection from that port. Stop that program, or ${other}`,
  'ended program': (other) =>
    'a program that has ended had a connection there less than a minute ago ' +
    `(TIME_WAIT). Try again in a minute, or ${other}`,
  unknown: (other) =>
    'another program listens there, or one that has just ended had a connection there. ' +
    `Stop it or wait a minute, or ${other}`,
};

function inUse({ name, call, options, holder }: Opened): string {
  if (call === 'connect') {
    return (
      `the port from which ${name} was to be reached is still in use by an earlier ` +
      'connection. Wait a minute, or let the system choose that port'
    );
  }
  return `${name} is taken: ${IN_USE[holder()](`choose another ${options.port}`)}`;
}

const PATH: Record<string, Sentence> = {
  EADDRINUSE: ({ name, options }) =>
    name.startsWith('@')
      ? `${name} is taken: a server listens there. Stop it, or choose another ${options.path}`
      : `${name} is taken: a server listens there, or one that was killed left the file ` +
        `behind. Stop that server, remove the file, or choose another ${options.path}`,
  ENOENT: (opened) =>
    isConnecting(opened)
      ? `there is no ${opened.name}. Start the server first, or check ${opened.options.path}`
      : noFolderFor(opened),
  ENOTDIR: (opened) => folderIsFile(opened),
  EACCES: (opened) => notAllowedPath(opened),
  EPERM: (opened) => notAllowedPath(opened),
  ECONNREFUSED: ({ name, options }) =>
    name.startsWith('@')
      ? `nothing is listening at ${name}. Start the server first, or check ${options.path}`
      : `nothing is listening at ${name}: the server that made the file has ended. ` +
        `Start it again, or check ${options.path}`,
  ENOTSOCK: ({ name, options }) =>
    `${name} is not the file of a socket. Check ${options.path}`,
  ENAMETOOLONG: ({ name }) => pathTooLong(name),
  EINVAL: ({ name }) => (fitsSocket(name) ? `${name} cannot be used` : pathTooLong(name)),
  EROFS: ({ name, options }) =>
    `${name} cannot be made: that disk is read-only. Choose another ${options.path}`,
};

function isConnecting({ call }: Opened): boolean {
  return call === 'connect';
}

/**
 * Node also reports EACCES when there is no such folder: libuv does this for the sake of Windows.
 */
function notAllowedPath(opened: Opened): string {
  const { name, look, options } = opened;
  const folder = dirname(name);
  if (isConnecting(opened)) {
    return `not allowed to connect to ${name}: its permissions forbid it. Check ${options.path}`;
  }
  if (look(folder) === 'nothing') return noFolderFor(opened);
  return (
    `not allowed to make ${name}: the folder ${folder} is not writable. ` +
    `Choose another ${options.path}`
  );
}

function noFolderFor({ name }: Opened): string {
  return `there is no folder ${dirname(name)} for ${name}. Make it first, or check the name`;
}

const FILE: Record<string, Sentence> = {
  ENOENT: (opened) =>
    opened.look(dirname(opened.name)) === 'nothing'
      ? noFolderFor(opened)
      : `there is no file ${opened.name}. Check the name`,
  ENOTDIR: (opened) => folderIsFile(opened),
  EISDIR: ({ name }) => `${name} is a folder: name a file`,
  EEXIST: ({ name }) => `${name} already exists: choose another name`,
  EACCES: (opened) => notAllowedFile(opened),
  EPERM: (opened) => notAllowedFile(opened),
  EROFS: ({ name }) =>
    `${name} cannot be written: that disk is read-only. Choose another place`,
  ENOSPC: ({ name }) =>
    `${name} cannot be written: the disk is full. Make room, or choose another place`,
  EDQUOT: ({ name }) =>
    `${name} cannot be written: your quota on that disk is ` +
    'used up. Make room, or choose another place',
  ENAMETOOLONG: ({ name }) => `the name is too long for a file: ${name}`,
  ELOOP: ({ name }) => `${name} is a link that leads back to itself. Check the name`,
  EBUSY: ({ name }) => `${name} is in use by another program. Close it there`,
  ETXTBSY: ({ name }) => `${name} is a program that is running. End it first`,
};

const FOLDER: Record<string, Sentence> = {
  ...FILE,
  ENOENT: (opened) =>
    isMaking(opened)
      ? noFolderFor(opened)
      : `there is no folder ${opened.name}. Check the name`,
  ENOTEMPTY: ({ name }) =>
    `the folder ${name} is not empty. Empty it, or choose another name`,
  ENAMETOOLONG: ({ name }) => `the name is too long for a folder: ${name}`,
};

/** `mkdtemp` also makes one. */
function isMaking({ call }: Opened): boolean {
  return call.startsWith('mkd');
}

/** What stands in a file's way: the file itself, or the folder that it is to be made in. */
function notAllowedFile({ name, call, look }: Opened): string {
  const there = look(name);
  if (call === 'access' && there === 'file') {
    return `not allowed to write to the file ${name}. Check its permissions`;
  }
  if (call === 'access') {
    return `the folder ${name} is not writable. Choose another place`;
  }
  const folder = dirname(name);
  if (there === 'nothing') {
    return (
      `not allowed to make ${name}: the folder ${folder} is not writable. ` +
      'Choose another place'
    );
  }
  if (there === undefined) {
    return `not allowed to look into the folder ${folder}. Check its permissions`;
  }
  return `not allowed to open the ${there} ${name}. Check its permissions`;
}

/** The part of a path that is not a folder: the last one that exists. */
function folderIsFile({ name, look }: Opened): string {
  let folder = name;
  while (look(folder) !== 'file' && dirname(folder) !== folder) folder = dirname(folder);
  return `${folder} is a file, not a folder. Check the name`;
}

const PROGRAM: Record<string, Sentence> = {
  ENOENT: ({ name }) =>
    `there is no program '${name}'. Check the name, and that it is installed`,
  EACCES: ({ name }) =>
    `not allowed to run '${name}': it is a folder, or a file that is not marked as a ` +
    'program (chmod +x)',
  ENOEXEC: ({ name }) => `'${name}' is not a program that this machine can run`,
  E2BIG: ({ name }) => `'${name}' was given more arguments than this machine can pass on`,
  EAGAIN: ({ name }) =>
    `'${name}' cannot be started: you have reached your limit of running programs`,
};

/** Errors that mean the same whatever was opened, or are not about an opened thing at all. */
const ANYTHING: Record<string, Sentence> = {
  ECONNRESET: () =>
    'the peer reset the connection: it left bytes unread, or reset it on purpose',
  EPIPE: () => 'the peer has closed the connection: nobody is there to read what is sent',
  EMSGSIZE: () =>
    'the text is too long for one datagram: at most 65,507 bytes over IPv4 (9,216 on macOS). ' +
    'Send less, or use TCP',
  ENOSPC: () => 'the disk is full. Make room first',
  EMFILE: () =>
    'this program has reached its limit of open files and connections. Close some, or ' +
    'raise the limit (ulimit -n)',
  ENFILE: () => 'this machine has reached its limit of open files. End some programs',
};

const SENTENCES: Record<Thing, Record<string, Sentence>> = {
  port: PORT,
  path: PATH,
  file: FILE,
  folder: FOLDER,
  program: PROGRAM,
  anything: NETWORK,
};

/** Undefined for a code that this kind of thing does not have. */
export function sentenceFor(thing: Thing, code: string): Sentence | undefined {
  return SENTENCES[thing][code] ?? ANYTHING[code];
}
