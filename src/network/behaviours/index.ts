/** Predict, run, explain: how UDP and TCP differ. Start with experiment.ts. */
export { byChapter, chooseExperiments, EXPERIMENTS } from './catalogue.ts';
export { type Experiment, experiment, type Finding, NotHere } from './experiment.ts';
export {
  type BehaviourJson,
  type BehavioursJson,
  outcomesJson,
  questionsJson,
} from './json.ts';
export { listLines } from './list.ts';
export { markdownLines } from './markdown.ts';
export { outcomeLines, type PageOptions, pageLines, questionLines } from './page.ts';
export { predict, type Score } from './predict.ts';
export { asExpected, type Outcome, runExperiment, runExperiments } from './run.ts';
export { linesWith, parts, placeOf } from './sources.ts';
export { tableLines } from './table.ts';
