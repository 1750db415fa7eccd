/**
 * Programs that some tests need and not every machine has. Without them a test is skipped with
 * a reason. If peers are required (REQUIRE_PEERS=1, as in CI), the test fails.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'vitest';

/** The system's Python first: it has Debian's packages. */
export const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['--version']).status === 0,
);

const hasIPv6 = await canListen('::1');

/** @returns the command that starts Python 3 */
export function needPython(context: TestContext): string {
  if (python !== undefined) return python;
  const reason = 'there is no python3';
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(reason);
  context.skip(reason);
}

/** @returns the command that starts a Python 3 that has pyzmq, which stands on libzmq */
export function needPyzmq(context: TestContext): string {
  const command = needPython(context);
  pyzmq ??= spawnSync(command, ['-c', 'import zmq']).status === 0;
  if (pyzmq) return command;
  const reason = 'python3 has no zmq (pyzmq)';
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(reason);
  context.skip(reason);
}

let pyzmq: boolean | undefined;

export function needIPv6(context: TestContext): void {
  if (!hasIPv6) context.skip('this machine has no IPv6 loopback address (::1)');
}

/** macOS has only 127.0.0.1 of the addresses that begin with 127. */
export async function needAddress(context: TestContext, host: string): Promise<void> {
  if (!(await canListen(host))) context.skip(`this machine has no address ${host}`);
}

async function canListen(host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(0, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
