/** A page of figures and curves: one file, no scripts, no network. Pure. */
import { textOf } from './markup.ts';

/**
 * @param body markup
 * @param style of what only this page has
 */
export function pageAround(title: string, body: string, style = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}${CURVES_STYLE}${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

/** @param rows of each: its name, indented for a part of the one above, and its values */
export function numbersTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join('');
  const lines = rows.map(
    ([name = '', ...cells]) =>
      `<tr><th scope="row"${name.startsWith(' ') ? ' class="part"' : ''}>` +
      `${textOf(name.trim())}</th>` +
      `${cells.map((cell) => `<td>${textOf(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide" tabindex="0" role="group" aria-label="The numbers"><table><thead><tr><td></td>${head}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table></div>`;
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
thead th, td { white-space: nowrap; } th.part { padding-left: 1rem; }
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
.path { stroke: var(--fine); fill: none; }
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

/** For curves and cells, in the colours of the page around them. */
export const CURVES_STYLE = `
.axis { stroke: var(--rule); }
.step { fill: none; stroke-width: 1.8; } .step.queue { stroke: var(--faint); }
.s0 { --one: var(--tcp); } .s1 { --one: var(--udp); } .s2 { --one: var(--framed); }
.s3 { --one: var(--duplicated); } .s4 { --one: var(--corrupted); } .s5 { --one: var(--late); } .step { stroke: var(--one, var(--faint)); }
.s1.step { stroke-dasharray: 9 4; } .s2.step { stroke-dasharray: 3 3; }
.s3.step { stroke-dasharray: 12 4 3 4; } .s4.step { stroke-dasharray: 2 2; }
.s5.step { stroke-dasharray: 14 3; } text[class^=s] { fill: var(--one); }
.first { fill: var(--one, var(--faint)); opacity: .55; } .repeat { fill: var(--late); }
.share { fill: var(--one); opacity: .7; }
.cell { stroke: var(--faint); stroke-width: .7; } .cell.acknowledged { fill: var(--framed); }
.cell.flying { fill: var(--late); } .cell.usable { fill: none; } .cell.closed { fill: var(--rule); stroke: none; }
.window { fill: none; stroke: var(--ink); stroke-width: 2; }
line.lost { stroke: var(--lost); stroke-width: 1.6; }
`;
