/** `socketlab zmq …`: a netcat for ZeroMQ's patterns. */
import type { CommandModule } from 'yargs';
import { patternCommands } from './patterns.ts';
import { proxyCommand } from './proxy.ts';

export const zmqCommand: CommandModule = {
  command: 'zmq',
  describe: "a netcat for ZeroMQ's patterns: req, rep, pub, sub, push, pull …",
  builder: (yargs) => {
    for (const command of patternCommands) yargs.command(command);
    return yargs
      .command(proxyCommand)
      .demandCommand(
        1,
        'zmq needs a pattern: req, rep, pub, sub, push, pull, pair, dealer, router or proxy',
      );
  },
  handler: () => {},
};
