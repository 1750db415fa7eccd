/** Which mechanism a socket's options ask for. Source: zmq_plain(7), zmq_null(7). */
import {
  type Mechanism,
  NullMechanism,
  PlainClient,
  PlainServer,
  type TypeName,
} from '../zmtp/index.ts';
import type { Options } from '../base/options.ts';

/** Null when nobody needs to say who they are. */
export function securityMechanism({
  plainServer,
  plainUsername,
  plainPassword,
}: Options): 'plain' | null {
  return plainServer || plainUsername !== null || plainPassword !== null ? 'plain' : null;
}

/** A fresh one: each connection shakes hands anew. */
export function mechanismOf(type: TypeName, options: Options): Mechanism {
  const { plainServer, plainUsername, plainPassword, routingId, zapDomain } = options;
  const metadata = new Map([['Socket-Type', Buffer.from(type)]]);
  if (type === 'REQ' || type === 'DEALER' || type === 'ROUTER') {
    metadata.set('Identity', Buffer.from(routingId ?? ''));
  }
  if (plainServer) return new PlainServer(metadata);
  if (securityMechanism(options) === 'plain') {
    return new PlainClient(
      metadata,
      Buffer.from(plainUsername ?? ''),
      Buffer.from(plainPassword ?? ''),
    );
  }
  return new NullMechanism(metadata, zapDomain !== null && zapDomain !== '');
}
