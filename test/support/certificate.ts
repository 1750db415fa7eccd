/** A certificate for tests of wss://. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSource } from '../../book/sources.ts';

export interface Pair {
  wssKeyPem: string;
  wssCertPem: string;
}

/** Made for localhost and 127.0.0.1 as docs/zeromq.md says; undefined without openssl. */
export function certificate(): Pair | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'wss-'));
  const [, args = ''] = /^openssl (.*)$/m.exec(readSource('docs/zeromq.md')) ?? [];
  try {
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
    return {
      wssKeyPem: readFileSync(join(folder, 'key.pem'), 'utf8'),
      wssCertPem: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
