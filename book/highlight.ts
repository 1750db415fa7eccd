/** Code in colours, by shiki. A colour is a class, one letter long, so that pages stay light. */
import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core';
import { createOnigurumaEngine } from 'shiki/engine/oniguruma';
import { escaped, type Html, trusted } from './html.ts';

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
      import('shiki/langs/typescript.mjs'),
      import('shiki/langs/shellscript.mjs'),
      import('shiki/langs/json.mjs'),
      import('shiki/langs/python.mjs'),
    ],
    engine: createOnigurumaEngine(import('shiki/wasm')),
  });
  return (code, language) =>
    shiki.codeToTokensBase(code, { lang: language, theme: 'book' }).map((line) => {
      let text = '';
      for (const { content, color = '' } of line) {
        const name = CLASSES[/^var\(--(.*)\)$/.exec(color)?.[1] ?? ''];
        const inside = escaped(content);
        text +=
          name === undefined || content.trim() === ''
            ? inside
            : `<i class="${name}">${inside}</i>`;
      }
      return trusted(text);
    });
}
