/** What is advised when a server's certificate is refused, for whatever reason. */
import { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { greeted } from '../../../../../src/zeromq/transports/websocket/secure.ts';

it.each([
  ['CERT_HAS_EXPIRED', /^Compare the clocks/],
  ['CERT_NOT_YET_VALID', /^Compare the clocks/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /set wssHostname$/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /issuer: wssTrustPem$/],
])('%s', async (code, advice) => {
  const socket = Object.assign(new EventEmitter(), { authorizationError: code });
  const end = greeted(socket as unknown as TLSSocket);
  socket.emit('error', Object.assign(new Error('why'), { code }));
  await expect(end).rejects.toMatchObject({
    code: 'EACCES',
    message: "The server's certificate is refused: why",
    hint: expect.stringMatching(advice) as string,
  });
});
