/** All outcomes as Markdown tables, for docs/behaviours.md. Pure. */
import { byChapter } from './catalogue.ts';
import type { Outcome } from './run.ts';

/** One table for each chapter; the answer that the run showed is bold. */
export function markdownLines(outcomes: readonly Outcome[]): string[] {
  const lines: string[] = [];
  for (const { title, things } of byChapter(outcomes, ({ experiment }) => experiment)) {
    lines.push(`### ${title}`, '');
    lines.push('| behaviour | question and answers | UDP | TCP |');
    lines.push('| --- | --- | --- | --- |');
    for (const outcome of things) {
      lines.push(`| ${cells(outcome).map(escaped).join(' | ')} |`);
    }
    lines.push('');
  }
  return lines;
}

function cells(outcome: Outcome): string[] {
  const { answers, name, question } = outcome.experiment;
  const shown = outcome.state === 'ran' ? outcome.finding.answer : undefined;
  const list = Object.entries(answers).map(([id, text], index) => {
    const line = `${index + 1}. ${text}`;
    return id === shown ? `**${line}**` : line;
  });
  const sides =
    outcome.state === 'ran'
      ? [outcome.finding.udp.told, outcome.finding.tcp.told]
      : [`${outcome.state === 'failed' ? 'failed' : 'not here'}: ${outcome.reason}`, ''];
  return [`\`${name}\``, [question, ...list].join('<br>'), ...sides];
}

/** Escapes what would end a cell or look like markup. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('_', '\\_');
}
