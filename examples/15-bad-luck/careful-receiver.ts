/**
 * Bad luck: the careful receiver.
 *
 * Shows:    It shows each message once. It acknowledges only what it has, but
 *           does so each time that a message arrives. The message's number
 *           tells a repeated message from a new one. The session number tells a
 *           new sender from the one before, so its first message does not pass
 *           for a repeated one.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/careful-receiver.ts --port 12001
 * Partner:  npx tsx examples/15-bad-luck/link.ts, then careful-sender.ts
 * See:
 *   The receiver is ready
 *   session <n>, message 1: new
 *   session <n>, message <n>: <word>
 *   …
 *   ^C
 * Exercise: Do not acknowledge messages that arrived before. What happens?
 */
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const FORM = /^session (\d{1,10}), message (\d{1,10})$/;

const socket = new DatagramSocket();
await socket.bind({ host, port });
console.log('The receiver is ready');

// Simplification: it never forgets a session.
const last = new Map<string, number>();
while (true) {
  const { data, address } = await socket.recvfrom(2048);
  const [text, session, number] = FORM.exec(data.toString()) ?? [];
  if (session === undefined) continue; // not from our sender
  let has = last.get(session) ?? 0;
  if (Number(number) === has + 1) {
    console.log(`${text}: new`);
    has += 1;
    last.set(session, has);
  } else if (Number(number) === has) {
    console.log(`${text}: again`); // duplicated, or not acknowledged in time
  }
  const acknowledgement = `session ${session}, has ${has}`;
  await socket.sendto(Buffer.from(acknowledgement), address);
}
