/** What runs have shown, for the chapters on compare and behaviours. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import pc from 'picocolors';
import {
  byChapter,
  EXPERIMENTS,
  type Experiment,
  type Finding,
  type Outcome,
  placeOf,
  runExperiment,
} from '../src/behaviours/index.ts';
import {
  compare,
  type CompareOptions,
  comparisonLines,
  comparisonPage,
  headingLines,
} from '../src/compare/index.ts';
import { escaped, type Html, html, slug } from './html.ts';
import { type FindLink, inline } from './prose.ts';
import { readSource, ROOT, sourcesUnder } from './sources.ts';
import { terminalHtml } from './terminal.ts';

export interface ComparisonShown {
  terminal: string;
  /** The page with pictures that --report makes. */
  report: string;
}

type Shown =
  { state: 'ran'; finding: Finding } | { state: 'not-here' | 'failed'; reason: string };
export type BehavioursShown = Record<string, Shown>;

const CACHE = join(ROOT, 'node_modules/.cache/socketlab-book');
const MACHINE = `${process.platform} ${release()}, Node ${process.version}`;

export async function showComparison(short: boolean): Promise<ComparisonShown> {
  const options: CompareOptions = short ? { messages: 20, every: 2 } : {};
  return kept('compare', JSON.stringify(options), async () => {
    const comparison = await compare(options);
    const lines = [
      ...headingLines(comparison.plan),
      '',
      ...comparisonLines(comparison, pc.createColors(true)),
    ];
    return {
      terminal: lines.join('\n'),
      report: comparisonPage(comparison, 'npm run -s socketlab -- compare'),
    };
  });
}

/** @param names which experiments to run */
export async function showBehaviours(names: readonly string[]): Promise<BehavioursShown> {
  return kept('behaviours', names.join(), async () => {
    const shown: BehavioursShown = {};
    for (const experiment of EXPERIMENTS.filter(({ name }) => names.includes(name))) {
      shown[experiment.name] = shownOf(await runExperiment(experiment));
    }
    return shown;
  });
}

function shownOf(outcome: Outcome): Shown {
  if (outcome.state === 'ran') return { state: 'ran', finding: outcome.finding };
  return { state: outcome.state, reason: outcome.reason };
}

export function comparisonHtml({ terminal }: ComparisonShown): Html {
  return html`${terminalHtml(terminal)}
    <p>
      <a href="compare-report.html">The page with pictures</a> that
      <code>--report</code> made of the same run.
    </p> `;
}

export function behavioursHtml(shown: BehavioursShown, find: FindLink): Html {
  const chapters = byChapter(EXPERIMENTS, (one) => one).map(
    ({ title, things }) =>
      html`<h2 id="${escaped(slug(title))}">${escaped(title)}</h2>
        ${things.map((experiment) => experimentHtml(experiment, shown[experiment.name], find))}`,
  );
  return html`<p class="quiet">Run on ${escaped(MACHINE)}.</p>
    ${chapters}`;
}

function experimentHtml(
  experiment: Experiment,
  shown: Shown | undefined,
  find: FindLink,
): Html {
  const { name, question, answers } = experiment;
  const answer = shown?.state === 'ran' ? shown.finding.answer : undefined;
  const list = Object.values(answers).map((text) => html`<li>${inline(text, find)}</li>`);
  const number = Object.keys(answers).indexOf(answer ?? '') + 1;
  return html`<section class="experiment" aria-labelledby="${escaped(name)}">
    <h3 id="${escaped(name)}">${escaped(name)}</h3>
    <p>${inline(question, find)}</p>
    <ol>
      ${list}
    </ol>
    <details>
      <summary>What happened<span class="quiet"> with ${escaped(name)}</span></summary>
      ${happenedHtml(shown, number)}
      <p>${inline(experiment.because, find)}</p>
      <p class="quiet">Written in ${inline(experiment.sources.join('; '), find)}.</p>
      <p class="quiet">
        Read ${inline(experiment.read.map((place) => placeOf(place)).join(', '), find)}
      </p>
    </details>
  </section> `;
}

function happenedHtml(shown: Shown | undefined, number: number): Html {
  if (!shown) return html`<p class="quiet">This book was built without this run.</p>`;
  if (shown.state !== 'ran') {
    return html`<p>
      ${shown.state === 'failed' ? ('It could not do its job' as Html) : ('Not on this machine' as Html)}:
      ${escaped(shown.reason)}.
    </p>`;
  }
  const { udp, tcp } = shown.finding;
  return html`<p class="shown">Answer ${escaped(String(number))}.</p>
    <dl>
      <dt>UDP</dt>
      <dd>${escaped(udp.told)}</dd>
      <dt>TCP</dt>
      <dd>${escaped(tcp.told)}</dd>
    </dl>`;
}

/** Kept by what the sources hold, as runs of lessons are. */
async function kept<T>(
  name: string,
  options: string,
  make: () => Promise<T>,
): Promise<T> {
  const key = createHash('sha256').update(MACHINE).update(options);
  for (const room of [
    'behaviours',
    'compare',
    'link',
    'framing',
    'tcp',
    'udp',
    'common',
  ]) {
    for (const file of sourcesUnder(`src/${room}`)) key.update(readSource(file));
  }
  const file = join(CACHE, `${name}-${key.digest('hex').slice(0, 24)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const made = await make();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(made));
  return made;
}
