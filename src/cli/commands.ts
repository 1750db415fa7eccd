/**
 * The commands, in the order of `socketlab --help`. Each is loaded when its name is typed: a
 * command does not wait for the rooms of the others.
 */
import type { AnyCommand } from './line/options.ts';

export interface CommandEntry {
  /** In the form of yargs: a name, then its arguments. `$0` is what is done without a command. */
  command: readonly string[];
  describe: string;
  load: () => Promise<AnyCommand>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    command: ['$0', 'tour'],
    describe: 'the tour: UDP, then TCP, side by side',
    load: async () => (await import('./tour.ts')).tourCommand,
  },
  {
    command: ['list'],
    describe: 'the lessons and their roles',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    command: ['run [lesson]'],
    describe: "a lesson's processes side by side",
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    command: ['init <folder>'],
    describe: 'a folder of your own with all lessons, to change and to run',
    load: async () => (await import('./init.ts')).initCommand,
  },
  {
    command: ['compare'],
    describe: 'the same messages over UDP and TCP, under the same bad luck',
    load: async () => (await import('./compare.ts')).compareCommand,
  },
  {
    command: ['behaviours [names..]'],
    describe: 'how UDP and TCP differ: experiments to predict and run',
    load: async () => (await import('./behaviours.ts')).behavioursCommand,
  },
  {
    command: ['ladder [rungs..]'],
    describe: 'from a datagram to a byte stream: reliability, rung by rung',
    load: async () => (await import('./ladder/index.ts')).ladderCommand,
  },
  {
    command: ['trace [command..]'],
    describe: "watch any Node program's sockets",
    load: async () => (await import('./trace.ts')).traceCommand,
  },
  {
    command: ['diagram <files..>'],
    describe: 'draw a trace: a lane for each socket, arrows for what it sent',
    load: async () => (await import('./diagram.ts')).diagramCommand,
  },
  {
    command: ['relay'],
    describe: 'a bad link between two programs, in any language',
    load: async () => (await import('./relay.ts')).relayCommand,
  },
  {
    command: ['auction'],
    describe: 'the contest: serve, bid, new-bot, board, watch, tournament',
    load: async () => (await import('./auction/index.ts')).auctionCommand,
  },
  {
    command: ['zmq'],
    describe: "a netcat for ZeroMQ's patterns: req, rep, pub, sub, push, pull …",
    load: async () => (await import('./zmq/index.ts')).zmqCommand,
  },
  {
    command: ['completion [shell]'],
    describe: 'a completion script for bash or zsh',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
];

/** `run` of `run [lesson]`; `tour` of `$0`. */
export function nameOf({ command }: CommandEntry): string {
  return command.at(-1)!.split(' ')[0]!;
}
