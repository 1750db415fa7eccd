/** Where this lesson's server and client meet: a file, or on Windows a pipe. */
import { join } from 'node:path';
import { socketFolder } from '../../src/common/index.ts';

export function pathFor(port: number): string {
  const name = `socketlab-${port}`;
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\${name}`
    : join(socketFolder(), `${name}.sock`);
}
