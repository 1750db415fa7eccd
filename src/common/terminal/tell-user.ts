/** One line for people, past the output proper. */
import { visible } from '../text/index.ts';

/** Says it on stderr. What came from elsewhere, in an error's words, plays no tricks there. */
export function tellUser(text: string): void {
  console.error(`socketlab: ${visible(text)}`);
}
