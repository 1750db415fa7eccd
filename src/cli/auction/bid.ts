/** `socketlab auction bid NAME`: a person at a prompt, or a bot. */
import { AUCTION_PORT, MisuseError } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { type Command, portOption } from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { AUCTIONEER, JOIN_CODE } from './common-options.ts';

interface BidArguments {
  name: string | undefined;
  host: string | undefined;
  port: number | undefined;
  over: 'tcp' | 'udp';
  bot: string | undefined;
  code: string | undefined;
  token: string | undefined;
}

export const bidCommand: Command<BidArguments> = {
  builder: (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        describe: 'one word, your name at the table',
      })
      .option('bot', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'you',
        describe:
          'who decides: random, patient, target, blocker, expected-value, a file that ' +
          'exports determineBid(view), or "exec:python3 bot.py"',
      })
      .option('host', { ...AUCTIONEER })
      .option('port', {
        type: 'string',
        coerce: portOption(1),
        defaultDescription: String(AUCTION_PORT),
        describe: "the auctioneer's port, 1 to 65535",
      })
      .option('over', {
        choices: ['tcp', 'udp'] as const,
        default: 'tcp' as const,
        describe: 'what carries the messages',
      })
      .option('code', { ...JOIN_CODE })
      .option('token', {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'a new seat',
        describe: 'the token of the seat that you had before',
      })
      .example('$0 auction bid ann', 'you, asked for each bid')
      .example('$0 auction bid bob --bot patient --over udp', 'a bot, over UDP')
      .example('$0 auction bid cid --bot my-bot.ts', 'your own bot; see auction new-bot'),
  handler: async ({ bot: spec, code, host, name, over, port = AUCTION_PORT, token }) => {
    if (name === undefined) {
      const why = `who bids? Give a name, one word: ${commandLine('auction bid ann')}`;
      throw new MisuseError('ERR_BAD_ARGUMENT', why);
    }
    const { bidInAuction, openBot } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    const signal = onInterrupt();
    const bot = spec === undefined ? undefined : await openBot(spec, { name, signal });
    try {
      const options = { name, bot, host, port, over, code, token, signal };
      await bidInAuction(options, ownTerminal());
    } catch (error) {
      // A user who pressed Ctrl-C knows why it ended.
      if (!signal.aborted) throw error;
    } finally {
      await bot?.close();
    }
  },
};
