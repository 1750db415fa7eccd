/**
 * Draws sentences at random from the lessons, the docs, the book and the comments of src, so that
 * whoever checks them cannot choose.
 *
 *     npx tsx scripts/draw-sentences.ts 2026 100
 *
 * Which of them state a fact is for a reader to decide. test/sentences.md has those that were
 * checked.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

const PLACES = ['examples', 'docs', 'book/text', 'book/answers', 'src'];
/** Shorter ones are labels. */
const LEAST_WORDS = 6;

interface Sentence {
  file: string;
  text: string;
}

const [seed = '1', count = '60'] = process.argv.slice(2);
const drawn = PLACES.flatMap(filesUnder)
  .flatMap(sentencesOf)
  .map(({ file, text }) => ({ file, text, lot: lotOf(file, text) }))
  .sort((one, other) => (one.lot < other.lot ? -1 : 1))
  .slice(0, Number(count));
for (const { file, text } of drawn) console.log(`${file}\t${text}`);

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:md|ts)$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** The lot does not change when other sentences come or go. */
function lotOf(file: string, text: string): string {
  return createHash('sha256').update(`${seed}\n${file}\n${text}`).digest('hex');
}

function sentencesOf(file: string): Sentence[] {
  const source = readFileSync(file, 'utf8');
  const prose = file.endsWith('.md') ? proseOf(source) : commentsOf(source);
  return prose
    .flatMap((paragraph) => paragraph.split(/(?<=[.:?!]) (?=[A-Z`])/))
    .map((text) => text.trim())
    .filter((text) => /[.]$/.test(text) && text.split(' ').length >= LEAST_WORDS)
    .map((text) => ({ file, text }));
}

/** Paragraphs and items of lists, without code and tables. */
function proseOf(source: string): string[] {
  return source
    .replaceAll(/^```[^]*?^```/gm, '')
    .split(/\n\s*\n|\n(?=[-*\d] )/)
    .filter((block) => !/^[|#<]/.test(block.trim()))
    .map((block) => block.replaceAll(/\s+/g, ' '));
}

/** Comments, each without its stars; what is drawn or tabulated in them is left out. */
function commentsOf(source: string): string[] {
  const blocks = source.match(/\/\*\*?[^]*?\*\/|(?:^\s*\/\/.*\n)+/gm) ?? [];
  return blocks
    .flatMap((block) => block.split(/\n\s*(?:\*|\/\/)\s*\n/))
    .map((block) => block.replaceAll(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)|\*\/\s*$/gm, ''))
    .filter((block) => !/[─│►═]/.test(block))
    .map((block) => block.replaceAll(/\s+/g, ' '));
}
