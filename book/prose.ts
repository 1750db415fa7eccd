/**
 * A comment as HTML: paragraphs, pictures, lists, and the tags that say what is thrown. Pure.
 * Files that it names become links, and so do RFCs and man pages.
 */
import { escaped, type Html, html, trusted } from './html.ts';

/** A link to what is called so in a comment, if there is a page for it. */
export type FindLink = (name: string) => string | undefined;

const ITEM = /^ ?(?:-|\*|\d+\.) /;
/** `── pipes ─────`, above a part of a file. */
const RULE = /^── (.+?) ─+$/;
const TAG = /^@(param|returns|throws)\s*(.*)$/;

export function proseHtml(lines: readonly string[], find: FindLink): Html[] {
  const blocks: Html[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === '') {
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push(html`<p class="part">${escaped(RULE.exec(line)![1]!)}</p>`);
      at += 1;
    } else if (ITEM.test(line)) {
      const items: Html[] = [];
      const numbered = /^ ?\d/.test(line);
      while (at < lines.length && ITEM.test(lines[at]!)) {
        const [item, next] = gather(
          lines,
          at,
          (text) => /^\s/.test(text) && !ITEM.test(text),
        );
        items.push(html`<li>${inline(item.replace(ITEM, ''), find)}</li>`);
        at = next;
      }
      blocks.push(
        numbered
          ? html`<ol>
              ${items}
            </ol>`
          : html`<ul>
              ${items}
            </ul>`,
      );
    } else if (line.startsWith('@')) {
      const rows: Html[] = [];
      while (at < lines.length && lines[at]!.startsWith('@')) {
        const [text, next] = gather(
          lines,
          at,
          (more) => more.trim() !== '' && !more.startsWith('@'),
        );
        rows.push(tagRow(text, find));
        at = next;
      }
      blocks.push(html`<dl class="tags">${rows}</dl>`);
    } else if (line.startsWith('  ')) {
      const picture: string[] = [];
      while (at < lines.length && (lines[at]!.startsWith('  ') || lines[at] === '')) {
        picture.push(lines[at]!);
        at += 1;
      }
      blocks.push(pictureHtml(picture));
    } else {
      const [text, next] = gather(
        lines,
        at,
        (more) => more.trim() !== '' && !ITEM.test(more) && !/^(?: {2}|@)/.test(more),
      );
      blocks.push(html`<p>${inline(text, find)}</p>`);
      at = next;
    }
  }
  return blocks;
}

/** A line and those that go on with it; and where the next begins. */
function gather(
  lines: readonly string[],
  start: number,
  goesOn: (line: string) => boolean,
): [text: string, next: number] {
  let next = start + 1;
  while (next < lines.length && goesOn(lines[next]!)) next += 1;
  const text = lines
    .slice(start, next)
    .map((line) => line.trim())
    .join(' ');
  return [text, next];
}

function pictureHtml(lines: readonly string[]): Html {
  const indents = lines
    .filter((line) => line !== '')
    .map((line) => /^ */.exec(line)![0].length);
  const indent = Math.min(...indents);
  const text = lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trimEnd();
  return html`<pre tabindex="0">${escaped(text)}</pre>`;
}

function tagRow(text: string, find: FindLink): Html {
  const [, name = '', rest = ''] = TAG.exec(text) ?? [];
  if (name === '') return html`<dd>${inline(text, find)}</dd>`;
  if (name !== 'param')
    return html`<dt>${trusted(name)}</dt>
      <dd>${inline(rest.replace(/^\{(\w+)\}/, '$1'), find)}</dd>`;
  const [, parameter = '', about = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  return html`<dt><code>${escaped(parameter)}</code></dt>
    <dd>${inline(about, find)}</dd>`;
}

const PARTS =
  /(`[^`]+`|(?:(?:\.\.?\/|(?:src|examples|docs|test|bench)\/)?[\w./-]*[\w-]+\.(?:ts|md|cjs)\b)|RFC \d{3,4}|\b[a-z_]+\([2378]\))/;

/** Text with `code`, and with links for what is known. */
export function inline(text: string, find: FindLink): Html {
  const parts = text.split(PARTS).map((part, index) => {
    if (index % 2 === 0) return escaped(part);
    const code = /^`(.*)`$/.exec(part)?.[1];
    const link = find(code ?? part) ?? standard(part);
    const inside =
      code === undefined ? escaped(part) : html`<code>${escaped(code)}</code>`;
    return link === undefined ? inside : html`<a href="${escaped(link)}">${inside}</a>`;
  });
  return trusted(parts.join(''));
}

/** Where the standards stand. */
function standard(name: string): string | undefined {
  const rfc = /^RFC (\d+)$/.exec(name)?.[1];
  if (rfc !== undefined) return `https://www.rfc-editor.org/rfc/rfc${rfc}`;
  const [, page, section] = /^([a-z_]+)\((\d)\)$/.exec(name) ?? [];
  if (page === undefined) return undefined;
  return `https://man7.org/linux/man-pages/man${section}/${page}.${section}.html`;
}
