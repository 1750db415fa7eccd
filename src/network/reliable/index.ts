/** Reliable delivery on datagrams, rung by rung. Start with core.ts. */
export { PLAIN, readMishaps } from './check/case.ts';
export { newCore } from './check/new-core.ts';
export { runCheck, type Subject } from './check/run-check.ts';
export { checkJson, replayLines, verdictLines } from './check/words.ts';
export { climbReal } from './drive.ts';
export { whoIsDatagram } from './fate-of.ts';
export { ladderJson } from './json.ts';
export { climb, ladderPlan, type RungResult } from './ladder.ts';
export { ladderHeading, ladderLines } from './words.ts';
