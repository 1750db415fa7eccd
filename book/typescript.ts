/**
 * TypeScript in colours: each line as HTML. Pure.
 *
 * The compiler's own parser says what each token is, in a tenth of the time that a grammar of
 * regular expressions takes. The files are parsed anyway (annotate.ts).
 */
import ts from 'typescript';
import { forget, parse } from './annotate.ts';
import { escaped, type Html, trusted } from './html.ts';

/** Of a comment, a keyword, a string, a constant, a function or a type. */
type Colour = 'c' | 'k' | 's' | 'n' | 'f';

const known = new Map<string, Html[]>();

/** One line each. A file is asked for while others run, and again for its page. */
export function typescriptHtml(source: string): Html[] {
  const before = known.get(source);
  if (before) return before;
  const lines = linesOf(source).map(trusted);
  forget(source);
  known.set(source, lines);
  return lines;
}

/** What stands between two tokens is a comment or nothing. */
function linesOf(source: string): string[] {
  const parts: string[] = [];
  let at = 0;
  let run: { from: number; colour: Colour | undefined } = { from: 0, colour: undefined };
  const turn = (from: number, colour: Colour | undefined): void => {
    if (colour === run.colour) return;
    parts.push(coloured(source.slice(run.from, from), run.colour));
    run = { from, colour };
  };
  const file = parse(source);
  for (const token of tokens(file)) {
    const start = token.getStart(file);
    // Space alone does not end a colour: there are fewer marks then.
    if (source.slice(at, start).trim() !== '') turn(at, 'c');
    turn(start, colourOf(token));
    at = token.end;
  }
  if (source.slice(at).trim() !== '') turn(at, 'c');
  parts.push(coloured(source.slice(run.from), run.colour));
  return parts.join('').split('\n');
}

function* tokens(file: ts.SourceFile): Generator<ts.Node> {
  const open: ts.Node[] = [file];
  for (let node = open.pop(); node; node = open.pop()) {
    const children = node.getChildren(file);
    if (children.length > 0) open.push(...children.toReversed());
    else if (node.getWidth(file) > 0) yield node;
  }
}

/** A colour ends with its line, and space has none. */
function coloured(text: string, colour: Colour | undefined): string {
  if (colour === undefined) return escaped(text);
  const lines = text.split('\n').map((line) => {
    const [, before, inside, behind] = /^(\s*)(.*?)(\s*)$/s.exec(line)!;
    if (inside === '') return line;
    return `${before}<i class="${colour}">${escaped(inside!)}</i>${behind}`;
  });
  return lines.join('\n');
}

function colourOf(token: ts.Node): Colour | undefined {
  const { kind } = token;
  if (ts.isIdentifier(token)) return colourOfName(token);
  if (isText(token)) return 's';
  if (ts.isNumericLiteral(token) || CONSTANTS.has(kind)) return 'n';
  if (kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword) return 'k';
  const isSign =
    kind >= ts.SyntaxKind.FirstPunctuation && kind <= ts.SyntaxKind.LastPunctuation;
  return isSign && !BRACKETS.has(kind) ? 'k' : undefined;
}

function isText(token: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(token) ||
    ts.isTemplateHead(token) ||
    ts.isTemplateMiddleOrTemplateTail(token) ||
    ts.isRegularExpressionLiteral(token)
  );
}

/** Values and types that the language has by itself. */
const CONSTANTS = new Set([
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.UndefinedKeyword,
  ts.SyntaxKind.VoidKeyword,
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.BigIntKeyword,
  ts.SyntaxKind.ObjectKeyword,
  ts.SyntaxKind.SymbolKeyword,
  ts.SyntaxKind.UnknownKeyword,
  ts.SyntaxKind.AnyKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

const BRACKETS = new Set([
  ts.SyntaxKind.OpenBraceToken,
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.OpenParenToken,
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.OpenBracketToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.SemicolonToken,
  ts.SyntaxKind.DotToken,
  ts.SyntaxKind.QuestionDotToken,
]);

/** A function or a type where it is declared or used; what has a property, and a `const`. */
function colourOfName(name: ts.Identifier): Colour | undefined {
  if (name.text === 'undefined') return 'n';
  const { parent } = name;
  if (isCalled(name) || ts.isTypeReferenceNode(parent) || isNamedAfter(parent, name)) {
    return 'f';
  }
  if (ts.isPropertyAccessExpression(parent)) {
    if (parent.expression === name) return 'n';
    return isCalled(parent) ? 'f' : undefined;
  }
  const isConstant =
    ts.isVariableDeclaration(parent) &&
    parent.name === name &&
    (parent.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConstant ? 'n' : undefined;
}

function isCalled(node: ts.Expression): boolean {
  const { parent } = node;
  const callee =
    ts.isCallExpression(parent) ||
    ts.isNewExpression(parent) ||
    ts.isExpressionWithTypeArguments(parent);
  return callee && parent.expression === node;
}

function isNamedAfter(node: ts.Node, name: ts.Identifier): boolean {
  return (
    (ts.isFunctionLike(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isTypeParameterDeclaration(node)) &&
    node.name === name
  );
}
