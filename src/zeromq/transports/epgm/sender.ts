/** PUB and XPUB in a group: each message leaves once, for everybody. */
import { randomBytes } from 'node:crypto';
import type * as dgram from 'node:dgram';
import { EMPTY, type Envelope, type Outgoing } from '../../zmtp/index.ts';
import type { SocketHost } from '../host.ts';
import { type DatagramEndpoint, DatagramPipe, Member } from '../member.ts';
import { decodePacket } from './packet.ts';
import { SendWindow } from './send-window.ts';

class GroupPipe extends DatagramPipe {
  readonly window: SendWindow;
  readonly #wake: (now: boolean) => void;

  constructor(host: SocketHost, window: SendWindow, wake: (now: boolean) => void) {
    super(host);
    this.window = window;
    this.#wake = wake;
  }

  override get full(): boolean {
    const { sendHighWaterMark, conflate } = this.host.options;
    const { packer } = this.window;
    if (conflate || sendHighWaterMark === 0) return false;
    if (packer.messages < sendHighWaterMark) return false;
    this.#wake(true);
    return packer.messages >= sendHighWaterMark;
  }

  override write(message: Outgoing, envelope: Envelope): void {
    if (this.host.options.conflate) this.window.packer.clear();
    this.window.packer.add(message, envelope);
    this.#wake(false);
  }
}

export class Sender extends Member {
  readonly #window: SendWindow;
  protected override readonly pipe: GroupPipe;
  #socket: dgram.Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #finishing = false;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    const { rate, recoveryInterval, multicastMaxTransportDataUnit } = this.options;
    this.#window = new SendWindow(
      {
        tsi: randomBytes(8).toString('hex'),
        port: this.port,
        address: this.interface,
        group: this.group,
        rate,
        recoveryInterval,
        packetSize: multicastMaxTransportDataUnit,
      },
      performance.now(),
    );
    this.pipe = new GroupPipe(host, this.#window, (now) => {
      if (now) this.#pump();
      else this.#schedule();
    });
    host.attach(this.pipe);
    // Nobody says what they want: as with libzmq, everything is sent.
    host.pattern.subscription(this.pipe, true, EMPTY);
    host.ready(this.pipe);
  }

  override get unsent(): number {
    return this.#window.packer.messages;
  }

  override get busy(): boolean {
    return !this.over && this.#window.busy(performance.now());
  }

  protected override async open(): Promise<void> {
    const { multicastHops, multicastLoop } = this.options;
    // libzmq's receivers ask here, and ours where the packets come from.
    await this.socket(this.interface, this.port, true);
    const socket = await this.socket(this.interface, 0, false);
    socket.setMulticastInterface(this.interface);
    socket.setMulticastTTL(multicastHops);
    socket.setMulticastLoopback(multicastLoop);
    if (this.over) return;
    this.#socket = socket;
    this.#pump();
  }

  protected override heard(bytes: Buffer): void {
    const packet = decodePacket(bytes);
    if (!packet || this.over) return;
    this.#window.heard(packet, performance.now());
    this.#schedule();
  }

  /** When this turn of the event loop is over, so that its messages share packets. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.#pump();
      this.host.writable();
    });
  }

  #pump(): void {
    const socket = this.#socket;
    if (this.over || !socket) return;
    const now = performance.now();
    let bytes = this.#window.next(now);
    for (; bytes; bytes = this.#window.next(now)) {
      socket.send(bytes, this.port, this.group);
    }
    if (this.#finishing && !this.#window.busy(now)) {
      this.destroy();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#pump();
      if (!this.over) this.host.writable();
    }, this.#window.wakeAt - now);
    // The process must not end before all has left, and everybody has it.
    if (!this.busy || this.host.options.linger === 0) this.#timer.unref();
  }

  /** Sends what waits, and stays for a moment: somebody may have missed the end. */
  override finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.host.detach(this.pipe);
    if (this.busy && this.#socket) this.#pump();
    else if (!this.busy) this.destroy();
  }

  override destroy(): void {
    clearTimeout(this.#timer);
    super.destroy();
  }
}
