/** A class that says what the native engine says when it is called without `new`. Pure. */
export function needsNew<Class extends { prototype: object }>(type: Class): Class {
  const strict = new Proxy(type, { apply: refuse });
  Object.assign(type.prototype, { constructor: strict });
  return strict;
}

function refuse(): never {
  throw new TypeError("Class constructors cannot be invoked without 'new'");
}
