/**
 * Answer: Because the new receiver expects packet 0, and says so whenever data 1 comes.
 * The sender waits for the number 2, and has nothing older to send again.
 *
 * Each believes something about the other that is no longer true. Before the first packet
 * they would have to agree that this is a new session, and where its numbers begin. That
 * is what TCP's three-way handshake is for (RFC 9293 §3.5): each side sends its
 * initial sequence number in a SYN, and a receiver that has been restarted answers
 * whatever belongs to no connection with a reset.
 *
 * Here the cores of the lesson play it without a socket.
 * See:
 *   the receiver answers data 1: expects 2
 *   a new receiver answers data 1: expects 0
 *   the sender hears "expects 0" and does nothing
 *   the sender hears "expects 2" and cancels its timer
 */
import { Receiver, Sender } from '../../../examples/23-check-your-own/core.ts';
import {
  type Action,
  type Packet,
  rungOptions,
} from '../../../src/network/reliable/index.ts';

const options = rungOptions();
const sender = new Sender(options);
const receiver = new Receiver(options);

/** The packet that is among these actions. */
const packetIn = (actions: readonly Action[]): Packet =>
  actions.flatMap((action) => (action.type === 'transmit' ? [action.packet] : []))[0]!;
const next = (number: number): Packet => {
  const message = Buffer.from(`message ${number}`);
  return packetIn(sender.on({ type: 'offer', message, last: false }, 0));
};
const hears = (end: Receiver | Sender, packet: Packet): Action[] =>
  end.on({ type: 'packet', packet }, 0);

hears(sender, packetIn(hears(receiver, next(1))));
const data1 = next(2);
const answer = packetIn(hears(receiver, data1));
const anew = packetIn(hears(new Receiver(options), data1));
console.log(`the receiver answers data 1: expects ${answer.ack}`);
console.log(`a new receiver answers data 1: expects ${anew.ack}`);
for (const packet of [anew, answer]) {
  const [action] = hears(sender, packet);
  const does = action?.type === 'cancel' ? 'cancels its timer' : 'does nothing';
  console.log(`the sender hears "expects ${packet.ack}" and ${does}`);
}
