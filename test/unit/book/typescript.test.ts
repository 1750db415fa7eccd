import { describe, expect, it } from 'vitest';
import { readSource, sourcesUnder } from '../../../book/sources.ts';
import { typescriptHtml } from '../../../book/typescript.ts';

const TEXT: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** What a reader sees of it. */
function shown(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/<\/?i[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (mark) => TEXT[mark]!);
}

describe('TypeScript in colours', () => {
  it('is what was written', () => {
    const files = [...sourcesUnder('examples'), ...sourcesUnder('src/udp')];
    const changed = files.filter((file) => {
      const source = readSource(file);
      return shown(typescriptHtml(source)) !== source;
    });
    expect(files.length).toBeGreaterThan(50);
    expect(changed).toEqual([]);
  });

  it('tells comments, keywords, strings, constants and functions apart', () => {
    const source =
      'const port = 1; // free?\nif (!(await bind(port))) throw new Error("x");';
    expect(typescriptHtml(source)).toEqual([
      '<i class="k">const</i> <i class="n">port</i> <i class="k">=</i> ' +
        '<i class="n">1</i>; <i class="c">// free?</i>',
      '<i class="k">if</i> (<i class="k">!</i>(<i class="k">await</i> ' +
        '<i class="f">bind</i>(port))) <i class="k">throw new</i> ' +
        '<i class="f">Error</i>(<i class="s">&quot;x&quot;</i>);',
    ]);
  });

  it('ends a colour with its line, inside comments and templates', () => {
    expect(typescriptHtml('/** One.\n * Two. */\nf(`a\n  ${b}\n\n c`);')).toEqual([
      '<i class="c">/** One.</i>',
      ' <i class="c">* Two. */</i>',
      '<i class="f">f</i>(<i class="s">`a</i>',
      '  <i class="s">${</i>b<i class="s">}</i>',
      '',
      ' <i class="s">c`</i>);',
    ]);
  });

  it('knows whether a > ends a type or compares, and a / divides or begins a pattern', () => {
    const [line] = typescriptHtml('const m = new Map<string, number>(); m.size > 1 / n;');
    expect(line).toContain(
      '<i class="f">Map</i><i class="k">&lt;</i><i class="n">string</i>',
    );
    expect(line).toContain(
      '<i class="k">&gt;</i> <i class="n">1</i> <i class="k">/</i> n',
    );
    const [pattern] = typescriptHtml('text.split(/a>b/);');
    expect(pattern).toContain('<i class="s">/a&gt;b/</i>');
  });

  it('takes a line separator of Unicode for a part of its line', () => {
    expect(typescriptHtml("f('a\u2028b');")).toEqual([
      '<i class="f">f</i>(<i class="s">&#39;a\u2028b&#39;</i>);',
    ]);
  });
});
