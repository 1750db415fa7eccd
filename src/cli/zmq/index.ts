/** `socketlab zmq …`: a netcat for ZeroMQ's patterns. */
import { type NestedEntry, nestedCommand } from '../line/nested.ts';
import { patternCommands } from './patterns.ts';
import { proxyCommand } from './proxy.ts';

const ENTRIES: readonly NestedEntry[] = [
  ...patternCommands,
  [
    'proxy <device>',
    'a process in the middle: a queue, a forwarder or a streamer',
    proxyCommand,
  ],
];

export const zmqCommand = nestedCommand('zmq', 'a pattern', ENTRIES, [
  'zmq rep --bind 5678',
  'you answer, line by line, what others ask',
]);
