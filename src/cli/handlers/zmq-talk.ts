/** What `socketlab zmq req`, `rep`, `pub` … do: lines become messages, messages lines. */
import { MisuseError } from '../../common/index.ts';
import { tellUser } from '../../common/terminal/index.ts';
import { endpointOf, netcat, type PatternName } from '../../zeromq/netcat/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { complain, printParts, printReady } from './zmq-print.ts';

export interface PatternArguments {
  bind: string[] | undefined;
  connect: string[] | undefined;
  separator: string | undefined;
  hex: boolean;
  json: boolean;
  count: number | undefined;
  timeout: number | undefined;
  hwm: number | undefined;
  linger?: number | undefined;
  subscribe?: string[] | undefined;
  peers?: number | undefined;
  answer?: string | undefined;
  identity?: string | undefined;
}

export async function talk(type: PatternName, given: PatternArguments): Promise<void> {
  const { bind = [], connect = [], separator, hex, json } = given;
  if (bind.length + connect.length === 0) {
    const why = `zmq ${type} needs somebody to talk to: --connect 5678, or --bind 5678`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  if (separator === '') {
    throw new MisuseError('ERR_BAD_ARGUMENT', '--separator takes at least one character');
  }
  const { count, timeout, hwm, linger, subscribe, peers, answer, identity } = given;
  const form = { separator, hex, named: type === 'router' };
  const told = { count, timeout, hwm, linger, subscribe, peers, answer, identity };
  const signal = onInterrupt();
  const talking = netcat(
    {
      type,
      bind: bind.map((text) => endpointOf(text, 'bind')),
      connect: connect.map((text) => endpointOf(text, 'connect')),
      form,
      ...told,
    },
    {
      input: () => process.stdin,
      message: (parts) => printParts(parts, form, json),
      ready: (endpoints) => printReady(type, endpoints, json),
      complain,
      note: (text) => {
        if (!json) tellUser(text);
      },
      signal,
    },
  );
  try {
    await talking;
  } finally {
    // What lingers keeps the program alive, even after a failure; Ctrl-C is then the end at once.
    signal.addEventListener('abort', () => process.exit(), { once: true });
  }
}
