/**
 * Answer: Five lines of code. `receive` replaces recv, and undefined replaces the empty
 * piece: an empty message is now a message, and not the end.
 *
 * See:
 *   import { FramedConnection } from '../../src/framing/index.ts';
 *   const connection = new FramedConnection(connectionSocket.detach());
 *   const message = await connection.receive();
 *   if (message === undefined) break;
 *   await connection.close();
 */
import { readFileSync } from 'node:fs';

function linesOf(program: string): string[] {
  const file = new URL(`../../../examples/${program}.ts`, import.meta.url);
  const source = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const body = source.slice(source.indexOf(' */') + 3);
  return body.split('\n').map((line) => line.trim());
}

const before = linesOf('04-stream-without-messages/receiver');
for (const line of linesOf('05-framing/framed-receiver')) {
  if (!before.includes(line)) console.log(line);
}
