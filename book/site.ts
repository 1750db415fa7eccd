/**
 * The site as a map from paths to texts, and who may link to whom. Links are written by what
 * they mean (`src/udp/index.ts`, `docs/link.md#limits`), become relative paths, and are all checked
 * at the end.
 */
import { posix } from 'node:path';
import type { Html } from './html.ts';

export interface Page {
  /** In the site: `lessons/01-udp-uppercase.html`. */
  path: string;
  title: string;
  /** One line for lists, and for search engines. */
  about: string;
  body: Html;
  /** The part of the book that it belongs to. */
  part: Part;
  /** Of a page with a player: the name of its script. */
  script?: string | undefined;
}

export const PARTS = [
  'Start',
  'Lessons',
  'Calls and experiments',
  'Layers',
  'Further',
  'Reference',
  'Source',
] as const;
export type Part = (typeof PARTS)[number];

/** A file of the project, or a folder, and the page that shows it. */
export type Shelf = ReadonlyMap<string, string>;

/** The way from one page of the site to another. */
export function relativePath(from: string, to: string): string {
  const [path = '', anchor] = to.split('#');
  const way = path === '' ? '' : posix.relative(posix.dirname(from), path);
  return anchor === undefined ? way : `${way}#${anchor}`;
}

/**
 * Where a name in a file's comment or prose leads: relative to the file, from the root, or by
 * its last part where that is not ambiguous.
 */
export function findOnShelf(
  shelf: Shelf,
  name: string,
  from: string,
): string | undefined {
  const [path = '', anchor] = name.split('#');
  if (path === '') return undefined;
  const candidates = [
    posix.join(posix.dirname(from), path),
    path,
    posix.join('examples', path),
  ].map((candidate) => candidate.replace(/\/$/, ''));
  const found = candidates.find((candidate) => shelf.has(candidate));
  if (found === undefined) return undefined;
  const page = shelf.get(found)!;
  return anchor === undefined || page.includes('#') ? page : `${page}#${anchor}`;
}

const NOT_OURS = /^(?:https?:|mailto:|data:)/;

export interface DeadLink {
  page: string;
  link: string;
  what: string;
}

/** Every link of every page that leads to no page, file or anchor of the site. */
export function deadLinks(files: ReadonlyMap<string, string>): DeadLink[] {
  const anchors = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    if (!path.endsWith('.html')) continue;
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
    anchors.set(path, new Set(ids));
  }
  const dead: DeadLink[] = [];
  for (const [path, text] of files) {
    if (!path.endsWith('.html')) continue;
    for (const [, link = ''] of text.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)) {
      if (NOT_OURS.test(link)) continue;
      const [way = '', anchor] = link.split('#');
      const target = way === '' ? path : posix.join(posix.dirname(path), way);
      const found = { page: path, link };
      if (!files.has(target)) dead.push({ ...found, what: 'no such page' });
      else if (
        anchor !== undefined &&
        anchor !== '' &&
        !anchors.get(target)?.has(anchor)
      ) {
        dead.push({ ...found, what: 'no such anchor' });
      }
    }
  }
  return dead;
}

/** Ids that stand twice in one page: a heading, a program and what it declares each have one. */
export function doubledIds(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    if (!path.endsWith('.html')) return [];
    const first = new Map<string, string>();
    const elements = text.matchAll(/<[^<>]*\sid="([^"]+)"[^>]*>[^<]*/g);
    return [...elements].flatMap(([element, id = '']) => {
      const shown = element.replaceAll(/\s+/g, ' ').trim();
      const before = first.get(id);
      if (before === undefined) first.set(id, shown);
      const both = `once at ${before} and once at ${shown}`;
      const advice = 'change that heading, or rename that program or what it declares';
      return before === undefined
        ? []
        : [`${path}: the id ${id} appears twice, ${both}: ${advice}`];
    });
  });
}
