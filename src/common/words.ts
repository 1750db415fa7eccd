/** Numbers as people read them. Pure. */

/** `65,507`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 piece`, `4 pieces`. */
export function some(n: number, thing: string): string {
  return `${count(n)} ${thing}${n === 1 ? '' : 's'}`;
}
