/** `socketlab relay`: the bad link alone, between programs in any language. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { CommandModule } from 'yargs';
import { checkPort, formatAddress, type HostPort, MisuseError } from '../common/index.ts';
import {
  type DatagramRelay,
  datagramSummary,
  describeLink,
  fateLine,
  type FateEvent,
  isAnybodyThere,
  type LinkOptions,
  openDatagramRelay,
  openStreamRelay,
  recordHeader,
  recordLine,
  type StreamFateEvent,
  type StreamRelay,
  streamSummary,
} from '../link/index.ts';
import { checkWritable } from './files.ts';
import { onInterrupt } from './interrupt.ts';
import { chosenLink, givenOnce, linkFlags } from './link-flags.ts';

interface RelayArguments {
  [link: string]: unknown;
  listen: string;
  to: string;
  wait: boolean;
  record: string | undefined;
  replay: string | undefined;
  json: boolean;
}

type Transport = 'udp' | 'tcp';

/** Of what is printed, so much may wait for a slow reader; then lines are left out. */
const MOST_UNREAD = 16 * 1024 * 1024;

export const relayCommand: CommandModule<object, RelayArguments> = {
  command: 'relay',
  describe: 'the bad link alone, for programs in any language',
  builder: (yargs) =>
    linkFlags(
      yargs
        .option('listen', {
          type: 'string',
          demandOption: true,
          describe: 'where your client sends to: udp:12001, tcp:12001, udp:HOST:PORT',
        })
        .option('to', {
          type: 'string',
          demandOption: true,
          describe: 'where your server is: 12000, or HOST:PORT',
        })
        .option('wait', {
          type: 'boolean',
          default: false,
          describe: 'begin although nobody is at --to yet',
        }),
    )
      .option('record', {
        type: 'string',
        requiresArg: true,
        describe: 'write the fate of every packet to this file',
      })
      .option('replay', {
        type: 'string',
        requiresArg: true,
        describe: 'let happen what --record wrote, or what you wrote by hand',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'for programs to read: one line of JSON for each fate',
      })
      .example(
        '$0 relay --listen udp:12001 --to 12000 --loss 10% --seed 7',
        'one packet in ten is lost',
      )
      .example('$0 relay --listen udp:12001 --to 12000 --drop 3,7', 'these two are')
      .example(
        '$0 relay --listen tcp:12001 --to 12000 --loss 10% --delay 50ms',
        'every byte arrives, many of them late',
      )
      .epilogue(
        'Start the server, then the relay, then the client, with the port of the relay. ' +
          'A relay loses no bytes of a TCP connection: it makes them as late as loss would.',
      ),
  handler: async (given) => {
    const { transport, address: listen } = listenOption(
      givenOnce('listen', given.listen),
    );
    const to = hostPort('to', givenOnce('to', given.to));
    const link = chosenLink(given) ?? {};
    const signal = onInterrupt();
    if (!given.wait) await checkSomebodyThere(transport, to);
    const record =
      given.record === undefined ? undefined : await openRecord(given.record);
    record?.write(recordHeader(link));
    const tell = given.json ? printJson : printLine;
    const onFate = (event: FateEvent | StreamFateEvent): void => {
      const { direction, k, fate } = event;
      const { line = 0, attempt = 0 } = event as Partial<StreamFateEvent>;
      record?.write(recordLine(direction, k, fate, line, attempt));
      tell(event);
    };
    const options = { listen, to, link, signal, onFate };
    const opened = await openRelay(transport, options).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw inOurWords(error, `${transport} ${formatAddress(listen)}`);
    });
    if (opened) {
      sayReady(transport, opened.relay, link, given.json);
      if (!signal.aborted) await once(signal, 'abort');
      if (given.json)
        print({ event: 'end', statistics: opened.relay.statistics, leftOut });
      else sayEnd(opened.summary());
    }
    if (record) await closeRecord(record);
  },
};

function listenOption(text: string): { transport: Transport; address: HostPort } {
  const [, transport, address] = /^(udp|tcp):(.*)$/.exec(text) ?? [];
  if (transport !== undefined && address !== undefined) {
    return { transport: transport as Transport, address: hostPort('listen', address, 0) };
  }
  throw new MisuseError(
    'ERR_BAD_ARGUMENT',
    `--listen ${text}: say which kind, udp:12001 or tcp:12001`,
  );
}

/** `12000`, `localhost:12000` or `[::1]:12000`. */
function hostPort(name: string, text: string, leastPort: 0 | 1 = 1): HostPort {
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]:|([^:[\]]+):)?(\d+)$/.exec(text) ?? [];
  if (port === undefined) {
    throw new MisuseError(
      'ERR_BAD_ADDRESS',
      `--${name} ${text}: an address is PORT, HOST:PORT or [IPv6]:PORT`,
    );
  }
  checkPort(Number(port), leastPort);
  const host = bracketed ?? plain;
  return { port: Number(port), ...(host !== undefined && { host }) };
}

async function openRecord(path: string): Promise<WriteStream> {
  checkWritable('record', path);
  const stream = createWriteStream(path);
  await once(stream, 'open');
  // A full disk, say. The relay goes on; its user hears of it, and gets status 1.
  stream.on('error', (error) => {
    console.error(`socketlab: the record stops here: ${error.message}`);
    process.exitCode = 1;
  });
  return stream;
}

async function closeRecord(stream: WriteStream): Promise<void> {
  if (stream.destroyed) return;
  stream.end();
  await once(stream, 'close');
}

type RelayOptions = Parameters<typeof openDatagramRelay>[0] &
  Parameters<typeof openStreamRelay>[0];

interface Opened {
  relay: DatagramRelay | StreamRelay;
  summary: () => string[];
}

async function openRelay(transport: Transport, options: RelayOptions): Promise<Opened> {
  if (transport === 'udp') {
    const relay = await openDatagramRelay(options);
    return { relay, summary: () => datagramSummary(relay.statistics) };
  }
  const relay = await openStreamRelay(options);
  return { relay, summary: () => streamSummary(relay.statistics) };
}

async function checkSomebodyThere(transport: Transport, to: HostPort): Promise<void> {
  const there = await isAnybodyThere(transport, to).catch((error: unknown) => {
    throw inOurWords(error, formatAddress(to));
  });
  if (there !== false) return;
  throw new MisuseError(
    'ERR_BAD_ADDRESS',
    `nobody listens at ${transport} ${formatAddress(to)}: start that program first, ` +
      'or let the relay --wait',
  );
}

/** `explain` would name options that this command does not have. */
function inOurWords(error: unknown, where: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(`${where} is taken: choose another port for --listen`);
  }
  if (code === 'EADDRNOTAVAIL') {
    return new Error(`${where} is no address of this machine: choose another --listen`);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const { hostname } = error as { hostname?: string };
    return new Error(`no host is called '${hostname ?? ''}': check --listen and --to`);
  }
  return error;
}

function sayReady(
  transport: Transport,
  { address, target }: Opened['relay'],
  link: LinkOptions,
  json: boolean,
): void {
  const description = describeLink(link);
  const [from, to] = [formatAddress(address), formatAddress(target)];
  if (json) {
    print({ event: 'ready', version: 1, transport, from, to, link: description });
    return;
  }
  const replayed = link.replay ? 'recorded fates' : undefined;
  const how = [replayed, description].filter(Boolean).join(', ') || 'nothing happens';
  console.log(`The relay is ready: ${transport} ${from} to ${to} (${how})`);
}

function sayEnd(summary: readonly string[]): void {
  console.log(`\n${summary.join('\n')}`);
  if (leftOut > 0) console.log(`lines left out, nobody read them: ${leftOut}`);
}

let leftOut = 0;

function printLine(event: FateEvent | StreamFateEvent): void {
  const line = fateLine(event);
  if (line === undefined) return;
  if (process.stdout.writableLength > MOST_UNREAD) leftOut += 1;
  else console.log(line);
}

function printJson(event: FateEvent | StreamFateEvent): void {
  if (process.stdout.writableLength > MOST_UNREAD) leftOut += 1;
  else print({ event: 'fate', ...event });
}

function print(value: object): void {
  console.log(JSON.stringify(value));
}
