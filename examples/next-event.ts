/**
 * The next event of a ZeroMQ socket as a promise: events are how it tells what
 * its connections do, of which nothing else is to be seen.
 *
 *   const joined = nextEvent(socket, 'handshake');   before it happens
 *   await joined;
 */
import type { EventType, Socket } from '../src/zeromq/index.ts';

/** The lessons' events come at once, or something is wrong. In milliseconds. */
const PATIENCE = 10_000;

export async function nextEvent(
  socket: Pick<Socket, 'events'>,
  type: EventType,
  count = 1,
): Promise<void> {
  const { events } = socket;
  let left = count;
  await new Promise<void>((resolve, reject) => {
    const late = (): void => reject(new Error(`${type} has not happened`));
    const timer = setTimeout(late, PATIENCE);
    const listener = (): void => {
      left -= 1;
      if (left > 0) return;
      clearTimeout(timer);
      events.off(type, listener);
      resolve();
    };
    events.on(type, listener);
  });
}
