/** What hints call by the name of an option of the API, as `socketlab zmq` calls it. Pure. */
const WORDS: readonly [RegExp, string][] = [
  [/\bwssCertPem\b/g, '--cert'],
  [/\bwssKeyPem\b/g, '--key'],
  [/\bwssTrustPem\b/g, '--ca'],
  // It has no such options.
  [/, or set wssHostname\b/g, ''],
  [/: see the option maxSubscriptions\b/g, ''],
];

export function inFlags(text: string): string {
  return WORDS.reduce((words, [name, flag]) => words.replace(name, flag), text);
}
