/** `socketlab auction bid NAME`: a person at a prompt, or a bot. */
import { AUCTION_PORT, misuse } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, text } from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { AUCTIONEER, AUCTIONEERS_PORT, JOIN_CODE } from './common-options.ts';

export const bidCommand = command({
  builder: (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        describe: 'one word, your name at the table',
      })
      .options({
        bot: text(
          'who decides: random, patient, target, blocker, expected-value, a file that ' +
            'exports determineBid(view), or "exec:python3 bot.py"',
          'you',
        ),
        host: AUCTIONEER,
        port: AUCTIONEERS_PORT,
        over: {
          choices: ['tcp', 'udp', 'lecture', 'zeromq'] as const,
          defaultDescription: "tcp; lecture if the lecture's server answers",
          describe:
            "the protocol: our own messages over TCP or UDP, or the lecture's words",
        },
        code: JOIN_CODE,
        token: text('the token of the seat that you had before', 'a new seat'),
      })
      .example('$0 auction bid ann', 'you are asked for each bid')
      .example('$0 auction bid bob --bot patient --over udp', 'a bot, over UDP')
      .example('$0 auction bid dan --over zeromq', "at the lab's own server, over ZeroMQ")
      .example('$0 auction bid cid --bot my-bot.ts', 'your own bot; see auction new-bot'),
  handler: async (given) => {
    const { bot: spec, code, host, name, port = AUCTION_PORT, token } = given;
    if (name === undefined) {
      throw misuse(`who bids? Give a name, one word: ${commandLine('auction bid ann')}`);
    }
    const { bidInAuction, openBot } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    const signal = onInterrupt();
    const bot = spec === undefined ? undefined : await openBot(spec, { name, signal });
    try {
      const over = given.over ?? ('any' as const);
      const options = { name, bot, host, port, over, code, token, signal };
      await bidInAuction(options, ownTerminal());
    } catch (error) {
      // A user who pressed Ctrl-C knows why it ended.
      if (!signal.aborted) throw error;
    } finally {
      await bot?.close();
    }
  },
});
