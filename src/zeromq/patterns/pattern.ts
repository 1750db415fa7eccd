/**
 * What the core needs from every type of socket: where messages go, where they come from.
 *
 * A pattern never waits. `send` says false when nobody can take the message now, `receive`
 * undefined when there is none; the core does the waiting, and tries again when it is told
 * that something has changed.
 *
 * Read next: pipeline.ts (the simplest), request.ts, publisher.ts.
 */
import { ZmqError } from '../base/errors.ts';
import type { Options } from '../base/options.ts';
import type { Pipe } from '../pipes/pipe.ts';
import type { Outgoing } from '../zmtp/index.ts';
import { FairQueue } from './fair-queue.ts';

export abstract class Pattern {
  protected readonly options: Options;
  protected readonly arrived = new FairQueue();
  /** Messages that were dropped at a high-water mark, or at the end. */
  dropped = 0;

  constructor(options: Options) {
    this.options = options;
  }

  abstract get readable(): boolean;
  abstract get writable(): boolean;

  /** How many more messages than usual may be sent in one turn of the event loop. */
  get more(): number {
    return 0;
  }

  /** Whether another peer is welcome. */
  get hasRoom(): boolean {
    return true;
  }

  /** A new pipe exists; it may have no connection yet. */
  attach(_pipe: Pipe): void {}

  /** The pipe's peer is there, for the first time or again. */
  ready(_pipe: Pipe): void {}

  /** The pipe's connection has gone, and may come back. */
  lost(_pipe: Pipe): void {}

  /** Nothing can be sent to the pipe any more; its inbox may still have something. */
  detach(_pipe: Pipe): void {}

  /**
   * @returns false when it has to wait
   * @throws {ZmqError} when waiting would not help
   */
  send(_message: Outgoing): boolean {
    throw new ZmqError('ENOTSUP', { hint: 'This type of socket only receives' });
  }

  /** @throws {ZmqError} EFSM when nothing may be received now */
  receive(): Buffer[] | undefined {
    throw new ZmqError('ENOTSUP', { hint: 'This type of socket only sends' });
  }

  /** Looks at a message that has arrived for an inbox. False: it does not go there. */
  filter(_pipe: Pipe, _parts: Buffer[]): boolean {
    return true;
  }

  /** Whether `filter` has work to do. */
  readonly filters: boolean = false;

  /** The peer subscribes or cancels. False: no more for now. */
  subscription(_pipe: Pipe, _on: boolean, _topic: Buffer): boolean {
    return true;
  }

  pipeReadable(pipe: Pipe): void {
    this.arrived.add(pipe);
  }
}
