/** Reliable delivery on datagrams, rung by rung. Start with core.ts. */
export { climbReal } from './drive.ts';
export { whoIsDatagram } from './fate-of.ts';
export { ladderJson } from './json.ts';
export { climb, ladderPlan, type RungResult } from './ladder.ts';
export { ladderHeading, ladderLines } from './words.ts';
