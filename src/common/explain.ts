/**
 * One clear line for whoever runs a program: what went wrong, where, what to do.
 *
 * Node's system errors name the call and the code (`listen EADDRINUSE: address already in
 * use 127.0.0.1:12000`). That is right for a log and a riddle for a beginner.
 *
 * Sources: errno(3), connect(2), bind(2), udp(7), getaddrinfo(3).
 */
import { formatAddress, LOOPBACK } from './address.ts';
import { SocketlabError } from './errors.ts';

type SystemError = NodeJS.ErrnoException & { address?: string; port?: number };

const SENTENCES: Record<string, (error: SystemError, where: string) => string> = {
  EADDRINUSE: (error, where) =>
    hasNoPort(error)
      ? `${where} is taken: a server listens there, or one that was killed left the file ` +
        `behind. Stop that server, or remove the file`
      : `${where} is taken: another program listens there. Stop it, or choose another --port`,
  EADDRNOTAVAIL: ({ address }, where) =>
    `${where} is no address of this machine` +
    (address === LOOPBACK.IPv6
      ? ', which has no IPv6'
      : '. Give --host one that it has: 127.0.0.1, or ::1'),
  EACCES: ({ syscall }, where) =>
    syscall === 'send'
      ? `not allowed to send to ${where}: it is not the address of one machine`
      : `not allowed to use ${where}. Ports below 1024 need more rights: choose a --port above`,
  ECONNREFUSED: (_, where) =>
    `nobody listens at ${where}. Start the server first, or check --host and --port`,
  ECONNRESET: () => 'the peer broke the connection off (it crashed, or refused to go on)',
  EPIPE: () => 'the peer has closed the connection: nobody is there to read what is sent',
  EMSGSIZE: () =>
    'the text is too long for one datagram: at most 65,507 bytes over IPv4 (9,216 on macOS). ' +
    'Send less, or use TCP',
  ENOENT: (_, where) => `there is no ${where}. Start the server first, or check --path`,
  ENOTFOUND: (error) => unknownHost(error),
  EAI_AGAIN: (error) => unknownHost(error),
  ETIMEDOUT: (_, where) =>
    `no answer from ${where}. Check --host, and that it is switched on`,
  EHOSTUNREACH: (_, where) => `no way leads to ${where}. Check --host`,
  ENETUNREACH: (_, where) => `no way leads to ${where}. Check --host`,
};

/** About a file, not an address: Node's words do, apart from the two that everybody meets. */
function ofFile({ code, path, message }: SystemError): string {
  if (code === 'ENOENT') return oneLine(`there is no ${path} (${code})`);
  if (code === 'EACCES') return oneLine(`not allowed to use ${path} (${code})`);
  return oneLine(message);
}

function unknownHost(error: SystemError & { hostname?: string }): string {
  return `no host is called '${error.hostname ?? ''}'. Check --host`;
}

/** The message alone, without a stack and without line breaks. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error instanceof SocketlabError) return oneLine(error.message);
  // A name with several addresses fails with one error for each; the first tells enough.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return explain(error.errors[0]);
  }
  const system: SystemError = error;
  if (system.address === undefined && system.path !== undefined) return ofFile(system);
  const sentence = SENTENCES[system.code ?? ''];
  if (!sentence) return oneLine(system.message || (system.code ?? system.name));
  return oneLine(`${sentence(system, whereOf(system))} (${system.code})`);
}

function whereOf(error: SystemError): string {
  if (error.address === undefined) return 'that address';
  return hasNoPort(error)
    ? error.address
    : formatAddress({ host: error.address, port: error.port ?? 0 });
}

/** An error about a path: `listen` puts −1 where a port would be, `connect` nothing. */
function hasNoPort(error: SystemError): boolean {
  return error.port === undefined || error.port < 0;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, ' ');
}
