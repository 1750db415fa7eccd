/** Where files are. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Our programs compiled (see compile.ts), as they lie beneath ROOT. */
export const COMPILED = join(ROOT, 'dist-test/');

/** The compiled form of a program that is named by its path beneath ROOT. */
export function compiledFrom(file: string): string {
  return join(COMPILED, file.replace(/\.ts$/, '.js'));
}

/** The same as a URL, for `import`. */
export function compiledUrl(file: string): string {
  return pathToFileURL(compiledFrom(file)).href;
}

/** A module of ours as it is published: so is whatever it starts as a process. */
export async function compiledModule<Module>(file: string): Promise<Module> {
  return (await import(compiledUrl(file))) as Module;
}
