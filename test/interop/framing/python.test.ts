/** Our framing and Python's `struct` and `socket`, each as client and as server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeText, encodeText, FramedConnection } from '../../../src/framing/index.ts';
import { PATIENCE } from '../../support/eventually.ts';
import { needPython } from '../../support/peers.ts';

const PEER = fileURLToPath(new URL('peers/framed_echo.py', import.meta.url));
const children: ChildProcess[] = [];

function startPeer(python: string, ...args: string[]) {
  const child = spawn(python, [PEER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a Python peer', () => {
  const messages = ['hello', '', 'größe', 'x'.repeat(200_000), ...'abcdefgh'.split('')];

  it('answers what we send, message for message', async (context) => {
    const child = startPeer(needPython(context), 'serve');
    const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
    const connection = new FramedConnection(connect(Number(port), '127.0.0.1'));
    const sending = connection.sendMany(messages.map(encodeText), { timeout: PATIENCE });
    const answers: string[] = [];
    for (const _ of messages) {
      answers.push(decodeText((await connection.receive({ timeout: PATIENCE }))!));
    }
    await sending;
    // Python's upper() of bytes changes ASCII letters only.
    expect(answers).toEqual(
      messages.map((message) =>
        message.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
      ),
    );
    connection.end();
    expect(await connection.receive({ timeout: PATIENCE })).toBeUndefined();
    await connection.close();
  });

  it('gets an answer to each of its messages', async (context) => {
    const python = needPython(context);
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = startPeer(python, 'ask', String(port));
    child.stdin.end('first\n\nthird ü\n' + 'y'.repeat(100_000) + '\n');
    const output = text(child.stdout);
    const [socket] = (await once(server, 'connection')) as [ReturnType<typeof connect>];
    const connection = new FramedConnection(socket);
    let received = 0;
    for await (const message of connection.messages({ timeout: PATIENCE })) {
      received += 1;
      await connection.send(encodeText(`${received} ${decodeText(message)}`));
    }
    await connection.close();
    server.close();
    expect(await output).toBe(`1 first\n2 \n3 third ü\n4 ${'y'.repeat(100_000)}\n`);
  });
});
