/**
 * STREAM: bytes to and from peers that do not speak ZMTP at all.
 *
 *     receive: [routing id, bytes]; [routing id, empty] when a peer comes or goes
 *     send:    [routing id, bytes]; [routing id, empty] to disconnect it
 *
 * Source: zmq_socket(3), "ZMQ_STREAM".
 */
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import type { WirePipe } from '../pipes/wire-pipe.ts';
import { EMPTY, type Outgoing, partsOf } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';
import { RoutingTable } from './router.ts';

export class Stream extends Pattern {
  override readonly filters = true;
  readonly #table = new RoutingTable();
  readonly #connected = new Set<Pipe>();

  /** Peers of connect() have a name before they are connected: what is sent to them waits. */
  override attach(pipe: Pipe): void {
    const { routingId } = pipe;
    const free = routingId.length > 0 && !this.#table.get(routingId);
    this.#table.set(free ? routingId : this.#table.fresh(), pipe);
  }

  override ready(pipe: Pipe): void {
    this.#connected.add(pipe);
    if (this.options.notify) pipe.deliver([EMPTY]);
  }

  override lost(pipe: Pipe): void {
    const was = this.#connected.delete(pipe);
    if (was && this.options.notify) pipe.deliver([EMPTY]);
  }

  override detach(pipe: Pipe): void {
    this.lost(pipe);
    this.#table.delete(pipe);
  }

  override filter(pipe: Pipe, parts: Buffer[]): boolean {
    parts.unshift(pipe.routingId);
    return true;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  override send(message: Outgoing): boolean {
    const [id, bytes] = partsOf(message);
    const pipe = this.#table.get(id!);
    if (pipe === undefined) throw new ZmqError('EHOSTUNREACH');
    if (bytes === undefined || bytes.length === 0) {
      pipe.close();
      return true;
    }
    if (pipe.full) return false;
    (pipe as WirePipe).writeRaw(bytes); // it has no other pipes than of tcp:// and ipc://
    return true;
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return true;
  }
}
