/** A pipe without a peer, for patterns by themselves: what they write to it, and when it is full. */
import type { Outgoing } from '../../../../src/zeromq/zmtp/message.ts';
import { partsOf } from '../../../../src/zeromq/zmtp/message.ts';
import { defaultOptions } from '../../../../src/zeromq/base/options.ts';
import { Pipe, type PipeHost, type Shared } from '../../../../src/zeromq/pipes/pipe.ts';

export class FakePipe extends Pipe {
  /** Messages, and subscriptions as `+topic` and `-topic`. */
  readonly written: string[] = [];
  /** How often it was told that it may go on. */
  resumed = 0;
  override full = false;
  override readonly local: boolean;

  constructor(host: Partial<PipeHost> = {}, local = false) {
    const nobody = {
      filter: () => true,
      readable: () => {},
      writable: () => {},
    };
    super({ options: defaultOptions(), ...nobody, ...host });
    this.local = local;
  }

  override write(message: Outgoing): void {
    this.written.push(partsOf(message).map(String).join('|'));
  }
  override writeShared({ message }: Shared): void {
    this.write(message);
  }
  override writeFirst(message: Uint8Array): void {
    this.written.unshift(String(message));
  }
  override writeSubscription(on: boolean, topic: Uint8Array): void {
    this.written.push(`${on ? '+' : '-'}${Buffer.from(topic).toString()}`);
  }
  override close(): void {}
  protected override resume(): void {
    this.resumed += 1;
  }
}
