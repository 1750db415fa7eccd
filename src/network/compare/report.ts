/**
 * A comparison as one HTML page without scripts, other files or network. Pure: returns a
 * string.
 *
 *   the numbers          a table
 *   the fates            a strip: what happened to packet k, the same in every lane
 *   latency              the share of messages that had arrived after t milliseconds
 *   every message        for each lane, every message from sending to arrival
 *
 * Read next: pictures.ts.
 */
import { numbersTable, pageAround, textOf } from '../../common/page/index.ts';
import { fateStrip, latencyCurves, legend, spaceTime } from './pictures.ts';
import type { Plan } from './options.ts';
import type { Comparison } from './run.ts';
import {
  IN_MODEL,
  luckOf,
  madeWords,
  modelledWords,
  NAMES,
  paceInWords,
  tableRows,
} from './table.ts';

/** @param command the command line that reproduces the comparison */
export function comparisonPage(comparison: Comparison, command: string): string {
  const { model, plan, records, results } = comparison;
  const { every, kernel, link, messages, size } = plan;
  const title = `The same messages ${kernel && !kernel.exact ? 'over a lossy link' : 'under the same bad luck'}`;
  const decides = link.replay ? 'The record says' : 'The link and its seed decide';
  const fates =
    kernel && !kernel.exact
      ? UNKNOWN
      : `${known(decides)}\n${legend()}\n${fateStrip(records[0]!)}`;
  const modelled = results.some((result) => result.modelled) ? modelledNote(plan) : '';
  const heads = results.map(({ lane }) => NAMES[lane]);
  const beside = model
    ? [
        `<p>${IN_MODEL}</p>`,
        numbersTable(heads, tableRows(model)),
        modelledNote({ virtual: true }),
      ].join('\n')
    : '';
  const luck = luckOf(link) ?? 'nothing';
  const made = madeWords(plan).map((words) => ` ${words}`);
  const panes = records
    .map((record) => `<h3>${NAMES[record.lane]}</h3>\n${spaceTime(record, records)}`)
    .join('\n');
  const body = `<p>Each lane sent ${messages} messages of ${size} bytes, ${paceInWords(every)}. What happened
to packets: <code>${textOf(luck)}</code>.${made.join('')}</p>
<p>To run it again, type <code>${textOf(command)}</code></p>
<h2>The numbers</h2>
${numbersTable(heads, tableRows(results))}
${modelled}${beside}<h2>The fates</h2>
${fates}
<h2>Latency</h2>
<p>The share of all messages that had arrived within a given time after they were sent. If a
curve does not reach the top, the missing share was lost.</p>
${latencyCurves(records)}
<h2>Every message</h2>
<p>Time runs to the right. Each line is a message on its way from the sender, above, to the
receiver, below; a cross marks a packet that was lost. A bar at the receiver is a message that
had arrived but had to wait for an earlier one: head-of-line blocking.</p>
${panes}`;
  return pageAround(title, body);
}

/** What ~ means. */
export function modelledNote(plan: Pick<Plan, 'virtual'>): string {
  return `<p class="note">${modelledWords(plan)}</p>\n`;
}

function known(decides: string): string {
  return `<p>What happened to packets 1, 2, 3 and so on when each was first sent. ${decides}
it, so it is the same in every lane.</p>`;
}

const UNKNOWN = `<p>Here the kernel itself lost packets, in both directions, and different ones in
each lane. It does not report which, so this page shows neither fates nor which message waited
for which.</p>`;
