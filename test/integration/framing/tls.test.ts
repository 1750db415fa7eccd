/** The same frames through an encrypted stream: TLS is one more Duplex. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { FramedConnection } from '../../../src/framing/index.ts';
import { PATIENCE } from '../../support/eventually.ts';

const WAIT = { timeout: PATIENCE };

/** A key and a certificate for this run; undefined without the openssl program. */
function credentials(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'framing-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost';
  try {
    execFileSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('carries messages of every size both ways over TLS', async (context) => {
  const own = credentials();
  if (!own)
    return context.skip('the openssl program, which makes a certificate, is missing');

  const server = createServer(own).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({
    port,
    host: '127.0.0.1',
    ca: own.cert,
    servername: 'localhost',
  });
  const [accepted] = (await once(server, 'secureConnection')) as [TLSSocket];
  const [here, there] = [new FramedConnection(client), new FramedConnection(accepted)];
  try {
    const sizes = [0, 1, 10, 16_384, 16_385, 1_000_000];
    const messages = sizes.map((size) => Buffer.alloc(size, size % 251));
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      const sending = from.sendMany(messages, WAIT);
      for (const message of messages) {
        expect((await to.receive(WAIT))!.equals(message)).toBe(true);
      }
      await sending;
    }
    here.end();
    expect(await there.receive(WAIT)).toBeUndefined();
  } finally {
    await Promise.all([here.close(), there.close()]);
    server.close();
  }
});
