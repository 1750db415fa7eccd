import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixTree } from '../../../../src/zeromq/patterns/prefix-tree.ts';

const found = (tree: PrefixTree<string>, text: string): string[] => {
  const values: string[] = [];
  const bytes = Buffer.from(text);
  tree.walk(bytes, 0, bytes.length, (value) => values.push(value));
  return values;
};

describe('the prefix tree', () => {
  it('finds every prefix, the empty one too, shortest first', () => {
    const tree = new PrefixTree<string>();
    for (const text of ['news.sport', 'news.', '', 'new', 'weather']) {
      tree.set(Buffer.from(text), text);
    }
    expect(found(tree, 'news.sports')).toEqual(['', 'new', 'news.', 'news.sport']);
    expect(found(tree, 'ne')).toEqual(['']);
    expect(tree.delete(Buffer.from('new'))).toBe(true);
    expect(tree.delete(Buffer.from('new'))).toBe(false);
    expect(found(tree, 'news.')).toEqual(['', 'news.']);
    expect(tree.size).toBe(4);
  });

  it('is made of as few nodes after removals as if they had never come', () => {
    const tree = new PrefixTree<string>();
    const act = (what: 'set' | 'delete', ...texts: string[]): number => {
      for (const text of texts) tree[what](Buffer.from(text), text);
      return tree.nodes;
    };
    expect(act('set', 'news.sport')).toBe(1);
    expect(act('set', 'news.', 'news.local')).toBe(3);
    // Its end joins "news." and "sport", which only that one had parted.
    expect(act('delete', 'news.local')).toBe(2);
    expect(act('delete', 'news.')).toBe(1);
    expect(act('set', 'news.local')).toBe(3);
    expect(act('delete', 'news.sport')).toBe(1);
    expect(act('delete', 'news.local')).toBe(0);
    // Every prefix of one long topic, and then that one alone.
    const topic = 'x'.repeat(100);
    const shorter = Array.from(topic, (_, i) => topic.slice(0, i));
    expect(act('set', topic, ...shorter)).toBe(100);
    expect(act('delete', ...shorter)).toBe(1);
    expect(found(tree, topic)).toEqual([topic]);
  });

  it('keeps no part of the chunk that a prefix came in', () => {
    const tree = new PrefixTree<string>();
    const chunk = Buffer.from('news. and what came behind it');
    tree.set(chunk.subarray(0, 5), 'kept');
    chunk.fill(0);
    expect(found(tree, 'news.sport')).toEqual(['kept']);
  });

  it('does what a plain map does', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    const act = fc.tuple(fc.constantFrom('set', 'delete'), key);
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), key, (acts, text) => {
        const tree = new PrefixTree<string>();
        const map = new Map<string, string>();
        for (const [what, name] of acts) {
          if (what === 'set') {
            tree.set(Buffer.from(name), name);
            map.set(name, name);
          } else {
            expect(tree.delete(Buffer.from(name))).toBe(map.delete(name));
          }
          expect(tree.get(Buffer.from(name))).toBe(map.get(name));
        }
        expect(tree.size).toBe(map.size);
        const fresh = new PrefixTree<string>();
        for (const name of map.keys()) fresh.set(Buffer.from(name), name);
        expect(tree.nodes).toBe(fresh.nodes);
        const prefixes = [...map.keys()].filter((name) => text.startsWith(name));
        expect(found(tree, text).sort()).toEqual(prefixes.sort());
        expect(tree.matches(Buffer.from(text))).toBe(prefixes.length > 0);
        expect([...tree.entries()].map(([name]) => String(name)).sort()).toEqual(
          [...map.keys()].sort(),
        );
      }),
    );
  });
});
