/** What a transport needs from the socket that it serves. */
import type {
  Credentials,
  HandshakeError,
  Mechanism,
  NoVerdict,
  TypeName,
  Verdict,
} from '../zmtp/index.ts';
import type { Pattern } from '../patterns/index.ts';
import type { Pipe, PipeHost } from '../pipes/pipe.ts';

export interface SocketHost extends PipeHost {
  readonly type: TypeName;
  readonly pattern: Pattern;
  /** There is this pipe; it may have no peer yet. */
  attach(pipe: Pipe): void;
  /** The pipe's peer is there, for the first time or again. */
  ready(pipe: Pipe): void;
  /** The pipe's connection has gone, and may come back. */
  lost(pipe: Pipe): void;
  /** Nothing can be sent to the pipe any more. */
  detach(pipe: Pipe): void;
  /** Something may have arrived for a call that waits. */
  arrived(): void;
  /** A connection has ended, or has sent all. */
  settled(): void;
  /** The beginning of a handshake with one more peer. */
  mechanism(): Mechanism;
  /** Asks whether a peer is welcome: undefined when nobody can say. */
  authenticate(
    credentials: Credentials,
    address: string,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void;
  /** Tells whoever watches the socket. */
  emit(type: string, fields: Record<string, unknown>): void;
  emitHandshakeError(address: string, error: HandshakeError): void;
}
