/**
 * The environment for a command some of whose programs never reach their first line, so that a test
 * finds the command still waiting, however late the test looks. They go on when the command has
 * gone.
 *
 * @param part of the path of such a program
 */
export function holdingBack(part: string): Record<string, string> {
  const wait =
    'data:text/javascript,' +
    // No question mark: in a URL, a query begins with it.
    `if (String(process.argv[1]).includes('${part}')) while (process.connected) ` +
    'await new Promise((resolve) => setTimeout(resolve, 20));';
  const before = process.env['NODE_OPTIONS'] ?? '';
  return { NODE_OPTIONS: `${before} --import "${wait}"` };
}
