/**
 * Answer: Messages that contain a line break.
 *
 * A mark between messages works as long as no message contains it. Either the sender
 * writes it differently inside messages (escaping), or each message says how long it
 * is, as in lesson 05.
 * See:
 *   3 messages were sent, 4 were received: ["hello","two","lines","world"]
 */
const messages = ['hello', 'two\nlines', 'world'];
const stream = messages.map((message) => `${message}\n`).join('');
const received = stream.split('\n').slice(0, -1);
console.log(
  `${messages.length} messages were sent, ${received.length} were received: ` +
    JSON.stringify(received),
);
