/**
 * A story as a Mermaid sequence diagram: text that many documentation systems draw. Pure.
 *
 *   sequenceDiagram
 *     box server
 *       participant L0 as 1: UDP 127.0.0.1:12000
 *     end
 *     L1->>L0: "hello" (0.3 ms)
 *
 * Simplification: Mermaid shows an order, but no times. An arrow stands where it arrives, with the
 * time that it took; crossing arrows and the length of a silence can only be put into words.
 */
import type { Act, Arrow, Mark, Story } from './story.ts';
import { duration } from './words.ts';

export function drawMermaid(story: Story): string {
  const { acts } = story;
  const lines = [
    ...acts.flatMap(participants),
    ...acts.flatMap((act) => happenings(act)),
  ];
  return `sequenceDiagram\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

function untraced(nobody: boolean): string {
  return nobody ? 'nobody there' : 'not traced';
}

function participants({ groups, lanes }: Act): string[] {
  return groups.flatMap(({ id, name, traced, nobody }) => [
    `box ${traced ? safe(name) : untraced(nobody)}`,
    ...lanes
      .filter(({ group }) => group === id)
      .map(({ id: lane, title, address }) => {
        const words = [title[0], address[0]].filter(Boolean).join(' ');
        return `  participant ${nameOf(lane)} as ${safe(words)}`;
      }),
    'end',
  ]);
}

/** In order of time: an arrow when it arrives; a mark that no arrow covers becomes a note. */
function happenings(act: Act): string[] {
  const { arrows, marks, lives } = act;
  const arriving = new Map<Mark, Arrow[]>();
  const told = new Set<Mark>();
  for (const arrow of arrows) {
    const when = arrow.to.mark ?? arrow.from.mark!;
    arriving.set(when, [...(arriving.get(when) ?? []), arrow]);
    if (arrow.from.mark) told.add(arrow.from.mark);
    told.add(when);
  }
  const begins = new Map<Mark | undefined, number>();
  const ends = new Map<Mark | undefined, number>();
  for (const { kind, from, to, lane } of lives) {
    if (kind !== 'connected' || !from?.mark) continue;
    begins.set(from.mark, lane);
    if (to?.mark?.lane === lane) ends.set(to.mark, lane);
  }
  const lines: string[] = [];
  for (const mark of marks) {
    const silent = SILENT.has(mark.event?.type ?? 'exit');
    if (mark.lane !== undefined && (!told.has(mark) || silent) && mark.label.length > 0) {
      lines.push(`Note over ${nameOf(mark.lane)}: ${safe(mark.label[0]!)}`);
    }
    for (const arrow of arriving.get(mark) ?? []) lines.push(lineOf(arrow));
    const [begin, end] = [begins.get(mark), ends.get(mark)];
    if (begin !== undefined) lines.push(`activate ${nameOf(begin)}`);
    if (end !== undefined) lines.push(`deactivate ${nameOf(end)}`);
  }
  return lines;
}

/** What these are is not said by the arrow that ends or begins with them. */
const SILENT = new Set(['accept', 'error', 'shutdown', 'end', 'close']);

function lineOf(arrow: Arrow): string {
  const { from, to, kind, fate, label } = arrow;
  const crossed =
    fate === 'lost' || fate === 'failed' || (fate === 'unread' && kind === 'bytes');
  const open = kind === 'bytes' || kind === 'datagram' ? '->>' : '-)';
  const head = crossed ? '-x' : open;
  const dashed = fate === 'unseen' || fate === 'nobody';
  const took = from.mark && to.mark ? to.mark.t - from.mark.t : 0;
  const words = [label[0] ?? wordsFor(arrow), took > 0 ? `(${duration(took)})` : ''];
  const way = `${nameOf(from.lane)}${dashed ? '-' : ''}${head}${nameOf(to.lane)}`;
  return `${way}: ${safe(words.filter(Boolean).join(' '))}`;
}

/** Some arrows have no label, because the mark at one of their ends says it. */
function wordsFor({ kind, fate, from, to }: Arrow): string {
  const mark = fate === 'failed' ? from.mark : to.mark;
  return kind === 'accept' ? 'accept' : (mark?.label[0] ?? kind);
}

function nameOf(lane: number): string {
  return `L${lane}`;
}

/** Mermaid has a code for every character that would mean something to it: `#59;` is `;`. */
function safe(text: string): string {
  return text.replaceAll(
    /["#%&;<>\\`{}]/g,
    (character) => `#${character.codePointAt(0)};`,
  );
}
