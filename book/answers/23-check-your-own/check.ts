/**
 * Answer: The sender keeps a list of what is in flight, the oldest first, and one timer
 * for the oldest. An acknowledgement removes everything before its number.
 *
 * It has to do four things. Leave one out, and the check says so, in part:
 *
 * It refuses a message only if the window is full. Otherwise: "its window has room".
 *
 * When the timer expires, it sends again everything that is in flight. Otherwise: "did
 * not send data 1 again, which is in flight too".
 *
 * It arms the timer again for the packet that is now the oldest. Otherwise: "sent data 2
 * again after 30 ms".
 *
 * It cancels the timer when nothing is left. Otherwise: "expired when everything had been
 * acknowledged".
 * See:
 *   go-back-n, sender: 1,000 runs, and nothing wrong.
 */
import {
  type Action,
  checkLines,
  type CoreEvent,
  type Packet,
  packetOf,
  type RungOptions,
} from '../../../src/network/reliable/index.ts';

class Sender {
  readonly options: RungOptions;
  next = 0; // the number of the next message
  flying: Packet[] = []; // what has not been acknowledged, the oldest first

  constructor(options: RungOptions) {
    this.options = options;
  }

  on(event: CoreEvent, now: number): Action[] {
    const { session, space, window } = this.options;
    if (event.type === 'offer') {
      if (this.flying.length === window) return [{ type: 'refuse' }];
      const { last, message: payload } = event;
      const packet = packetOf({ kind: 'data', session, seq: this.next, last, payload });
      this.flying.push(packet);
      this.next = (this.next + 1) % space;
      const isOldest = this.flying.length === 1;
      return [{ type: 'transmit', packet }, ...(isOldest ? this.arm(now) : [])];
    }
    if (event.type === 'timer') {
      this.flying = this.flying.map((packet) => {
        return { ...packet, attempt: packet.attempt + 1 };
      });
      const again = this.flying.map((packet): Action => ({ type: 'transmit', packet }));
      return [...again, ...this.arm(now)];
    }
    if (event.type !== 'packet' || event.packet.session !== session) return [];
    if (event.packet.kind !== 'ack') return [];
    const arrived = this.numberBefore(event.packet.ack);
    if (arrived === 0) return []; // it says nothing new
    this.flying.splice(0, arrived);
    return this.flying.length > 0 ? this.arm(now) : [{ type: 'cancel', timer: 0 }];
  }

  /** How many of the packets in flight come before the one with this number. */
  numberBefore(ack: number): number {
    if (ack === this.next) return this.flying.length;
    return Math.max(
      0,
      this.flying.findIndex(({ seq }) => seq === ack),
    );
  }

  arm(now: number): Action[] {
    return [{ type: 'arm', timer: 0, at: now + this.options.timeout }];
  }
}

const lines = checkLines({
  file: 'core.ts',
  rung: 'go-back-n',
  role: 'sender',
  make: (options) => new Sender(options),
});
for (const line of lines) console.log(line);
