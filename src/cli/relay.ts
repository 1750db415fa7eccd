/** `socketlab relay`: the bad link alone, between programs in any language. */
import { linkFlags, SHARED_KEYS, STREAM_KEYS, WAY_BACK } from './line/link-flags.ts';
import type { RelayArguments } from './handlers/relay.ts';
import { type Command, durationOption } from './line/options.ts';

const ENDS = 'Its two ends:';
const LINK = 'The link:';
const STREAMS = 'The link, for TCP alone:';
const FATES = 'The fates of the packets:';

export const relayCommand: Command<RelayArguments> = {
  needs: {
    what: 'two ends',
    example: 'relay --listen udp:12001 --to 12000',
  },
  builder: (yargs) => {
    const ends = yargs
      .option('listen', {
        group: ENDS,
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'where your client sends to: udp:12001, tcp:12001, udp:HOST:PORT',
      })
      .option('to', {
        group: ENDS,
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'where your server is: 12000, or HOST:PORT',
      })
      .option('wait', {
        group: ENDS,
        type: 'boolean',
        default: false,
        describe: 'begin although nobody is at --to yet',
      })
      .option('for', {
        group: ENDS,
        type: 'string',
        requiresArg: true,
        coerce: durationOption,
        defaultDescription: 'until Ctrl-C',
        describe: 'end by itself after this time, such as 10s, with status 0',
      })
      .option('once', {
        group: ENDS,
        type: 'boolean',
        default: false,
        describe: 'end by itself when the first conversation is over, with status 0',
      });
    return linkFlags(linkFlags(ends, SHARED_KEYS, LINK), STREAM_KEYS, STREAMS)
      .option('record', {
        group: FATES,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'no record',
        describe: 'write the fate of every packet to this file',
      })
      .option('replay', {
        group: FATES,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'by chance',
        describe: 'let happen what --record wrote, or what you wrote by hand',
      })
      .option('json', {
        group: FATES,
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read: one line for each fate',
      })
      .example(
        '$0 relay --listen udp:12001 --to 12000 --loss 10% --seed 7',
        'one packet in ten is lost',
      )
      .example('$0 relay --listen udp:12001 --to 12000 --drop 3+7', 'these two are')
      .example(
        '$0 relay --listen tcp:12001 --to 12000 --loss 10% --delay 50ms',
        'every byte arrives, many of them late',
      )
      .epilogue(
        'Start the server, then the relay, then the client, with the port of the relay. ' +
          'A relay loses no bytes of a TCP connection: it makes them as late as loss would. ' +
          'A conversation over UDP is over when its client has been silent for two seconds. ' +
          WAY_BACK,
      );
  },
  handler: async (given) => (await import('./handlers/relay.ts')).run(given),
};
