/**
 * Prefixes, each with a value. A message finds those that it begins with. Pure.
 *
 *     'news.'            ┌─ 'sport' ─ value
 *      value ── 'news.' ─┤                       walk('news.sports') visits 'news.', then
 *                        └─ 'local' ─ value      'news.sport'
 *
 * A radix tree: bytes that always follow each other share a node, so that a peer which
 * subscribes to a topic of a megabyte costs that megabyte and not a million nodes.
 *
 * Labels are latin1 strings, one character for each byte: a buffer for a few bytes would take 100.
 */
interface Node<V> {
  label: string;
  value: V | undefined;
  /** By their first byte; none when undefined, since most nodes are leaves. */
  children: Map<number, Node<V>> | undefined;
}

export class PrefixTree<V> {
  readonly #root: Node<V> = { label: '', value: undefined, children: undefined };
  #size = 0;

  /** How many prefixes have a value. */
  get size(): number {
    return this.#size;
  }

  /** How many nodes these take: never more than twice as many, whatever came and went. */
  get nodes(): number {
    let count = -1; // the root belongs to no prefix
    const todo: Node<V>[] = [this.#root];
    for (let node = todo.pop(); node; node = todo.pop()) {
      count += 1;
      if (node.children) todo.push(...node.children.values());
    }
    return count;
  }

  get(prefix: Uint8Array): V | undefined {
    let node: Node<V> | undefined = this.#root;
    let at = 0;
    while (at < prefix.length) {
      node = node.children?.get(prefix[at]!);
      if (!node || common(node.label, prefix, at) < node.label.length) return undefined;
      at += node.label.length;
    }
    return node.value;
  }

  set(prefix: Uint8Array, value: V): void {
    let node = this.#root;
    let at = 0;
    while (at < prefix.length) {
      const child = node.children?.get(prefix[at]!);
      if (!child) {
        const leaf: Node<V> = { label: latin1(prefix, at), value, children: undefined };
        node.children ??= new Map();
        node.children.set(prefix[at]!, leaf);
        this.#size += 1;
        return;
      }
      const shared = common(child.label, prefix, at);
      if (shared < child.label.length) split(child, shared);
      at += shared;
      node = child;
    }
    if (node.value === undefined) this.#size += 1;
    node.value = value;
  }

  delete(prefix: Uint8Array): boolean {
    const path: Node<V>[] = [this.#root];
    let at = 0;
    while (at < prefix.length) {
      const child = path.at(-1)!.children?.get(prefix[at]!);
      if (!child || common(child.label, prefix, at) < child.label.length) return false;
      path.push(child);
      at += child.label.length;
    }
    const node = path.pop()!;
    if (node.value === undefined) return false;
    node.value = undefined;
    this.#size -= 1;
    const parent = path.pop();
    if (!parent) return true;
    if (node.children) join(node);
    else prune(parent, node);
    if (parent !== this.#root) join(parent);
    return true;
  }

  /** Visits the values of all prefixes of the bytes between `start` and `end`. */
  walk(bytes: Uint8Array, start: number, end: number, visit: (value: V) => void): void {
    let node: Node<V> | undefined = this.#root;
    let at = start;
    if (node.value !== undefined) visit(node.value);
    while (at < end) {
      node = node.children?.get(bytes[at]!);
      if (!node) return;
      const { label } = node;
      if (at + label.length > end) return;
      for (let i = 1; i < label.length; i += 1) {
        if (bytes[at + i] !== label.charCodeAt(i)) return;
      }
      at += label.length;
      if (node.value !== undefined) visit(node.value);
    }
  }

  /** Whether any prefix matches. Like `walk`, but SUB asks it of every message. */
  matches(bytes: Uint8Array): boolean {
    const { length } = bytes;
    let node = this.#root;
    let at = 0;
    for (;;) {
      if (node.value !== undefined) return true;
      if (at === length) return false;
      const child = node.children?.get(bytes[at]!);
      if (!child) return false;
      const { label } = child;
      if (at + label.length > length) return false;
      for (let i = 1; i < label.length; i += 1) {
        if (bytes[at + i] !== label.charCodeAt(i)) return false;
      }
      at += label.length;
      node = child;
    }
  }

  /** All prefixes; siblings in the order in which they came. */
  *entries(): Generator<[prefix: Buffer, value: V]> {
    const todo: [string, Node<V>][] = [['', this.#root]];
    for (let next = todo.pop(); next; next = todo.pop()) {
      const [prefix, node] = next;
      if (node.value !== undefined) yield [Buffer.from(prefix, 'latin1'), node.value];
      for (const child of [...(node.children?.values() ?? [])].reverse()) {
        todo.push([prefix + child.label, child]);
      }
    }
  }
}

function latin1(bytes: Uint8Array, start: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    'latin1',
    start,
  );
}

/** How many bytes of the label follow in `bytes` from `at` on. */
function common(label: string, bytes: Uint8Array, at: number): number {
  const most = Math.min(label.length, bytes.length - at);
  let count = 0;
  while (count < most && label.charCodeAt(count) === bytes[at + count]) count += 1;
  return count;
}

/** Gives the bytes of a node's label from `at` on to a new child. */
function split<V>(node: Node<V>, at: number): void {
  const lower: Node<V> = { ...node, label: node.label.slice(at) };
  node.label = node.label.slice(0, at);
  node.value = undefined;
  node.children = new Map([[lower.label.charCodeAt(0), lower]]);
}

/** Removes a leaf, and with the last one the map. */
function prune<V>(parent: Node<V>, leaf: Node<V>): void {
  parent.children!.delete(leaf.label.charCodeAt(0));
  if (parent.children!.size === 0) parent.children = undefined;
}

/** Undoes a split that is no longer needed. */
function join<V>(node: Node<V>): void {
  if (node.value !== undefined || node.children?.size !== 1) return;
  const [only] = node.children.values();
  node.label += only!.label;
  node.value = only!.value;
  node.children = only!.children;
}
