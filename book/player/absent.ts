/** What Node has and a browser lacks: bundle.ts finds who uses it. */
function absent(): never {
  throw new Error('a browser has no such thing');
}

export { absent as Buffer, absent as process };
