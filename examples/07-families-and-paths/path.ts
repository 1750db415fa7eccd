/** Where server and client of this lesson meet: a file, on Windows a pipe. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function pathFor(port: number): string {
  const name = `socketlab-${port}`;
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\${name}`
    : join(tmpdir(), `${name}.sock`);
}
