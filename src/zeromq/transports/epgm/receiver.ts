/** SUB and XSUB in a group: everything that anybody sends there arrives. */
import type * as dgram from 'node:dgram';
import { ZmqError } from '../../base/errors.ts';
import type { SocketHost } from '../host.ts';
import { type DatagramEndpoint, DatagramPipe, type From, Member } from '../member.ts';
import { Sources } from './sources.ts';

/** How often missing packets are checked, in milliseconds. */
const TICK = 5;

class GroupPipe extends DatagramPipe {
  readonly #goOn: () => void;

  constructor(host: SocketHost, goOn: () => void) {
    super(host);
    this.#goOn = goOn;
  }

  protected override resume(): void {
    this.#goOn();
  }
}

export class Receiver extends Member {
  protected override readonly pipe: GroupPipe;
  readonly #sources: Sources;
  #mouth: dgram.Socket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    const { port, group } = this;
    const { rate, recoveryInterval, maxMessageSize } = this.options;
    this.pipe = new GroupPipe(host, () => this.#sources.resume());
    this.#sources = new Sources({
      port,
      group,
      rate,
      recoveryInterval,
      maxMessageSize,
      random: Math.random,
      deliver: (parts) => this.pipe.deliver(parts),
      lost: (sender, packets) => {
        this.host.emit('disconnect', { address, error: lost(sender, packets) });
      },
    });
    host.attach(this.pipe);
    host.ready(this.pipe);
  }

  protected override async open(): Promise<void> {
    this.#mouth = await this.socket(this.interface, 0, false);
    await this.ear();
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

  override destroy(): void {
    this.#stop();
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
