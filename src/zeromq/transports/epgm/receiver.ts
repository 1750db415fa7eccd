/** SUB and XSUB in a group: everything that is sent there, by whomever, arrives. */
import type * as dgram from 'node:dgram';
import { ZmqError } from '../../base/errors.ts';
import { Pipe } from '../../pipes/pipe.ts';
import type { SocketHost } from '../host.ts';
import { type DatagramEndpoint, type From, Member } from '../member.ts';
import { Sources } from './sources.ts';

/** How often missing packets are thought of, in milliseconds. */
const TICK = 5;

class GroupPipe extends Pipe {
  readonly #goOn: () => void;

  constructor(host: SocketHost, goOn: () => void) {
    super(host);
    this.#goOn = goOn;
  }

  /** Nothing goes to a publisher: subscriptions are looked at here. */
  override readonly full = false;
  override write(): void {}
  override writeShared(): void {}
  override writeSubscription(): void {}
  override close(): void {}

  protected override resume(): void {
    this.#goOn();
  }
}

export class Receiver extends Member {
  readonly #pipe: GroupPipe;
  readonly #sources: Sources;
  #mouth: dgram.Socket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    const { port, group } = this;
    const { rate, recoveryInterval, maxMessageSize } = this.options;
    this.#pipe = new GroupPipe(host, () => this.#sources.resume());
    this.#sources = new Sources({
      port,
      group,
      rate,
      recoveryInterval,
      maxMessageSize,
      random: Math.random,
      deliver: (parts) => this.#pipe.deliver(parts),
      lost: (sender, packets) => {
        this.host.emit('disconnect', { address, error: lost(sender, packets) });
      },
    });
    host.attach(this.#pipe);
    host.ready(this.#pipe);
  }

  override readonly unsent = 0;
  override readonly busy = false;

  protected override async open(): Promise<void> {
    // Windows binds to no group; it delivers only what a socket has joined.
    const at = process.platform === 'win32' ? '0.0.0.0' : this.group;
    this.#mouth = await this.socket(this.interface, 0, false);
    const ear = await this.socket(at, this.port, true);
    ear.addMembership(this.group, this.interface);
  }

  protected override heard(bytes: Buffer, from: From): void {
    if (this.over) return;
    this.#sources.heard(bytes, from, performance.now());
    this.host.arrived();
    if (this.#sources.missing > 0) {
      this.#timer ??= setInterval(() => this.#tick(), TICK).unref();
    }
  }

  #tick(): void {
    for (const { bytes, address, port } of this.#sources.tick(performance.now())) {
      this.#mouth?.send(bytes, port, address);
    }
    this.host.arrived();
    if (this.#sources.missing === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  override finish(): void {
    this.destroy();
  }

  override destroy(): void {
    this.#stop();
    if (!this.over) this.host.detach(this.#pipe);
    super.destroy();
  }
}

function lost(sender: string, packets: number | undefined): ZmqError {
  const message =
    packets === undefined
      ? `What ${sender} sent is not PGM as libzmq speaks it`
      : `${packets} of the packets that ${sender} sent are lost for good`;
  const hint = 'A longer recoveryInterval, or a lower rate, would lose fewer';
  return new ZmqError('ECONNRESET', { message, hint });
}
