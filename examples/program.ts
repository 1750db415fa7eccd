/**
 * What all lessons share, so that their bodies are socket calls and
 * nothing else: it reads the command line and the keyboard, and turns an error
 * into one clear line.
 *
 *   const { host, port } = program();       --host and --port, or --help
 *   const { words } = program({ words: '' });   words without a -- before them
 *   const sentence = await input('Say:');   one line, from keyboard or pipe
 *   socket.on('error', fail);               one line on stderr, exit status 1
 */
import type { Socket } from 'node:dgram';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename, extname } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
  checkHost,
  checkPort,
  explain,
  MisuseError,
} from '../src/common/index.ts';

type Options = Record<string, string | number>;

/** The lecture's port, on this machine: nobody outside can reach it. */
const DEFAULTS = { host: '127.0.0.1', port: 12_000 };
/** What a helper reads from the command line itself, before `program` does. */
const elsewhere = new Set<string>();
const file = process.argv[1] ?? '';

/**
 * Reads the options: `--host`, `--port` and this program's own. A default that
 * is a number takes a whole number; a name that ends in `port` takes a port.
 * From here on Ctrl-C ends the program, and so does an error, with one line.
 */
export function program<T extends Options>(own?: T): typeof DEFAULTS & T {
  process.on('uncaughtException', fail);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(0));
  }
  // Nobody reads any more (`client | head -1`): there is nobody left to tell.
  process.stdout.on('error', () => process.exit(0));

  const options: Options = { ...DEFAULTS, ...own };
  for (const [name, given] of Object.entries(commandLine(options))) {
    options[name] =
      typeof options[name] === 'number' ? wholeNumber(name, given) : given;
  }
  checkHost(String(options['host']));
  if (options['port'] === 0) tellPorts();
  return options as typeof DEFAULTS & T;
}

/**
 * Port 0 lets the system choose: one line on stderr says what it chose. (Before
 * version 20.13, Node does not report servers.)
 */
function tellPorts(): void {
  subscribe('udp.socket', (message) => {
    const { socket } = message as { socket: Socket };
    socket.once('listening', () => tellPort(socket));
  });
  subscribe('tracing:net.server.listen:asyncEnd', (message) => {
    tellPort((message as { server: Server }).server);
  });
}

function tellPort(socket: Server | Socket): void {
  const address = socket.address();
  if (typeof address !== 'object' || address === null) return; // a path
  console.error(`Port 0 became port ${address.port}`);
}

/** The value of a helper's own option, such as `--engine` of engine.ts. */
export function optionElsewhere(name: string): string | undefined {
  elsewhere.add(name);
  const at = process.argv.findIndex((word) => word.startsWith(`--${name}`));
  const [word = '', next] = at === -1 ? [] : process.argv.slice(at);
  return word === `--${name}` ? next : word.split('=')[1];
}

let keyboard: Keyboard | undefined;

/**
 * One line of input. The end of input (Ctrl-D) ends the program without an
 * error.
 */
export async function input(prompt: string): Promise<string> {
  process.stdout.write(prompt);
  keyboard ??= openKeyboard();
  if (!keyboard.ended) keyboard.reader.resume();
  const { value, done } = await keyboard.lines.next();
  // Stop reading: an open keyboard would keep the program alive.
  if (!keyboard.ended) keyboard.reader.pause();
  if (done === true) {
    if (process.stdout.isTTY) process.stdout.write('\n');
    process.exit(0);
  }
  if (value === '')
    fail(misuse('nothing to send: type at least one character'));
  return value;
}

interface Keyboard {
  reader: Interface;
  lines: AsyncIterator<string>;
  ended: boolean;
}

function openKeyboard(): Keyboard {
  // Not `terminal`: the terminal edits the line, and Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const opened = { reader, lines, ended: false };
  reader.once('close', () => {
    opened.ended = true;
  });
  return opened;
}

/** Ends the program: exit status 2 for misuse, 1 for every other failure. */
export function fail(error: unknown): never {
  // A bug in the program itself: its place in the source helps most.
  if (error instanceof TypeError || error instanceof ReferenceError) {
    console.error(error.stack);
    process.exit(1);
  }
  console.error(`${basename(file, extname(file))}: ${explain(error)}`);
  process.exit(error instanceof MisuseError ? 2 : 1);
}

function commandLine(known: Options): Record<string, string> {
  // `--port -1` reads as an option called -1: make it `--port=-1`, so that the
  // error names the port.
  const given = process.argv
    .slice(2)
    .join('\0')
    .replaceAll(/\0(?=-\d)/g, '=');
  const options: ParseArgsConfig['options'] = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const name of [...Object.keys(known), ...elsewhere]) {
    options[name] = { type: 'string' };
  }
  try {
    const args = given === '' ? [] : given.split('\0');
    const allowPositionals = 'words' in known;
    const parsed = parseArgs({ args, options, allowPositionals });
    const { help, ...values } = parsed.values;
    for (const name of elsewhere) delete values[name];
    const words = parsed.positionals.join(' ');
    if (words !== '') values['words'] = words;
    if (help !== true) return values as Record<string, string>;
  } catch (error) {
    const [first] = (error as Error).message.split('. ');
    const names = Object.keys(options).map((name) => `--${name}`);
    fail(misuse(`${first}; this program knows ${names.join(', ')}`));
  }
  const source = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const header = /\/\*\*\n([^]*?)\n \*\//.exec(source)?.[1] ?? '';
  console.log(header.replaceAll(/^ \* ?/gm, ''));
  process.exit(0);
}

function wholeNumber(name: string, given: string): number {
  const number = /^-?\d+$/.test(given) ? Number(given) : NaN;
  try {
    if (name.endsWith('port')) checkPort(Number.isNaN(number) ? given : number);
  } catch (error) {
    fail(error);
  }
  if (number >= 0) return number;
  fail(misuse(`--${name} takes a whole number, 0 or more, not ${given}`));
}

function misuse(message: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', message);
}
