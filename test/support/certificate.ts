/** A certificate for tests of wss://. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  wssKeyPem: string;
  wssCertPem: string;
}

/** For localhost and 127.0.0.1, for this run; undefined without the openssl program. */
export function certificate(): Pair | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'wss-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=here ' +
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1';
  try {
    execFileSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return {
      wssKeyPem: readFileSync(key, 'utf8'),
      wssCertPem: readFileSync(cert, 'utf8'),
    };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
