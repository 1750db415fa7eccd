/**
 * Prose written in Markdown as HTML, by marked; with these additions of the book's own:
 *
 *   <!-- include README.md#lessons -->         a section of another file, word for word
 *   <!-- code src/framing/frame.ts#encodeFrame -->   a declaration as it stands in the source
 *   <!-- results compare -->                   what a run in this build has shown
 *
 * What is not there is a problem, and the build fails.
 */
import { Marked, type Tokens } from 'marked';
import { posix } from 'node:path';
import { codeHtml, listingHtml } from './code.ts';
import { findRegion } from './annotate.ts';
import type { Highlight, Language } from './highlight.ts';
import { escaped, type Html, html, slug, trusted } from './html.ts';
import { placeOf } from './problems.ts';
import { hasSource, readSource } from './sources.ts';

export interface MarkdownOptions {
  /** The file, from the project's root: links are relative to it. */
  file: string;
  highlight: Highlight;
  /** A relative path in the site; undefined for what is not there. */
  link: (target: string) => string | undefined;
  results: (name: string) => Html | undefined;
  problem: (what: string) => void;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  sh: 'shellscript',
  ts: 'typescript',
  js: 'typescript',
  json: 'json',
  py: 'python',
  python: 'python',
};

export function markdownHtml(source: string, options: MarkdownOptions): Html {
  const { file, highlight, link, results, problem } = options;
  const at = (word: string): string => placeOf(file, source, word);
  const ids = new Set<string>();
  const uniqueId = (text: string): string => {
    const first = slug(text);
    let id = first;
    for (let again = 1; ids.has(id); again += 1) id = `${first}-${again}`;
    ids.add(id);
    return id;
  };
  const directive = (kind: string, target: string): Html => {
    const found = kind === 'code' ? regionHtml(target, highlight) : results(target);
    if (found === undefined) problem(`${at(target)}: there is no ${kind} ${target}`);
    return found ?? trusted('');
  };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const inside = trusted(this.parser.parseInline(tokens));
        const text = tokens
          .map((token) => ('text' in token ? String(token.text) : ''))
          .join('');
        const name = trusted(`h${depth}`);
        return html`<${name} id="${escaped(uniqueId(text))}">${inside}</${name}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inside = trusted(this.parser.parseInline(tokens));
        const way = /^(?:https?:|#)/.test(href) ? href : link(href);
        if (way === undefined) problem(`${at(href)}: a dead link to ${href}`);
        return html`<a href="${escaped(way ?? '')}">${inside}</a>`;
      },
      code({ text, lang = '' }: Tokens.Code) {
        const language = LANGUAGES[lang];
        if (language === undefined) {
          return html`<pre class="plain" tabindex="0">${escaped(text)}</pre> `;
        }
        return listingHtml(highlight(text, language));
      },
      codespan({ text }: Tokens.Codespan) {
        const way = /\.(?:ts|md)$/.test(text) ? link(text) : undefined;
        const code = html`<code>${commandHtml(text)}</code>`;
        return way === undefined ? code : html`<a href="${escaped(way)}">${code}</a>`;
      },
      table({ header, rows }: Tokens.Table) {
        const names = header.map(({ text }) => text.replaceAll('`', ''));
        const stacks =
          header.length > 2 && header.every(({ align }) => align !== 'right');
        const cell = (
          { tokens, align, ...one }: Tokens.TableCell,
          column: number,
        ): Html => {
          const name = trusted(one.header ? 'th' : 'td');
          const scope = one.header ? html` scope="col"` : '';
          const side = align === 'right' ? html` class="number"` : '';
          const label =
            one.header || !stacks ? '' : html` data-label="${escaped(names[column]!)}"`;
          const inside = trusted(this.parser.parseInline(tokens));
          return html`<${name}${scope}${side}${label}>${inside}</${name}>`;
        };
        const cells = (row: Tokens.TableCell[]): Html =>
          html`<tr>
            ${row.map(cell)}
          </tr>`;
        return html`<div
          class="table${stacks ? trusted(' stacks') : ''}"
          tabindex="0"
          role="group"
          aria-label="table: ${escaped(names.join(', '))}"
        >
          <table>
            <thead>
              ${cells(header)}
            </thead>
            <tbody>
              ${rows.map(cells)}
            </tbody>
          </table>
        </div> `;
      },
      html({ text }: Tokens.HTML | Tokens.Tag) {
        const [, kind, target] = /^<!-- (code|results) (\S+) -->\s*$/.exec(text) ?? [];
        if (kind !== undefined) return directive(kind, target!);
        if (text.startsWith('<!--')) return '';
        return /^<br\/?>$/.test(text.trim()) ? '<br/>' : escaped(text);
      },
      image({ href, text }: Tokens.Image) {
        const way = link(href);
        if (way === undefined) problem(`${at(href)}: there is no picture ${href}`);
        return html`<img
          src="${escaped(way ?? '')}"
          alt="${escaped(text)}"
          loading="lazy"
        />`;
      },
      hr: () => '<hr/>\n',
      br: () => '<br/>',
    },
  });
  return trusted(
    marked.parse(
      withSections(source, (target) =>
        problem(`${at(target)}: there is no section ${target}`),
      ),
      { async: false },
    ),
  );
}

/** No line ends inside `--only`. */
function commandHtml(text: string): Html {
  const words = text
    .split(/(\s+)/)
    .map((word) =>
      word.startsWith('--') ? html`<span>${escaped(word)}</span>` : escaped(word),
    );
  return trusted(words.join(''));
}

/** The title of a page, and the page without it. */
export function titleOf(source: string): string {
  return /^# (.+)$/m.exec(source)?.[1] ?? '';
}

function withSections(source: string, missing: (target: string) => void): string {
  return source.replaceAll(
    /^<!-- include ([^\s#]+)#(\S+) -->$/gm,
    (_, file: string, anchor: string) => {
      const found = hasSource(file) ? sectionOf(readSource(file), anchor) : undefined;
      if (found === undefined) missing(`${file}#${anchor}`);
      return fromRoot(found ?? '', file);
    },
  );
}

/** What stands below a heading, up to the next of its rank. */
function sectionOf(source: string, anchor: string): string | undefined {
  const lines = source.split('\n');
  const fences = lines.map((line) => line.startsWith('```'));
  let code = false;
  const heads = lines.map((line, index) => {
    if (fences[index]) code = !code;
    return code ? undefined : /^(#+) (.+)$/.exec(line);
  });
  const start = heads.findIndex((head) => head && slug(head[2]!) === anchor);
  if (start === -1) return undefined;
  const rank = heads[start]![1]!.length;
  const end = heads.findIndex(
    (head, index) => index > start && head && head[1]!.length <= rank,
  );
  return lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}

/** Links that are relative to a file, so that they may stand elsewhere. */
function fromRoot(text: string, file: string): string {
  return text.replaceAll(/\]\((?!https?:|#|\/)([^)]+)\)/g, (_, target: string) => {
    return `](/${posix.join(posix.dirname(file), target)})`;
  });
}

function regionHtml(target: string, highlight: Highlight): Html | undefined {
  const [file = '', name = ''] = target.split('#');
  if (!hasSource(file)) return undefined;
  const source = readSource(file);
  const region = findRegion(source, name);
  if (!region) return undefined;
  const lines = highlight(source, 'typescript').slice(region[0] - 1, region[1]);
  return html`<figure class="region">
    <figcaption>${escaped(`${file}, lines ${region[0]} to ${region[1]}`)}</figcaption>
    ${codeHtml(lines)}
  </figure> `;
}
