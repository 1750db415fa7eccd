/** What runs have shown, as HTML, for the chapters on compare and behaviours. Pure. */
import {
  byChapter,
  EXPERIMENTS,
  type Experiment,
  placeOf,
} from '../src/network/behaviours/index.ts';
import { escaped, type Html, html, slug } from './html.ts';
import {
  type BehavioursShown,
  type ComparisonShown,
  MACHINE,
  type Shown,
} from './measured.ts';
import { type FindLink, inline } from './prose.ts';
import { terminalHtml } from './terminal.ts';

export function comparisonHtml({ terminal }: ComparisonShown): Html {
  return html`${terminalHtml(terminal)}
    <p>
      <a href="compare-report.html">A page with pictures</a> of the same run, written by
      <code>--report</code>.
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
