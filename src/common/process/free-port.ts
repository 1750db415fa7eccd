/** Ports for a run: the lecture's own if it is free, otherwise any free port. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LECTURE_PORT, LOOPBACK } from '../index.ts';

/**
 * Below the ephemeral ports of Linux (from 32,768), macOS and Windows (from 49,152), which others
 * are given at any moment. FreeBSD's begin at 10,000.
 */
const [LOWEST, HIGHEST] = [20_001, 30_000];
/** Two to use, one as a lock. Candidates are this far apart, so that no two overlap. */
const IN_A_ROW = 3;
const ATTEMPTS = 100;

/**
 * A port that is free for UDP and TCP, and so is the next one: `port` itself if possible.
 *
 * Between this look and the start of a server another run could take the port, in a room
 * full of students on one machine. So the third port in a row is a lock: whoever holds it
 * may use the two before it, until its process ends.
 */
export async function freePort(port = LECTURE_PORT): Promise<number> {
  let candidate = port;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const mine = await lock(candidate + 2);
    if (mine && (await isFree(candidate)) && (await isFree(candidate + 1))) {
      return candidate;
    }
    const choices = Math.floor((HIGHEST - LOWEST) / IN_A_ROW);
    candidate = LOWEST + IN_A_ROW * Math.floor(Math.random() * choices);
  }
  throw new Error(`no free ports were found between ${LOWEST} and ${HIGHEST}`);
}

/** True when this process holds the lock from now on. It keeps no process alive. */
async function lock(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind(port, LOOPBACK.IPv4);
    await once(socket, 'listening');
    return true;
  } catch {
    socket.close();
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind(port, LOOPBACK.IPv4);
    await once(udp, 'listening');
    tcp.listen(port, LOOPBACK.IPv4);
    await once(tcp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
    await new Promise((closed) => {
      tcp.close(closed);
    });
  }
}
