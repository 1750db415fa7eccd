/**
 * Code in colours, by shiki. A colour is a class, one letter long, so that pages stay light.
 * What has been coloured once is kept, by what it is and by this file.
 */
import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core';
import { createOnigurumaEngine } from 'shiki/engine/oniguruma';
import { escaped, type Html, trusted } from './html.ts';
import { kept } from './kept.ts';
import { readSource } from './sources.ts';

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

const RECIPE = ['book/highlight.ts', 'package-lock.json'].map(readSource);

/** Each line of the code by itself. */
export async function openHighlighter(): Promise<Highlight> {
  const theme = createCssVariablesTheme({ name: 'book', variablePrefix: '--' });
  const shiki = await createHighlighterCore({
    themes: [theme],
    langs: [
      import('shiki/langs/typescript.mjs'),
      import('shiki/langs/shellscript.mjs'),
      import('shiki/langs/json.mjs'),
      import('shiki/langs/python.mjs'),
    ],
    engine: createOnigurumaEngine(import('shiki/wasm')),
  });
  return (code, language) =>
    kept('colours', [...RECIPE, language, code], () =>
      shiki.codeToTokensBase(code, { lang: language, theme: 'book' }).map(lineHtml),
    );
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
