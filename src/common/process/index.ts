/** Programs that this one starts: ready, in the foreground, ended, and a port for them. */
export {
  endAsByInterrupt,
  preloads,
  type RoleEnd,
  type RoleEvent,
  RoleProcess,
} from './child.ts';
export { runProgram } from './foreground.ts';
export { freePort } from './free-port.ts';
export { GuardedChild } from './guarded-child.ts';
export { findTsx, nodeReadsTypeScript } from './typescript.ts';
export { isUnknownProgram } from './unknown-program.ts';
