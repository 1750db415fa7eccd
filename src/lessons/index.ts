/** Finds the lessons, plays them as real processes, and shows them in lanes. */
export {
  chooseLesson,
  chooseRole,
  findLessons,
  type Lesson,
  type Role,
  type Scene,
} from './catalogue.ts';
export { ENGINES, onEngine } from './engines.ts';
export { parseHeader, type ProgramHeader, seenPattern } from './header.ts';
export {
  playInForeground,
  playScene,
  type PlayOptions,
  type RoleEvent,
  type RolePlayed,
} from './play.ts';
export { lanesFor, prose, showLesson } from './show.ts';
export { compileClone, createWorkspace } from './workspace.ts';
