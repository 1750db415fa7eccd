/**
 * The next event of a ZeroMQ socket as a promise. Only events show what a
 * socket's connections are doing.
 *
 *   const joined = nextEvent(socket, 'handshake');   before it happens
 *   await joined;
 */
import type { EventType, Socket } from '../src/zeromq/index.ts';

/**
 * In milliseconds. A lesson's event comes at once, unless something is wrong.
 */
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
