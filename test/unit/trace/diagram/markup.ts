/** Reads XML as strictly as a browser reads an SVG: what is not well-formed is an error. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: (Element | string)[];
}

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/g;

/** @throws when a tag is not closed, an ampersand stands alone, or a character may not be there */
export function parseXml(source: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (const match of source.matchAll(TAG)) {
    const [, closing, name, attributes = '', empty, text, stray] = match;
    if (stray !== undefined) throw new Error(`a < that begins no tag, at ${match.index}`);
    const parent = open.at(-1)!;
    if (text !== undefined) parent.children.push(unescape(text));
    else if (closing) {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes another tag`);
    } else {
      const element = { name: name!, attributes: attributesOf(attributes), children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return root;
}

/** All elements that fit, in the order of the document. */
export function find(
  { children }: Element,
  fits: (element: Element) => boolean,
): Element[] {
  return children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return [...(fits(child) ? [child] : []), ...find(child, fits)];
  });
}

export function hasClass(...names: string[]): (element: Element) => boolean {
  return ({ attributes }) => {
    const classes = (attributes['class'] ?? '').split(' ');
    return names.every((name) => classes.includes(name));
  };
}

export function textOf({ children }: Element): string {
  return children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('');
}

function attributesOf(source: string): Record<string, string> {
  const found = source.matchAll(/([\w:-]+)="([^"]*)"/g);
  return Object.fromEntries(
    [...found].map(([, name, value]) => [name!, unescape(value!)]),
  );
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function unescape(text: string): string {
  // XML 1.0 §2.2: most control characters, halves of characters and U+FFFE are forbidden.
  if (/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) {
    throw new Error('a character that XML does not allow');
  }
  return text.replaceAll(/&[^;\s]{0,8};?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new Error(`${entity} is not an entity`);
    return character;
  });
}
