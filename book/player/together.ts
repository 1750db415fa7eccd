/**
 * Several senders at one link, as pictures that do not move: the player plays a single sender. They
 * are the pictures of the report, for a run in virtual time.
 */
import { climb, ladderPlan } from '../../src/network/reliable/ladder.ts';
import { FRAME } from '../../src/network/reliable/player/pictures.ts';
import { congestionWindows, shares } from '../../src/network/reliable/report/pictures.ts';
import { Recorder } from '../../src/network/reliable/report/record.ts';
import { escaped, type Html, html, trusted } from '../html.ts';

/** Two senders of the highest rung, each with a megabyte for the same link of 10 Mbit/s. */
const PLAN = ladderPlan({
  rungs: ['congestion-control'],
  link: { delay: 20, rate: 1e7, queue: 30 },
  messages: 1000,
  window: 64,
  senders: 2,
});

let made: Html | undefined;

/** The run is always the same, and made once. */
export function togetherHtml(): Html {
  made ??= makeTogether();
  return made;
}

function makeTogether(): Html {
  const recorder = new Recorder(PLAN.options);
  const [result] = [...climb(PLAN, recorder)];
  const record = recorder.records[0]!;
  // One axis of time for both pictures.
  const until = Math.max(...record.flows.map(({ delivered }) => delivered.at(-1)!.at));
  const view = { frame: FRAME, until };
  const fairness = result!.jain!.toFixed(2);
  return html`<h2 id="together">Two senders, one link</h2>
    <p>
      Two senders begin at the same moment. When the queue is full, a packet is lost, and
      its sender halves its window, or begins again at one packet after a time-out. So
      each leaves room for the other. Jain's index of their shares, rounded, is
      ${escaped(fairness)}: 1 means that both had the same, and 0.5 that one had
      everything.
    </p>
    <figure class="chart">
      <figcaption>The congestion window of each sender over time, in packets</figcaption>
      <div>${trusted(congestionWindows(record, view))}</div>
    </figure>
    <figure class="chart">
      <figcaption>
        Their shares: of the messages that were delivered in each interval, how many were
        whose
      </figcaption>
      <div>${trusted(shares(record, view))}</div>
    </figure> `;
}
