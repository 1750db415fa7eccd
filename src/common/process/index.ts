/** Programs that this one starts: ready, in the foreground, ended, and a port for them. */
export { Child, type ChildEnd, howItEnded } from './child.ts';
export { runProgram } from './foreground.ts';
export { freePort } from './free-port.ts';
export { hostCommand, isScript, nodeCommand } from './typescript.ts';
export { isUnknownProgram } from './unknown-program.ts';
export { entrust } from './warden.ts';
