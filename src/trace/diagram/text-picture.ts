/** A story as text for a terminal: what is traced, the acts, what is left out. Pure. */
import wrapAnsi from 'wrap-ansi';
import { textWidth } from '../../common/text/index.ts';
import { asciiOf } from './ascii.ts';
import { layOut } from './layout.ts';
import type { Metrics } from './metrics.ts';
import { cutIn, leftOutOf, problemsOf, summaryOf } from './notes.ts';
import type { Story } from './story.ts';
import { drawInCells, type TerminalOptions } from './terminal.ts';
import { duration } from './words.ts';

export function drawText(
  story: Story,
  title: string,
  metrics: Metrics,
  options: TerminalOptions,
): string {
  const { acts, command } = story;
  const { paint, ascii } = options;
  const { width } = metrics;
  const plain = (text: string): string => (ascii ? asciiOf(text) : text);
  const folded = (text: string, style: 'dim' | 'bad', indent = ''): string[] =>
    wrapAnsi(plain(text), width - indent.length, { hard: true })
      .split('\n')
      .map((line, row) => paint(row === 0 ? line : indent + line, style));
  const lines = [
    paint(cut(plain(command || title), width, ascii ? '...' : '…'), 'bold'),
    ...folded(summaryOf(story), 'dim'),
    '',
  ];
  const cuts: string[] = [];
  for (const [place, act] of acts.entries()) {
    const before = acts[place - 1];
    if (before) {
      lines.push('', paint(plain(`${duration(act.from - before.to)} later`), 'dim'), '');
    }
    const layout = layOut(act, metrics);
    cuts.push(...cutIn(layout));
    lines.push(...drawInCells(act, layout, options));
  }
  const notes = [...cuts, ...leftOutOf(story), ...problemsOf(story)].map(
    (note) => `* ${note}`,
  );
  if (notes.length > 0)
    lines.push('', ...notes.flatMap((note) => folded(note, 'bad', '  ')));
  return `${lines.join('\n')}\n`;
}

function cut(text: string, width: number, sign: string): string {
  if (textWidth(text) <= width) return text;
  const [first] = wrapAnsi(text, width - sign.length, {
    hard: true,
    wordWrap: false,
  }).split('\n');
  return `${first}${sign}`;
}
