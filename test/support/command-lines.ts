/**
 * Every command line in the project's pages and in the headers of the lessons: everything that
 * a reader may copy into a terminal.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSource, sourcesUnder } from '../../book/sources.ts';
import { ROOT } from './programs.ts';

export interface CommandLine {
  /** As one types it, without what a comment says behind it. */
  line: string;
  /** Where it stands, as `file:line`; the first place when there are several. */
  place: string;
}

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...pagesOf('docs'),
  ...pagesOf('book/text'),
];

function pagesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** In the order in which they are first met, each once. */
export function commandLines(): CommandLine[] {
  const all = new Map<string, string>();
  const add = (text: string, place: string): void => {
    for (const line of typed(text)) if (!all.has(line)) all.set(line, place);
  };
  for (const page of PAGES) {
    for (const { text, at } of codeOf(readSource(page))) add(text, `${page}:${at}`);
  }
  for (const file of sourcesUnder('examples')) {
    for (const { text, at } of headerCommandsOf(readSource(file)))
      add(text, `${file}:${at}`);
  }
  return [...all].map(([line, place]) => ({ line, place }));
}

interface Found {
  text: string;
  /** The line's number, from 1. */
  at: number;
}

/** Blocks of `sh`, lines behind a prompt, and code in a sentence or a table. */
function codeOf(page: string): Found[] {
  let fence: string | undefined;
  return page.split('\n').flatMap((text, index) => {
    const at = index + 1;
    const mark = /^```(\w*)/.exec(text);
    if (mark) {
      fence = fence === undefined ? mark[1]! : undefined;
      return [];
    }
    if (fence === undefined) {
      return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => ({ text: code!, at }));
    }
    const shell = fence === 'sh' || text.startsWith('$ ');
    return shell || /^np[mx] /.test(text) ? [{ text, at }] : [];
  });
}

/** The Run and Partner fields; a deeper line goes on, or is another command. */
function headerCommandsOf(source: string): Found[] {
  const lines = source.split('\n');
  const found: Found[] = [];
  for (const [index, line] of lines.entries()) {
    const text = /^ \* (?:Run: {6}|Partner: {2}| {10})(npx .*)$/.exec(line)?.[1];
    const more = /^ \* {13}(--.*)$/.exec(line)?.[1];
    if (text !== undefined)
      found.push({ text: text.replace(/\s+\(.*| and .*|,.*/, ''), at: index + 1 });
    else if (more !== undefined && found.length > 0) found.at(-1)!.text += ` ${more}`;
  }
  return found;
}

const COMMANDS = /^(?:npm|npx|node|socketlab|diff|python3?|nc|ls|openssl) /;

function typed(text: string): string[] {
  const line = text
    .replace(/^\$ /, '')
    .replace(/(?:\s+#| {2,}).*$/, '')
    .replace(/^npm run -s socketlab --|^npx socketlab/, 'socketlab')
    .trim();
  return COMMANDS.test(`${line} `) ? [line] : [];
}

/** As a shell splits it, for the quotes that stand in these pages. */
export function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g);
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
