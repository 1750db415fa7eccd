/** Source files as two columns: prose on the left, the code that it is about on the right. */
import { textWidth } from '../src/common/text/index.ts';
import { annotate, literalRanges, type Segment } from './annotate.ts';
import type { Highlight } from './highlight.ts';
import { escaped, type Html, html, trusted } from './html.ts';
import { type FindLink, proseHtml } from './prose.ts';
import { readSource, sourcesUnder } from './sources.ts';

export interface ColumnsOptions {
  highlight: Highlight;
  find: FindLink;
  /** Before every anchor, where several files stand in one page. */
  prefix?: string;
  /** In place of the prose of the first segment, which is the file's header. */
  header?: Html | undefined;
}

export function columnsHtml(source: string, options: ColumnsOptions): Html[] {
  const lines = options.highlight(source.trimEnd(), 'typescript');
  return annotate(source).map((segment, index) => {
    const header = index === 0 ? options.header : undefined;
    const prose = header ?? trusted(proseHtml(segment.prose, options.find).join(''));
    return segmentHtml(segment, prose, lines, options.prefix ?? '');
  });
}

function segmentHtml(
  segment: Segment,
  prose: Html,
  lines: readonly Html[],
  prefix: string,
): Html {
  const { name, line, lines: count } = segment;
  const id = name === undefined ? '' : html` id="${escaped(prefix + name)}"`;
  return html`<div class="seg" ${id}>
    <div class="prose">${prose}</div>
    <div class="code">${codeHtml(lines.slice(line - 1, line - 1 + count))}</div>
  </div> `;
}

export function codeHtml(lines: readonly Html[]): Html | '' {
  if (lines.length === 0) return '';
  return html`<pre><code>${trusted(lines.join('\n'))}</code></pre>`;
}

/** What a reader may want to copy. */
export function listingHtml(lines: readonly Html[]): Html {
  const code = trusted(lines.join('\n'));
  return html`<pre class="listing" tabindex="0"><code>${code}</code></pre> `;
}

/**
 * Lines that are wider than a page of this book has room for. What no formatter can break is no
 * fault in a layer: a long text. A comment can be broken, and in a lesson so can everything.
 */
export function wideLines(
  file: string,
  source: string,
  { width, strings }: Width,
): string[] {
  let at = 0;
  let literals: ReturnType<typeof literalRanges> | undefined;
  return source.split('\n').flatMap((line, index) => {
    const start = at;
    at += line.length + 1;
    // No character takes more than two columns.
    if (line.length * 2 <= width || textWidth(line) <= width) return [];
    literals ??= strings ? [] : literalRanges(source);
    const outside = Array.from({ length: line.length }, (_, column) => column).filter(
      (column) => {
        const place = start + column;
        return !literals!.some(([from, to]) => from <= place && place < to);
      },
    );
    if (textWidth(outside.map((column) => line[column]).join('')) <= width) return [];
    return [`${file}:${index + 1} is wider than ${width} columns`];
  });
}

export interface Width {
  width: number;
  /** Strings count, too. */
  strings: boolean;
}

const WIDTHS = {
  examples: { width: 80, strings: true },
  'book/answers': { width: 90, strings: true },
  src: { width: 100, strings: false },
} as const;

/** The lines of all files that a page shows beside their comments. */
export function tooWide(): string[] {
  return Object.entries(WIDTHS).flatMap(([folder, width]) =>
    sourcesUnder(folder).flatMap((file) => wideLines(file, readSource(file), width)),
  );
}
