/**
 * The scoreboard's publisher: a ZeroMQ PUB socket that tells every subscriber how the game is
 * going. It never waits: a subscriber that does not listen loses messages.
 */
import { formatAddress, LOOPBACK } from '../../common/index.ts';
import { Publisher } from '../../zeromq/index.ts';
import { toBoardEvent } from '../game/public-events.ts';
import { encodeScore, scoreOf } from '../messages/scores.ts';
import type { Auctioneer } from './auctioneer.ts';

export interface Scores {
  /** Where to subscribe: `tcp://127.0.0.1:50019`. */
  readonly endpoint: string;
  close(): void;
}

/** How long the last messages of a game may take, in milliseconds. */
const LINGER = 1000;

/**
 * Publishes until it is closed.
 * @param port 0 for a free one
 * @throws EADDRINUSE, EADDRNOTAVAIL
 */
export async function publishScores(
  auctioneer: Auctioneer,
  { host = LOOPBACK.IPv4, port }: { host?: string | undefined; port: number },
): Promise<Scores> {
  const socket = new Publisher({ linger: LINGER, ipv6: host.includes(':') });
  const where = formatAddress({ host, port });
  await socket.bind(`tcp://${port === 0 ? where.replace(/0$/, '*') : where}`);
  const { ledger } = auctioneer.auction;
  const stop = auctioneer.watch((event) => {
    // The standings at this moment; they are told once they are safe, like everything else.
    const score = scoreOf(toBoardEvent(event), ledger);
    if (!score) return;
    const message = encodeScore(score);
    auctioneer.afterwards(() => {
      // A publisher does not wait, so this fails only when it is closed.
      void socket.send(message).catch(() => {});
    });
  });
  return {
    endpoint: socket.lastEndpoint!,
    close: () => {
      stop();
      socket.close();
    },
  };
}
