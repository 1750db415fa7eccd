/**
 * SCATTER and GATHER: PUSH and PULL for messages of one part. Pure.
 *
 * Source: RFC 49/SCATTER-GATHER.
 */
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import type { Outgoing } from '../zmtp/index.ts';
import { Pull, Push } from './pipeline.ts';

/** @throws {ZmqError} EINVAL for a message of several parts */
export function onePart(message: Outgoing): Uint8Array {
  const [part, ...others] = message instanceof Uint8Array ? [message] : message;
  if (others.length === 0) return part!;
  throw new ZmqError('EINVAL', { hint: 'Messages of this type of socket have one part' });
}

export class Scatter extends Push {
  override send(message: Outgoing): boolean {
    return super.send(onePart(message));
  }
}

export class Gather extends Pull {
  override readonly filters = true;

  override filter(_pipe: Pipe, parts: Buffer[]): boolean {
    return parts.length === 1;
  }
}
