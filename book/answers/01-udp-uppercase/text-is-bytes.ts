/**
 * Answer: The first 15 bytes end with the second byte of å: the letter is whole.
 *
 * A cut is harmful only inside a letter. That is why such a mistake hides for years in
 * programs whose authors write English.
 * See:
 *   14 bytes: My name is St�
 *   15 bytes: My name is Stå
 */
const bytes = Buffer.from('My name is Ståle');
for (const cut of [14, 15]) {
  console.log(`${cut} bytes: ${bytes.subarray(0, cut).toString()}`);
}
