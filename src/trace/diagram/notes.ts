/**
 * What a picture shows and what it leaves out, in sentences. Nothing is left out silently. Pure.
 */
import { visible } from '../../common/text/index.ts';
import type { Layout } from './placed.ts';
import type { Story } from './story.ts';
import { asTyped, count, duration } from './words.ts';

/**
 * `2 processes, 3 sockets, 20 events in 250 ms`; `17 of 23 sockets` where there is no room for
 * them all, so that every picture of a trace counts the same.
 */
export function summaryOf({ acts, view }: Story): string {
  const groups = acts.flatMap(({ groups }) => groups.filter(({ traced }) => traced));
  const lanes = acts.flatMap(({ lanes }) => lanes.filter(({ traced }) => traced));
  return [
    drawn(groups.length, view.traced.processes, 'process', 'processes'),
    drawn(lanes.length, view.traced.sockets, 'socket'),
    `${count(view.events, 'event')} in ${duration(view.to - view.from)}: ${CALLS}`,
  ].join(', ');
}

/** Why an answer may seem to come too late: when a packet went by is the kernel's secret. */
const CALLS = 'calls, not packets';

function drawn(some: number, all: number, ...name: [string, string?]): string {
  return `${some < all ? `${some} of ` : ''}${count(all, ...name)}`;
}

/** What is not in the picture, and how to see it. */
export function leftOutOf({ view }: Story): string[] {
  const { advice, from, to, before, after, total, noRoom, notChosen, events } = view;
  const notes: string[] = [];
  if (before + after > 0) {
    const parts = [
      ...(before > 0 ? [`${count(before, 'event')} before ${asTyped(from)}`] : []),
      ...(after > 0 ? [`${count(after, 'event')} after ${asTyped(to)}`] : []),
    ];
    const ways = [
      ...(after > 0 ? [`what comes next: --from ${asTyped(to)}`] : []),
      `another part: --from and --to, --around EVENT or TIME`,
      `fewer sockets: --socket NAME`,
      `a longer picture: --limit ${Math.min(events * 2, total.events)}`,
    ];
    notes.push(
      `left out: ${parts.join(' and ')}; the trace has ${count(total.events, 'event')} ` +
        `from ${asTyped(total.start)} to ${asTyped(total.stop)}`,
      ...(advice ? [] : ways),
    );
  }
  if (notChosen > 0)
    notes.push(`left out: ${count(notChosen, 'socket')} that --socket does not name`);
  if (noRoom.length > 0) {
    const names = visible(noRoom.slice(0, MOST_NAMES).join(', '));
    const more = noRoom.length > MOST_NAMES ? ', …' : '';
    notes.push(
      `left out: ${count(noRoom.length, 'socket')} for which there is no room (${names}${more})` +
        (advice ? '' : '; give a larger --width, or draw one alone: --socket NAME'),
    );
  }
  return notes.length > 0 ? [...notes, ...(advice ?? [])] : [];
}

const MOST_NAMES = 6;

/** What went wrong, where a picture has no room to say it in full. */
export function cutIn({ marks }: Layout): string[] {
  const times = new Map<string, string[]>();
  for (const { mark, label } of marks) {
    const [full] = mark.label;
    if (mark.tone !== 'bad' || full === undefined) continue;
    if (label !== undefined && !label.text.endsWith('…')) continue;
    times.set(full, [...(times.get(full) ?? []), asTyped(mark.t)]);
  }
  return [...times].map(([text, all]) => {
    const more = all.length > MOST_NAMES ? `, and ${all.length - MOST_NAMES} more` : '';
    return `cut above: ${text}, at ${all.slice(0, MOST_NAMES).join(', ')}${more}`;
  });
}

/** The sentences of the trace's own problems. */
export function problemsOf({ problems }: Story): string[] {
  return problems.map(({ text }) => visible(text));
}
