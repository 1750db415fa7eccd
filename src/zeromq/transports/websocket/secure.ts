/**
 * TLS under a WebSocket: wss://. A server has a certificate, and a client checks it: who has
 * signed it, when it is valid, and for which name.
 *
 * Source: zmq_setsockopt(3), ZMQ_WSS_…; RFC 8446, RFC 9525.
 */
import { X509Certificate } from 'node:crypto';
import type * as net from 'node:net';
import * as tls from 'node:tls';
import type { Options } from '../../base/options.ts';
import { type OptionNames, ZmqError } from '../../base/errors.ts';

export interface ServerTls {
  key: string;
  cert: string;
}

/** @throws {ZmqError} EINVAL without a certificate and its key, or when they do not fit */
export function serverTls({ wssKeyPem, wssCertPem }: Options): ServerTls {
  if (wssKeyPem === null || wssCertPem === null) {
    throw new ZmqError('EINVAL', {
      hint: 'To bind wss://, set wssCertPem and wssKeyPem',
    });
  }
  const pair = { key: wssKeyPem, cert: wssCertPem };
  mustRead(['wssCertPem', 'wssKeyPem'], () => tls.createSecureContext(pair));
  return pair;
}

/** @throws {ZmqError} EINVAL when no certificate could ever be trusted, or for what is not one */
export function checkTrust({ wssTrustPem, wssTrustSystem }: Options): void {
  if (wssTrustPem === null && !wssTrustSystem) {
    throw new ZmqError('EINVAL', {
      hint: 'To connect to wss://, set wssTrustPem or wssTrustSystem, which say whose certificates to trust',
    });
  }
  if (wssTrustPem !== null)
    mustRead(['wssTrustPem'], () => new X509Certificate(wssTrustPem));
}

function mustRead(options: readonly (keyof Options)[], read: () => unknown): void {
  try {
    read();
  } catch (error) {
    const why = (error as Error).message;
    throw new ZmqError('EINVAL', {
      hint: (nameOf) => `${options.map(nameOf).join(' or ')} is wrong: ${why}`,
    });
  }
}

/**
 * A connection that is there becomes one of TLS.
 * @param host of the address
 */
export function secured(
  socket: net.Socket,
  host: string,
  options: Options,
): tls.TLSSocket {
  const { wssTrustPem, wssTrustSystem } = options;
  const name = options.wssHostname ?? host;
  const roots = wssTrustSystem ? tls.rootCertificates : [];
  const own = wssTrustPem === null ? [] : [wssTrustPem];
  return tls.connect({
    socket,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    // Without this, Node takes its own, and those of NODE_EXTRA_CA_CERTS.
    ...(wssTrustSystem && own.length === 0 ? {} : { ca: [...roots, ...own] }),
    // The name that a server is asked for cannot be an address (RFC 6066, 3).
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  });
}

/**
 * Resolves when the server's certificate has been checked.
 * @throws {ZmqError} EACCES, with the reason, when it is refused
 */
export function greeted(socket: tls.TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => reject(new Error('socket hang up'));
    socket.once('close', over);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const certificate = socket.authorizationError ? error : undefined;
      reject(
        certificate
          ? new ZmqError('EACCES', {
              message: `The server's certificate is refused: ${error.message}`,
              hint: (nameOf) => adviceFor(error.code, nameOf),
            })
          : error,
      );
    });
    socket.once('secureConnect', () => {
      socket.off('close', over);
      resolve();
    });
  });
}

function adviceFor(code: string | undefined, nameOf: OptionNames): string {
  if (code?.endsWith('ALTNAME_INVALID')) {
    const name = nameOf('wssHostname');
    const or = name === undefined ? '' : `, or set ${name}`;
    return `Connect to a name that is in the certificate${or}`;
  }
  return code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID'
    ? 'Compare the clocks of both machines; if they are right, the server needs a new one'
    : `To trust it, give the certificate of its issuer: ${nameOf('wssTrustPem')}`;
}
