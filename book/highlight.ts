/**
 * Code in colours. A colour is a class, one letter long, so that pages stay light. TypeScript
 * is coloured by its own parser (typescript.ts), the rest by shiki.
 */
import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core';
import { createOnigurumaEngine } from 'shiki/engine/oniguruma';
import { escaped, type Html, trusted } from './html.ts';
import { typescriptHtml } from './typescript.ts';

export type Language = 'typescript' | 'shellscript' | 'json' | 'python';

const CLASSES: Readonly<Record<string, string>> = {
  'token-comment': 'c',
  'token-keyword': 'k',
  'token-string-expression': 's',
  'token-string': 's',
  'token-constant': 'n',
  'token-function': 'f',
};

export type Highlight = (code: string, language: Language) => Html[];

/** Each line of the code by itself. */
export async function openHighlighter(): Promise<Highlight> {
  const theme = createCssVariablesTheme({ name: 'book', variablePrefix: '--' });
  const shiki = await createHighlighterCore({
    themes: [theme],
    langs: [
      import('shiki/langs/shellscript.mjs'),
      import('shiki/langs/json.mjs'),
      import('shiki/langs/python.mjs'),
    ],
    engine: createOnigurumaEngine(import('shiki/wasm')),
  });
  const known = new Map<string, Html[]>();
  return (code, lang) => {
    if (lang === 'typescript') return typescriptHtml(code);
    const name = `${lang} ${code}`;
    const lines =
      known.get(name) ??
      shiki.codeToTokensBase(code, { lang, theme: 'book' }).map(lineHtml);
    known.set(name, lines);
    return lines;
  };
}

function lineHtml(line: readonly { content: string; color?: string }[]): Html {
  const parts = line.map(({ content, color = '' }) => {
    const name = CLASSES[/^var\(--(.*)\)$/.exec(color)?.[1] ?? ''];
    const inside = escaped(content);
    const plain = name === undefined || content.trim() === '';
    return plain ? inside : `<i class="${name}">${inside}</i>`;
  });
  return trusted(parts.join(''));
}
