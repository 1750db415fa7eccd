/**
 * The core that a student begins with: stop-and-wait, with comments that list every event. Pure.
 *
 * It imports nothing, so that it works wherever it is put.
 */
import { PYTHON } from './new-python.ts';
import { TYPESCRIPT } from './new-typescript.ts';

/**
 * The whole file.
 * @param ending of its name: it decides the language
 * @returns undefined for a language without such a file
 */
export function newCore(ending: string): string | undefined {
  if (ending === '.ts' || ending === '.mts') return TYPESCRIPT;
  return ending === '.py' ? PYTHON : undefined;
}
