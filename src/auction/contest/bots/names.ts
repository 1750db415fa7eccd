/**
 * Names at the table for bots that were given as files and commands. Pure.
 *
 *   patient, patient            patient, patient-2
 *   bots/ann.ts, exec:py bob.py ann, bob
 *   ann/bot.ts, bob/bot.ts      ann/bot, bob/bot      a class hands in the same file names
 */

import { PROGRAM, programIn } from './bot.ts';

/** The rules' longest name, in characters. */
const LONGEST = 32;

/**
 * Each name is one word, and no two are the same.
 * @throws {MisuseError} ERR_BAD_ARGUMENT for an `exec:` that is not a command
 */
export function nameBots(specs: readonly string[]): string[] {
  const short = specs.map((spec) => wordOf(spec, 1));
  const names: string[] = [];
  for (const [index, spec] of specs.entries()) {
    const others = specs.filter((_, other) => short[other] === short[index]);
    const alone = others.every((other) => other === spec);
    const base = alone ? short[index]! : wordOf(spec, 2);
    let name = base;
    for (let number = 2; names.includes(name); number += 1) {
      const suffix = `-${number}`;
      name = cut(base, LONGEST - suffix.length) + suffix;
    }
    names.push(name);
  }
  return names;
}

/** The last `count` parts of the path that it is about, without the file's ending. */
function wordOf(spec: string, count: number): string {
  const parts = pathIn(spec).split(/[/\\]/);
  const word = parts
    .slice(-count)
    .join('/')
    .normalize('NFC') // macOS writes å as two characters
    .replace(/\.[^./]+$/, '')
    .replaceAll(/[^\p{L}\p{N}._/-]|\p{Default_Ignorable_Code_Point}/gu, '_')
    .replace(/^[-./]+/, '');
  return cut(word, LONGEST) || 'bot';
}

/** At most this long, without cutting a surrogate pair in two. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** For a command, the first word that looks like a file: `exec:python3 -u bots/ann.py 7`. */
function pathIn(spec: string): string {
  if (!spec.startsWith(PROGRAM)) return spec;
  const [program = '', ...args] = programIn(spec);
  return args.find((word) => /^[^-].*\.\w+$/.test(word)) ?? program;
}
