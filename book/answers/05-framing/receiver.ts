/**
 * Answer: Only how often the decoder has to wait. The messages are the same three.
 *
 * A piece of three bytes may hold part of a length, of a message, or of both: what is
 * not a whole frame stays in `rest` until more has arrived.
 * See:
 *   475 pieces of 3 bytes at most
 *   3 messages: 5, 6, 1400 bytes
 */
const texts = ['hello', 'world!', 'å'.repeat(700)];
const stream = Buffer.concat(
  texts.flatMap((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    return [length, Buffer.from(text)];
  }),
);

let pieces = 0;
let rest = Buffer.alloc(0);
const messages: Buffer[] = [];
for (let at = 0; at < stream.length; at += 3) {
  pieces += 1;
  rest = Buffer.concat([rest, stream.subarray(at, at + 3)]);
  while (rest.length >= 4) {
    const end = 4 + rest.readUInt32BE();
    if (rest.length < end) break;
    messages.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
}
console.log(`${pieces} pieces of 3 bytes at most`);
const lengths = messages.map((message) => message.length).join(', ');
console.log(`${messages.length} messages: ${lengths} bytes`);
