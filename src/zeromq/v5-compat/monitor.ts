/** What happens to a socket's connections, under version 5's names. */
import type { Event, Observer } from '../socket/observer.ts';

const NAMES: Partial<Record<Event['type'], string>> = {
  accept: 'accept',
  'accept:error': 'accept_error',
  bind: 'listen',
  'bind:error': 'bind_error',
  close: 'close',
  'close:error': 'close_error',
  connect: 'connect',
  'connect:delay': 'connect_delay',
  'connect:retry': 'connect_retry',
  disconnect: 'disconnect',
};

/** The name of an event, its value, the address, and the error if it is one of those. */
export type MonitorArguments = [string, number | undefined, string, Error | undefined];

/** Ends when the socket, or the observer, is closed. Version 5 has no events of handshakes. */
export async function* monitored(observer: Observer): AsyncGenerator<MonitorArguments> {
  for await (const event of observer) {
    const name = NAMES[event.type];
    if (name === undefined || !('address' in event)) continue;
    if (event.type === 'connect:retry') {
      yield [name, event.interval, event.address, undefined];
    } else if (event.type.endsWith(':error')) {
      const { error } = event as { error?: Error & { errno?: number } };
      yield [name, error?.errno ?? 0, event.address, error];
    } else {
      yield [name, undefined, event.address, undefined];
    }
  }
}
