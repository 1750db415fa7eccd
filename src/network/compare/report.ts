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
import { describeLink } from '../link/index.ts';
import { fateStrip, latencyCurves, legend, spaceTime } from './pictures.ts';
import type { Comparison } from './run.ts';
import { NAMES, paceInWords, tableRows } from './table.ts';

/** @param command the command line that reproduces the comparison */
export function comparisonPage(comparison: Comparison, command: string): string {
  const { plan, records, results } = comparison;
  const { every, kernel, link, messages, size } = plan;
  const title = `The same messages ${kernel ? 'over a lossy link' : 'under the same bad luck'}`;
  const fates = kernel ? UNKNOWN : `${KNOWN}\n${legend()}\n${fateStrip(records[0]!)}`;
  const modelled = results.some((result) => result.modelled) ? MODELLED : '';
  const luck = describeLink(link) || 'nothing';
  const head = results.map(({ lane }) => `<th scope="col">${NAMES[lane]}</th>`).join('');
  const rows = tableRows(results)
    .map(
      ([name, ...cells]) =>
        `<tr><th scope="row"${name!.startsWith(' ') ? ' class="part"' : ''}>` +
        `${escape(name!.trim())}</th>` +
        `${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const panes = records
    .map((record) => `<h3>${NAMES[record.lane]}</h3>\n${spaceTime(record, records)}`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>Each lane sent ${messages} messages of ${size} bytes, ${paceInWords(every)}. What happened
to packets: <code>${escape(luck)}</code>.</p>
<p>To run it again, type <code>${escape(command)}</code></p>
<h2>The numbers</h2>
<div class="wide" tabindex="0" role="group" aria-label="The numbers"><table><thead><tr><td></td>${head}</tr></thead>
<tbody>
${rows}
</tbody></table></div>
${modelled}<h2>The fates</h2>
${fates}
<h2>Latency</h2>
<p>The share of all messages that had arrived within a given time after they were sent. If a
curve does not reach the top, the missing share was lost.</p>
${latencyCurves(records)}
<h2>Every message</h2>
<p>Time runs to the right. Each line is a message on its way from the sender, above, to the
receiver, below; a cross marks a packet that was lost. A bar at the receiver is a message that
had arrived but had to wait for an earlier one: head-of-line blocking.</p>
${panes}
</main>
</body>
</html>
`;
}

const MODELLED = `<p class="note">~ modelled: a relay cannot see TCP's own packets, so it computes
them.</p>
`;

const KNOWN = `<p>What happened to packets 1, 2, 3 and so on when each was first sent. The seed
decides it, so it is the same in every lane.</p>`;

const UNKNOWN = `<p>Here the kernel itself lost packets, in both directions, and different ones in
each lane. It does not report which, so this page shows neither fates nor which message waited
for which.</p>`;

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fdfdfb; --faint: #66666e;
  --rule: #d8d8d4; --udp: #b3470f; --tcp: #1f5fbf; --framed: #2c7a3f; --lost: #c2182b;
  --duplicated: #7a4fc0; --late: #a87b00; --fine: #cfd8cf; --corrupted: #00808a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e4; --paper: #17181b;
  --faint: #a3a3aa; --rule: #3a3b40; --udp: #ff9a5c; --tcp: #7fb2ff; --framed: #7fd492;
  --lost: #ff6b78; --duplicated: #bda0ff; --late: #f0c040; --fine: #38453a; --corrupted: #4fd0da; } }
@media print { :root { --paper: #fff; --ink: #000; } h2, svg, table { break-inside: avoid; } }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  margin: 0; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { margin-top: 2.2rem; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
/* Anything wider than the screen scrolls on its own, with the keyboard too. */
.wide { overflow-x: auto; } .wide > svg { min-width: 54rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .9rem .15rem 0; text-align: right; }
td { white-space: nowrap; } th.part { padding-left: 1rem; }
th[scope=row] { text-align: left; font-weight: normal; }
@media (max-width: 30rem) { table { font-size: .85rem; line-height: 1.3; }
  th, td { padding-right: .45rem; } th.part { padding-left: .6rem; } }
tbody tr { border-top: 1px solid var(--rule); }
.note, figcaption { color: var(--faint); font-size: .9rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font: 14px system-ui, sans-serif; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; }
.legend svg { width: 1rem; height: 1rem; display: inline-block; vertical-align: -.15rem;
  margin-right: .3rem; }
.axis { stroke: var(--rule); } .path { stroke: var(--fine); fill: none; }
.udp { stroke: var(--udp); } .tcp { stroke: var(--tcp); } .framed { stroke: var(--framed); }
text.udp, text.tcp, text.framed { stroke: none; }
text.udp { fill: var(--udp); } text.tcp { fill: var(--tcp); } text.framed { fill: var(--framed); }
.curve { fill: none; stroke-width: 2.5; } .curve.framed { stroke-dasharray: 7 6; }
.message { stroke-width: 1; opacity: .75; } .again { stroke-dasharray: 3 2; }
.lost { stroke: var(--lost); stroke-width: 1.6; } .waited { stroke: var(--late); stroke-width: 3; }
rect.fine { fill: var(--fine); } rect.lost { fill: var(--lost); stroke: none; }
rect.duplicated { fill: var(--duplicated); } rect.late { fill: var(--late); }
rect.corrupted { fill: var(--corrupted); }
svg .mark { fill: var(--paper); font-size: 9px; text-anchor: middle; }
`;
