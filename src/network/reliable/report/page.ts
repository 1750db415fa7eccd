/**
 * The ladder as one HTML page without scripts, other files or network. Pure: returns a string.
 *
 *   the numbers     the command's table
 *   the race        what each rung had delivered by when
 *   the arrows      the first messages of every rung, side by side
 *   each rung       sequence numbers, the sliding window, round trips, congestion window, shares
 *
 * Read next: pictures.ts.
 */
import { some } from '../../../common/index.ts';
import { numbersTable, pageAround, textOf } from '../../../common/page/index.ts';
import { type LadderPlan, type RungResult, simulationOf } from '../ladder.ts';
import { ARROWS_STYLE, arrowsLegend, arrowsSvg } from '../player/arrows.ts';
import { record } from '../player/record.ts';
import { figureRows, ladderHeading, ladderNotes } from '../words.ts';
import { congestionWindows, progress, roundTrips, sequence, shares } from './pictures.ts';
import type { RungRecord } from './record.ts';
import { stripLegend, windowStrips } from './window-pictures.ts';

/** @param command the command line that makes the page again */
export function ladderPage(
  plan: LadderPlan,
  results: readonly RungResult[],
  records: readonly RungRecord[],
  command: string,
): string {
  const whose = plan.senders > 1 ? ' The picture shows the first sender.' : '';
  const panes = records.map((record) => {
    const pictures = [
      [SEQUENCE + whose, sequence(record)],
      [STRIPS + whose, stripLegend() + windowStrips(record)],
      [ROUND_TRIPS + whose, roundTrips(record)],
      [CONGESTION, congestionWindows(record)],
      [SHARES, shares(record)],
    ];
    const drawn = pictures
      .filter(([, picture]) => picture !== '')
      .map(([words, picture]) => `<p>${words}</p>\n${picture}`);
    return `<h2>${record.rung}</h2>\n${drawn.join('\n')}`;
  });
  const heads = results.map(({ rung }) => rung);
  const body = `${paragraphs(ladderHeading(plan, Infinity))}
<p>To run it again, type <code>${textOf(command)}</code></p>
<h2>The numbers</h2>
${numbersTable(heads, figureRows(plan, results))}
${paragraphs(ladderNotes(plan, results))}
<h2>Messages delivered</h2>
${progress(records, plan.messages)}
${arrows(plan)}${panes.join('\n')}`;
  return pageAround('The ladder, rung by rung, under the same luck', body, STYLE);
}

function paragraphs(lines: readonly string[]): string {
  return lines.map((line) => `<p>${textOf(line)}</p>\n`).join('');
}

/** Messages that are drawn as arrows. */
const FEW = 6;

/** In virtual time, with the same fates as real datagrams; for one sender. */
function arrows(plan: LadderPlan): string {
  if (plan.senders > 1) return '';
  const messages = Math.min(FEW, plan.messages);
  const simulation = simulationOf({ ...plan, messages });
  const pictures = plan.rungs.map((rung) => {
    const label = `${rung.name}: the packets of the first messages`;
    const picture = arrowsSvg(record({ ...simulation, rung }), label);
    return `<figure><figcaption>${rung.name}</figcaption>${picture}</figure>`;
  });
  return `<h2>The first packets</h2>
<p>How each rung would send only the first ${some(messages, 'message')}, in virtual time.</p>
${arrowsLegend()}
<div class="beside">${pictures.join('\n')}</div>
`;
}

const STYLE = `${ARROWS_STYLE}
.beside { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem 2rem;
  --link: var(--tcp); --bad: var(--lost); }
.beside figure { margin: 0; } .beside figcaption { color: var(--ink); font-weight: bold; }
svg.arrows text { fill: currentColor; stroke: none; font-size: inherit; font-family: inherit; }
svg.arrows { overflow: visible; } svg.arrows .ms { font-size: 10px; } svg.arrows .head { font-weight: bold; }
`;

const SEQUENCE = `Sequence numbers: each packet of the first 100 messages, at the time when it was sent.
A square was sent again; a cross was lost. The window is between the lines: everything below it has
been acknowledged, and nothing above it may be sent yet.`;
const STRIPS = `The window at some moments, as it slides over the messages.`;
const ROUND_TRIPS = `Round trips: a dot for each, at the time when its acknowledgement came. The timer is how
long the sender would have waited for it.`;
const CONGESTION = `The congestion window: how many packets may be in flight. Below the threshold it
grows by one for each acknowledgement, above it by one in each round trip.`;
const SHARES = `The senders' shares: of the messages that were delivered in each interval, how many were
whose.`;
