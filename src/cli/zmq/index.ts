/** `socketlab zmq …`: a netcat for ZeroMQ's patterns. */
import { nestedCommand } from '../line/nested.ts';
import { patternCommands } from './patterns.ts';
import { proxyCommand } from './proxy.ts';

export const zmqCommand = nestedCommand('zmq', 'a pattern', [
  ...patternCommands,
  [
    'proxy <device>',
    'a process in the middle: a queue, a forwarder or a streamer',
    proxyCommand,
  ],
]);
