/** Ports for a run: the lecture's own when it is free, otherwise any that is. */
import { DatagramSocket } from '../udp/index.ts';
import { WelcomingSocket } from '../tcp/index.ts';

export const LECTURE_PORT = 12_000;
/** Below every system's ephemeral ports, which others are given at any moment. */
const [LOWEST, HIGHEST] = [20_000, 30_000];
const ATTEMPTS = 100;

/** `port` when it and the next one are free, for UDP and TCP; otherwise another such one. */
export async function freePort(port = LECTURE_PORT): Promise<number> {
  let candidate = port;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if ((await isFree(candidate)) && (await isFree(candidate + 1))) return candidate;
    candidate = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
  }
  throw new Error(`no two free ports were found between ${LOWEST} and ${HIGHEST}`);
}

async function isFree(port: number): Promise<boolean> {
  const datagramSocket = new DatagramSocket();
  const welcomingSocket = new WelcomingSocket();
  try {
    await datagramSocket.bind({ port });
    await welcomingSocket.bind({ port });
    await welcomingSocket.listen(1);
    return true;
  } catch {
    return false;
  } finally {
    await datagramSocket.close();
    await welcomingSocket.close();
  }
}
