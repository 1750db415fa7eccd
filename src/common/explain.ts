/**
 * One clear line for whoever runs a program: what went wrong, where, what to do.
 *
 * Node's system errors name the call and the code (`listen EADDRINUSE: address already in
 * use 127.0.0.1:12000`). That is right for a log and a riddle for a beginner.
 *
 * What was opened can be told from the error: a port and a socket's path have an `address`, a
 * file and a folder a `path`, and a program was started by `spawn`.
 *
 * Read next: explanations.ts, what is said.
 */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { formatAddress } from './address.ts';
import { SocketlabError } from './errors.ts';
import { type Found, type OptionNames, sentenceFor, type Thing } from './explanations.ts';
import { portHolder } from './port-holder.ts';

type SystemError = NodeJS.ErrnoException & {
  address?: string;
  port?: number;
  hostname?: string;
  /** What ZeroMQ's errors advise. */
  hint?: string;
};

const USUAL: OptionNames = { host: '--host', port: '--port', path: '--path' };

/**
 * The message alone, without a stack and without line breaks.
 * @param options the options that gave the address, if not --host, --port and --path
 */
export function explain(error: unknown, options: Partial<OptionNames> = {}): string {
  return oneLine(inWords(error, { ...USUAL, ...options }));
}

/**
 * The same for an error in using a file: a failed write knows the file's descriptor, not its name.
 */
export function explainFile(error: unknown, path: string): string {
  if (!(error instanceof Error) || error instanceof SocketlabError) return explain(error);
  const { code, syscall } = error as SystemError;
  const words = explain(Object.assign(new Error(error.message), { code, syscall, path }));
  // An unknown error comes in the system's words, without the name.
  return words === oneLine(error.message) ? `${path}: ${words}` : words;
}

/** For `catch`, if the address was given by options other than --host, --port and --path. */
export function inTermsOf(options: Partial<OptionNames>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || error instanceof SocketlabError) throw error;
    throw new Error(explain(error, options), { cause: error });
  };
}

function inWords(error: unknown, options: OptionNames): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SocketlabError) return error.message;
  // A name with several addresses fails with one error for each; the first tells enough.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return inWords(error.errors[0], options);
  }
  const system: SystemError = error;
  const { code = '' } = system;
  // ZeroMQ's errors contain the system's, which say more.
  if (code !== '' && (error.cause as SystemError | undefined)?.code === code) {
    return inWords(error.cause, options);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unknownHost(system, options);
  const where = whereOf(system);
  const sentence = system.hint === undefined && sentenceFor(where.thing, code);
  if (!sentence) return inItsWords(system);
  const { host = '', port = 0, name } = where;
  const call = system.syscall ?? '';
  const isDatagrams = call === 'bind';
  const holder = () => (isDatagrams ? 'receiver' : portHolder(host, port));
  return `${sentence({ name, call, options, host, port, look, holder })} (${code})`;
}

function inItsWords({ message, hint, code, name }: SystemError): string {
  const words = message || (code ?? name);
  return hint === undefined ? words : `${words}. ${hint}`;
}

function unknownHost(
  { code, hostname = '' }: SystemError,
  { host }: OptionNames,
): string {
  const why =
    code === 'ENOTFOUND'
      ? `no host is called '${hostname}'. Check ${host}`
      : `the host '${hostname}' cannot be looked up: no name server answers. ` +
        `Check ${host}, and that this machine is on the network`;
  return `${why} (${code})`;
}

interface Where {
  thing: Thing;
  name: string;
  host?: string;
  port?: number;
}

const OF_FOLDERS = /^(?:access|mkdir|mkdtemp|rmdir|scandir|opendir|chdir|readdir)$/;

function whereOf(error: SystemError): Where {
  const { address, path, syscall = '' } = error;
  if (address !== undefined) return addressOf(address, error.port);
  if (path === undefined) return { thing: 'anything', name: 'that address' };
  if (syscall.startsWith('spawn')) return { thing: 'program', name: path };
  return { thing: OF_FOLDERS.test(syscall) ? 'folder' : 'file', name: path };
}

/**
 * For a path, `listen` reports the port −1, and `connect` reports none. `listen` also reports none
 * if the system was to choose the port.
 */
function addressOf(address: string, port = -1): Where {
  const [, transport, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(address) ?? [];
  if (transport === 'tcp') {
    // As ZeroMQ's native engine writes it.
    const [, host = '', digits] = /^\[?(.*?)\]?:(\d+)$/.exec(rest) ?? [];
    return { thing: 'port', name: address, host, port: Number(digits) };
  }
  if (transport !== undefined) {
    return { thing: 'path', name: transport === 'ipc' ? rest : address };
  }
  if (port < 0) {
    const host = address;
    if (isIP(host)) return { thing: 'port', name: host, host, port: 0 };
    return { thing: 'path', name: formatAddress({ path: address }) };
  }
  return {
    thing: 'port',
    name: formatAddress({ host: address, port }),
    host: address,
    port,
  };
}

function look(path: string): Found {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code = '' } = error as SystemError;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'nothing' : undefined;
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, ' ');
}
