/**
 * Text is bytes.
 *
 * Shows:    Sockets carry bytes, not letters. UTF-8 writes å as two bytes, so
 *           a length counted in letters is wrong, and a cut can fall inside a
 *           letter.
 * Lecture:  The example sentence: P9 in docs/lectures.md.
 * Run:      npx tsx examples/01-udp-uppercase/text-is-bytes.ts
 * See:
 *   My name is Ståle: 16 characters, 17 bytes
 *   the first 14 bytes, decoded by themselves: My name is St�
 *   the same bytes, and then the rest, decoded as a stream: My name is Ståle
 * Exercise: Cut the text after 15 bytes instead. Why does nothing go wrong?
 */
import { StringDecoder } from 'node:string_decoder';
import { program } from '../program.ts';

program();

const text = 'My name is Ståle';
const bytes = Buffer.from(text, 'utf8');
console.log(`${text}: ${text.length} characters, ${bytes.length} bytes`);

const cut = 14;
const first = bytes.subarray(0, cut);
const rest = bytes.subarray(cut);

// Half an å is not UTF-8. The decoder writes U+FFFD, and the byte is lost.
console.log(
  `the first ${cut} bytes, decoded by themselves: ${first.toString('utf8')}`,
);

// A StringDecoder keeps the first half of a letter until the second arrives.
const decoder = new StringDecoder('utf8');
const whole = decoder.write(first) + decoder.write(rest);
console.log(`the same bytes, and then the rest, decoded as a stream: ${whole}`);
