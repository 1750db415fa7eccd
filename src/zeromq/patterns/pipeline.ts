/**
 * PUSH and PULL: work for whoever has room, from whoever has some. Pure.
 *
 * PUSH gives each message to one peer, in turn, and waits while all are full or nobody is
 * there: it drops nothing. PULL takes one from each peer in turn. DEALER is both at once.
 *
 * Source: RFC 30/PIPELINE; for DEALER RFC 28/REQREP.
 */
import { EMPTY, NO_ENVELOPE, type Outgoing } from '../zmtp/index.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { Pattern } from './pattern.ts';
import { RoundRobin } from './round-robin.ts';

export class Push extends Pattern {
  protected readonly peers = new RoundRobin();

  override attach(pipe: Pipe): void {
    this.peers.add(pipe);
  }

  override detach(pipe: Pipe): void {
    this.peers.remove(pipe);
  }

  override get more(): number {
    return this.peers.more;
  }

  override send(message: Outgoing): boolean {
    const pipe = this.peers.pick();
    if (pipe === undefined) return false;
    pipe.write(message, NO_ENVELOPE);
    return true;
  }

  get readable(): boolean {
    return false;
  }

  get writable(): boolean {
    return this.peers.hasRoom;
  }
}

export class Pull extends Pattern {
  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return false;
  }
}

export class Dealer extends Push {
  override ready(pipe: Pipe): void {
    if (this.options.probeRouter) pipe.writeFirst(EMPTY);
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  override get readable(): boolean {
    return !this.arrived.empty;
  }
}
