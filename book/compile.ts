/** Compiles what the book starts, in a process of its own: meanwhile the pages are sketched. */
import { compile } from '../test/support/compile.ts';

await compile();
