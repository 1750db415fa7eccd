/** One line for people, separate from the output itself. */
import { visible } from '../text/index.ts';

/** Says it on stderr. Text from elsewhere, in an error's words, plays no tricks there. */
export function tellUser(text: string): void {
  console.error(`socketlab: ${visible(text)}`);
}
