/**
 * A bulk comparison as one HTML page without scripts, other files or network. Pure: returns a
 * string. Read next: curves.ts.
 */
import { numbersTable, pageAround, textOf } from '../../../common/page/index.ts';
import { modelledNote } from '../report.ts';
import { luckOf, madeWords } from '../table.ts';
import { endOf, marksInWords, queueCurve, sequenceCurve, windowCurve } from './curves.ts';
import type { BulkComparison } from './run.ts';
import { amountInWords, bulkRows, NAMES } from './words.ts';

/** @param command the command line that reproduces the comparison */
export function bulkPage(comparison: BulkComparison, command: string): string {
  const { plan, records, results } = comparison;
  const luck = luckOf(plan.link) ?? 'nothing';
  const made = madeWords(plan).map((words) => ` ${words}`);
  const heads = results.map(({ lane }) => NAMES[lane]);
  const panes = records.map((record) => {
    const end = endOf(record);
    const pictures = [
      [SEQUENCE + marksInWords(record), sequenceCurve(record, plan, end)],
      [WINDOW, windowCurve(record, plan, end)],
      [QUEUE, queueCurve(record, plan, end)],
    ];
    const drawn = pictures
      .filter(([, picture]) => picture !== '')
      .map(([words, picture]) => `<p>${words}</p>\n${picture}`);
    return `<h2>${NAMES[record.lane]}</h2>\n${drawn.join('\n')}`;
  });
  const unseen = plan.kernel ? `<p class="note">${UNSEEN}</p>\n` : '';
  const body = `<p>${amountInWords(plan)} in each lane. What happened to packets:
<code>${textOf(luck)}</code>.${made.join('')}</p>
<p>To run it again, type <code>${textOf(command)}</code></p>
<h2>The numbers</h2>
${numbersTable(heads, bulkRows(results))}
${results.some(({ modelled }) => modelled) ? modelledNote(plan) : ''}${unseen}${panes.join('\n')}`;
  return pageAround('A lot of data under the same bad luck', body);
}

const SEQUENCE = `Sequence numbers: each packet at the time when it left, as high as the bytes
before it. Squares were sent again; a cross was lost. The line shows what the receiver had
read. Each lane has a time axis of its own.`;
const WINDOW = `The congestion window: how many packets could be in flight when one left.`;
const QUEUE = `The queue: how many packets waited for the link, at its rate.`;
const UNSEEN = `The kernel itself made the link, and does not show its packets, windows and queue.`;
