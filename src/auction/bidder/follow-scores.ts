/** The scoreboard's subscriber: receives what server/publish-scores.ts sends. */
import { Subscriber } from '../../zeromq/index.ts';
import { decodeScore, type Score } from '../messages/scores.ts';

export interface FollowOptions {
  /** Where the scores are published: `tcp://127.0.0.1:50019`. */
  endpoint: string;
  /** Called when a publisher is there, and when there is none, or no longer one. */
  onHearing: (hears: boolean) => void;
  onScore: (score: Score) => void;
  signal: AbortSignal;
}

/** A publisher whose machine has gone says nothing: after this many ms a connection is dead. */
const HEARTBEAT = 2000;

/** Resolves when the game is over, or the signal aborts. True when it is over. */
export async function followScores(options: FollowOptions): Promise<boolean> {
  const { endpoint, onHearing, onScore, signal } = options;
  const socket = new Subscriber({
    ipv6: endpoint.includes('['),
    reconnectInterval: 250,
    heartbeatInterval: HEARTBEAT,
  });
  const close = (): void => socket.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) return false;
    socket.events.on('handshake', () => onHearing(true));
    socket.events.on('disconnect', () => onHearing(false));
    socket.events.on('connect:retry', () => onHearing(false));
    socket.connect(endpoint);
    socket.subscribe();
    for await (const parts of socket) {
      const score = decodeScore(parts);
      if (!score) continue;
      onScore(score);
      if (score.type === 'over') return true;
    }
    return false;
  } finally {
    signal.removeEventListener('abort', close);
    socket.close();
  }
}
