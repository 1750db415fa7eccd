/** A class that says what the native engine says when it is called without `new`. Pure. */
export function needsNew<Class extends object>(type: Class): Class {
  return new Proxy(type, { apply: refuse });
}

function refuse(): never {
  throw new TypeError("Class constructors cannot be invoked without 'new'");
}
