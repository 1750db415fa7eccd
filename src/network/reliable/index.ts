/** Reliable delivery on datagrams, rung by rung. Start with core.ts. */
export { PLAIN, readMishaps } from './check/case.ts';
export { newCore } from './check/new-core.ts';
export { checkProgram } from './check/real-program.ts';
export { runCheck, type Subject } from './check/run-check.ts';
export { checkJson, replayLines, verdictLines } from './check/words.ts';
export { climbReal } from './drive.ts';
export { readEdits } from './edits.ts';
export { whoIsDatagram } from './fate-of.ts';
export { ladderJson } from './json.ts';
export { climb, ladderPlan, type RungResult, simulationOf } from './ladder.ts';
export { ARROWS_STYLE, arrowsSvg } from './player/arrows.ts';
export { record, type Recorded } from './player/record.ts';
export { ladderPage } from './report/page.ts';
export { Recorder } from './report/record.ts';
export { stripLines } from './report/strip.ts';
export { ladderHeading, ladderLines } from './words.ts';
