/** Lines for people, separate from the output itself. */
import { visible } from '../text/index.ts';
import { columnsOf, wrapped } from './wrapped.ts';

/** Says it on stderr. Text from elsewhere, in an error's words, plays no tricks there. */
export function tellUser(text: string): void {
  note(`socketlab: ${text}`);
}

/** The same without the program's name: what belongs to the output. */
export function note(text: string): void {
  console.error(wrapped(visible(text), columnsOf(process.stderr)));
}
