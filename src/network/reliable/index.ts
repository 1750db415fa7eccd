/** Reliable delivery on datagrams, rung by rung. Start with core.ts. */
export { ladderJson } from './json.ts';
export { climb, ladderPlan } from './ladder.ts';
export { ladderHeading, ladderLines } from './words.ts';
