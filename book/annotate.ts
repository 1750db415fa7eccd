/**
 * A source file taken apart for two columns: what its comments say, and the code that each of
 * them stands above. Pure.
 *
 *   // RFC 768: …            ┐ prose of a segment
 *   // may leave it 0.       ┘
 *   if (port === 0) return;  ┐ its code, up to the next comment
 *   …                        ┘ that has a line of its own
 *
 * Comments behind code stay where they are.
 */
import ts from 'typescript';

export interface Segment {
  /** The lines of the comment without its marks. */
  prose: string[];
  /** Of the code: the first line's number from 1, and how many there are. */
  line: number;
  lines: number;
  /** What is declared in its first lines, such as `sendto`: an anchor. */
  name?: string;
}

const annotated = new Map<string, Segment[]>();

/** A file is asked for several times: for its page, for what it is about, for what to read next. */
export function annotate(source: string): readonly Segment[] {
  const known = annotated.get(source);
  if (known) return known;
  const segments = takeApart(source);
  annotated.set(source, segments);
  return segments;
}

function takeApart(source: string): Segment[] {
  const lines = source.trimEnd().split('\n');
  const comments = commentLines(source, lines);
  const names = declaredNames(parse(source));
  const segments: Segment[] = [];
  let at = 0;
  while (at < lines.length) {
    const prose: string[] = [];
    while (at < lines.length && comments[at]) {
      prose.push(...bare(lines[at]!));
      at += 1;
    }
    let first = at;
    while (at < lines.length && !comments[at]) at += 1;
    let last = at;
    while (first < last && lines[first]!.trim() === '') first += 1;
    while (last > first && lines[last - 1]!.trim() === '') last -= 1;
    if (prose.length === 0 && first === last) continue;
    const name = names.get(first + 1);
    segments.push({
      prose: trimmed(prose),
      line: first + 1,
      lines: last - first,
      ...(name !== undefined && { name }),
    });
  }
  return segments;
}

/**
 * The lines of a declaration, by its name or, of a class, `Class.method`; with its comment.
 * @returns the first and the last line's number, undefined when there is none of that name
 */
export function findRegion(source: string, wanted: string): [number, number] | undefined {
  const file = parse(source);
  for (const { name, node } of declarations(file)) {
    if (name !== wanted) continue;
    const comment = ts.getLeadingCommentRanges(source, node.getFullStart())?.at(-1);
    const start =
      comment?.kind === ts.SyntaxKind.MultiLineCommentTrivia
        ? comment.pos
        : node.getStart(file);
    const line = (position: number): number =>
      file.getLineAndCharacterOfPosition(position).line + 1;
    return [line(start), line(node.end)];
  }
  return undefined;
}

const parsed = new Map<string, ts.SourceFile>();

/** A file is asked about in several ways: it is kept, until it is forgotten. */
export function parse(source: string): ts.SourceFile {
  const text = source.trimEnd();
  const known = parsed.get(text);
  if (known) return known;
  const { Latest: languageVersion } = ts.ScriptTarget;
  const { ParseNone: jsDocParsingMode } = ts.JSDocParsingMode;
  const options = { languageVersion, jsDocParsingMode };
  const file = ts.createSourceFile('source.ts', text, options, true);
  parsed.set(text, file);
  return file;
}

/** Once nobody will ask about it again. */
export function forget(source: string): void {
  parsed.delete(source.trimEnd());
}

/** For each line whether a comment, and nothing else, stands on it. */
function commentLines(source: string, lines: readonly string[]): boolean[] {
  const literals = literalRanges(source);
  const inLiteral = (at: number): boolean =>
    literals.some(([start, end]) => start < at && at < end);

  let position = 0;
  let open = false;
  return lines.map((line) => {
    const start = position + (line.length - line.trimStart().length);
    position += line.length + 1;
    const text = line.trim();
    if (open) {
      if (text.endsWith('*/')) open = false;
      return true;
    }
    if (inLiteral(start)) return false;
    if (text.startsWith('//') || text.startsWith('#!')) return true;
    if (!text.startsWith('/*')) return false;
    if (text.endsWith('*/')) return true;
    open = !text.includes('*/');
    return open;
  });
}

/** Where the texts of a source stand: strings, and what of templates is not code. */
export function literalRanges(source: string): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  const file = parse(source);
  const visit = (node: ts.Node): void => {
    const text =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node);
    if (text) ranges.push([node.getStart(file), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return ranges;
}

/** A comment's line without its marks; nothing for a line that had marks alone. */
function bare(line: string): string[] {
  const text = line.trim();
  if (text === '/**' || text === '/*' || text === '*/' || text.startsWith('#!'))
    return [];
  if (/^\/\/ (?:oxlint|eslint|prettier|@ts)/.test(text)) return [];
  return [
    text
      .replace(/^\/\*\*? ?/, '')
      .replace(/ ?\*\/$/, '')
      .replace(/^(?:\*|\/\/) ?/, ''),
  ];
}

function trimmed(lines: readonly string[]): string[] {
  const text = lines.join('\n').replace(/^\n+/, '').trimEnd();
  return text === '' ? [] : text.split('\n');
}

interface Declaration {
  name: string;
  node: ts.Node;
}

function* declarations(file: ts.SourceFile): Generator<Declaration> {
  for (const node of file.statements) {
    if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) {
        if (ts.isIdentifier(name)) yield { name: name.text, node };
      }
    } else if (
      ts.isFunctionDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node)
    ) {
      if (node.name) yield { name: node.name.text, node };
    } else if (ts.isClassDeclaration(node) && node.name) {
      yield { name: node.name.text, node };
      for (const member of node.members) {
        if (member.name && ts.isIdentifier(member.name)) {
          yield { name: `${node.name.text}.${member.name.text}`, node: member };
        }
      }
    }
  }
}

/** By the line on which they begin; of a class's member the name alone. */
function declaredNames(file: ts.SourceFile): Map<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { name, node } of declarations(file)) {
    const short = name.split('.').at(-1)!;
    if (taken.has(short)) continue;
    taken.add(short);
    names.set(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, short);
  }
  return names;
}
