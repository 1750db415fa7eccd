/** `socketlab relay`: the bad link alone, between programs in any language, until its end. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import {
  checkPort,
  checkTimeout,
  explainFile,
  formatAddress,
  type HostPort,
  inTermsOf,
  misuse,
  MisuseError,
  replaceFile,
  some,
} from '../common/index.ts';
import {
  type DatagramRelay,
  datagramSummary,
  describeLink,
  fateLine,
  type FateEvent,
  isAnybodyThere,
  isPerfect,
  linkOf,
  type LinkOptions,
  openDatagramRelay,
  openStreamRelay,
  recordHeader,
  recordLine,
  type Seen,
  type StreamFateEvent,
  type StreamRelay,
  streamSummary,
  withSeed,
} from '../network/link/index.ts';
import { columnsOf, wrapped } from '../common/terminal/index.ts';
import { checkWritable } from './line/files.ts';
import { onInterrupt } from './line/interrupt.ts';
import {
  chosenLink,
  givenOnce,
  linkFlags,
  SHARED_KEYS,
  STREAM_KEYS,
  WAY_BACK,
} from './line/link-flags.ts';
import { drawIt } from './line/program-name.ts';
import type { RelayTrace } from './relay-trace.ts';
import { command, count, duration, flag, json, text, under } from './line/options.ts';

type Transport = 'udp' | 'tcp';

/** A datagram socket says no goodbye: over UDP, this much silence is the end, milliseconds. */
const SILENCE = 2000;

/** Bytes of output that may wait for a slow reader; beyond that, lines are left out. */
const MOST_UNREAD = 16 * 1024 * 1024;

export const relayCommand = command({
  needs: {
    what: 'two ends',
    example: 'relay --listen udp:12001 --to 12000',
  },
  builder: (yargs) => {
    const ends = yargs.options(
      under('Its two ends:', {
        listen: {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'where your client sends to: udp:12001, tcp:12001, udp:HOST:PORT',
        },
        to: {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'where your server is: 12000, or HOST:PORT',
        },
        wait: flag('start even if nothing is listening at --to yet'),
        for: duration(
          'stop after this time, such as 10s, with exit status 0',
          'until Ctrl-C',
        ),
        clients: count(1, 'how many clients may be served at a time', '500'),
        once: flag('stop when the first conversation is over, with exit status 0'),
      } as const),
    );
    const linked = linkFlags(ends, SHARED_KEYS, 'The link:');
    return linkFlags(linked, STREAM_KEYS, 'The link, for TCP only:')
      .options(
        under('The fates of the packets:', {
          record: text('write the fate of every packet to this file', 'no record'),
          replay: text(
            'replay the fates that --record wrote, or that you wrote by hand',
            'by chance',
          ),
          trace: text(
            'write what both ends did, as the relay saw it, for socketlab diagram',
            'no trace',
          ),
          ladder: flag('decide the fate of a ladder packet by the numbers in it'),
          json: json(': one line for each fate'),
        }),
      )
      .example(
        '$0 relay --listen udp:12001 --to 12000 --loss 10% --seed 7',
        'one packet in ten is lost',
      )
      .example(
        '$0 relay --listen udp:12001 --to 12000 --drop 3+7',
        'packets 3 and 7 are lost',
      )
      .example(
        '$0 relay --listen tcp:12001 --to 12000 --loss 10% --delay 50ms',
        'every byte arrives, many of them late',
      )
      .epilogue(
        'Start the server, then the relay, then the client, with the port of the relay. ' +
          'A relay never loses bytes of a TCP connection: it delays them as loss would. ' +
          'A conversation over UDP is over when its client has been silent for two seconds. ' +
          WAY_BACK,
      );
  },
  handler: async (given) => {
    const { transport, address: listen } = listenOption(
      givenOnce('listen', given.listen),
    );
    const to = hostPort('to', givenOnce('to', given.to));
    checkTimeout(given.for);
    if (given.ladder && transport === 'tcp') {
      throw misuse(
        "--ladder reads the ladder's packets, which are datagrams: listen on udp",
      );
    }
    const { whoIsDatagram } = given.ladder
      ? await import('../network/reliable/index.ts')
      : { whoIsDatagram: undefined };
    const link = chosenLink(given) ?? {};
    const signal = onInterrupt({ server: true });
    if (!given.wait) await checkSomebodyThere(transport, to);
    const record =
      given.record === undefined
        ? undefined
        : await openRecord(given.record, 'record', recordHeader(link));
    const traced =
      given.trace === undefined ? undefined : await openTrace(given.trace, transport);
    const tell = given.json ? printJson : printLine;
    // On a perfect link no fate is worth a line, and to tell none makes the relay faster.
    const isTold = given.json || record !== undefined || !isPerfect(linkOf(link));
    const onFate = (event: FateEvent | StreamFateEvent): void => {
      const { direction, k, fate } = event;
      const { line = 0, attempt = 0 } = event as Partial<StreamFateEvent>;
      record?.write(recordLine(direction, k, fate, line, attempt));
      tell(event);
    };
    const over = new AbortController();
    const conversation = given.once && {
      idle: silenceOn(link),
      onOver: () => over.abort(),
    };
    const options = {
      listen,
      to,
      link,
      signal,
      onFate: isTold ? onFate : undefined,
      whoIs: whoIsDatagram,
      onSeen: traced?.onSeen,
      onFull: (most: number) => sayFull(most, given.json),
      clients: given.clients,
      connections: given.clients,
      ...conversation,
    };
    const opened = await openRelay(transport, options).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      return inOurWords(error, listen);
    });
    if (opened) {
      traced?.begin(opened.relay);
      sayReady(transport, opened.relay, link, given.json);
      const time = given.for === undefined ? [] : [AbortSignal.timeout(given.for)];
      const end = AbortSignal.any([signal, over.signal, ...time]);
      if (!end.aborted) await once(end, 'abort');
      await opened.relay.close();
      if (given.json)
        print({ event: 'end', statistics: opened.relay.statistics, leftOut });
      else sayEnd(opened.summary());
    }
    if (record) await closeRecord(record);
    if (!traced) return;
    traced.end();
    await closeRecord(traced.file);
    const { tellUser } = await import('../common/terminal/index.ts');
    if (!given.json && !traced.file.errored) tellUser(drawIt(given.trace!));
  },
});

/** While something is on its way, it is not silent. */
function silenceOn(link: LinkOptions): number {
  const { there, back } = linkOf(link);
  return SILENCE + there.delay + there.jitter + back.delay + back.jitter;
}

function listenOption(given: string): { transport: Transport; address: HostPort } {
  const [, transport, address] = /^(udp|tcp):(.*)$/.exec(given) ?? [];
  if (transport !== undefined && address !== undefined) {
    return { transport: transport as Transport, address: hostPort('listen', address, 0) };
  }
  throw misuse(`--listen ${given}: say which kind, udp:12001 or tcp:12001`);
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

/** From its first line on it is the new one, and grows: a relay may be killed. */
async function openRecord(
  path: string,
  what: 'record' | 'trace',
  header: string,
): Promise<WriteStream> {
  const { tellUser } = await import('../common/terminal/index.ts');
  checkWritable(path, what);
  replaceFile(path, header);
  const stream = createWriteStream(path, { flags: 'a' });
  await once(stream, 'open');
  // A full disk, say. The relay goes on; its user hears of it, and gets status 1.
  stream.on('error', (error) => {
    tellUser(`the ${what} stops here: ${explainFile(error, path)}`);
    process.exitCode = 1;
  });
  return stream;
}

interface Traced {
  file: WriteStream;
  /** The relay has been opened, and its addresses are known. */
  begin: (relay: Opened['relay']) => void;
  onSeen: (seen: Seen) => void;
  /** The relay ended normally: nothing else happened. */
  end: () => void;
}

async function openTrace(path: string, transport: Transport): Promise<Traced> {
  const { RelayTrace: Trace, traceLines } = await import('./relay-trace.ts');
  const file = await openRecord(path, 'trace', '');
  const note = traceLines((line) => void file.write(line));
  let trace: RelayTrace | undefined;
  return {
    file,
    begin: (relay) => (trace = new Trace(relay, note)),
    onSeen: (seen) => trace?.see(transport, seen),
    end: () => note('exit', { code: 0 }),
  };
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
  const there = await isAnybodyThere(transport, to).catch(inTermsOf({ host: '--to' }));
  if (there !== false) return;
  throw new MisuseError(
    'ERR_BAD_ADDRESS',
    `nothing is listening at ${transport} ${formatAddress(to)}: start that program first, ` +
      'or add --wait',
  );
}

/** `explain` would name options that this command does not have. */
function inOurWords(error: unknown, listen: HostPort): never {
  const { hostname = listen.host } = error as { hostname?: string };
  const host = hostname === listen.host ? '--listen' : '--to';
  return inTermsOf({ host, port: '--listen' })(error);
}

function sayReady(
  transport: Transport,
  { address, target }: Opened['relay'],
  link: LinkOptions,
  json: boolean,
): void {
  const description = describeLink(withSeed(link));
  const [from, to] = [formatAddress(address), formatAddress(target)];
  if (json) {
    print({ event: 'ready', version: 1, transport, from, to, link: description });
    return;
  }
  const replayed = link.replay ? 'recorded fates' : undefined;
  const how = [replayed, description].filter(Boolean).join(', ') || 'a perfect link';
  printWrapped(`The relay is ready: ${transport} ${from} to ${to} (${how})`);
}

function sayFull(clients: number, json: boolean): void {
  if (json) print({ event: 'full', clients });
  else {
    const more = `--clients ${2 * clients}`;
    console.log(
      `no room for more than ${some(clients, 'client')} at a time: try ${more}`,
    );
  }
}

function sayEnd(summary: readonly string[]): void {
  console.log(`\n${summary.join('\n')}`);
  if (leftOut > 0) console.log(`lines left out because nobody read them: ${leftOut}`);
}

let leftOut = 0;

function printLine(event: FateEvent | StreamFateEvent): void {
  const line = fateLine(event);
  if (line === undefined) return;
  if (process.stdout.writableLength > MOST_UNREAD) leftOut += 1;
  else printWrapped(line);
}

function printJson(event: FateEvent | StreamFateEvent): void {
  if (process.stdout.writableLength > MOST_UNREAD) leftOut += 1;
  else print({ event: 'fate', ...event });
}

function printWrapped(line: string): void {
  console.log(wrapped(line, columnsOf(process.stdout)));
}

function print(value: object): void {
  console.log(JSON.stringify(value));
}
