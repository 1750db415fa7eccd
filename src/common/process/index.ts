/**
 * Starts other programs: waits until they are ready, runs one in the foreground, ends them, finds
 * them a port.
 */
export { Child, type ChildEnd, howItEnded } from './child.ts';
export { runProgram } from './foreground.ts';
export { freePort } from './free-port.ts';
export { lastWords } from './last-words.ts';
export { hostCommand, isScript, nodeCommand } from './typescript.ts';
export { isUnknownProgram } from './unknown-program.ts';
export { entrust } from './warden.ts';
