/** Which mechanism a socket's options ask for. Source: zmq_plain(7), zmq_null(7). */
import {
  type Mechanism,
  type Metadata,
  NullMechanism,
  PlainClient,
  PlainServer,
  type TypeName,
} from '../zmtp/index.ts';
import type { Bytes } from '../base/kinds.ts';
import type { Options } from '../base/options.ts';

/** Null if peers need not say who they are. */
export function securityMechanism({
  plainServer,
  plainUsername,
  plainPassword,
}: Options): 'plain' | null {
  return plainServer || plainUsername !== null || plainPassword !== null ? 'plain' : null;
}

/** By type, for all connections of sockets without a name: NULL keeps nothing of one. */
const NAMELESS = new Map<TypeName, Mechanism>();

/** For one connection: each shakes hands anew. */
export function mechanismOf(type: TypeName, options: Options): Mechanism {
  const { plainServer, plainUsername, plainPassword, routingId, zapDomain } = options;
  if (plainServer) return new PlainServer(metadataOf(type, routingId));
  if (securityMechanism(options) === 'plain') {
    return new PlainClient(
      metadataOf(type, routingId),
      Buffer.from(plainUsername ?? ''),
      Buffer.from(plainPassword ?? ''),
    );
  }
  if (routingId || zapDomain) {
    return new NullMechanism(metadataOf(type, routingId), Boolean(zapDomain));
  }
  let shared = NAMELESS.get(type);
  if (!shared) {
    shared = new NullMechanism(metadataOf(type, null), false);
    NAMELESS.set(type, shared);
  }
  return shared;
}

function metadataOf(type: TypeName, routingId: Bytes): Metadata {
  const metadata = new Map([['Socket-Type', Buffer.from(type)]]);
  if (type === 'REQ' || type === 'DEALER' || type === 'ROUTER') {
    metadata.set('Identity', Buffer.from(routingId ?? ''));
  }
  return metadata;
}
