/** Turns a story into ASCII, before it is laid out, because the words change. Pure. */
import type { Story, Words } from './story.ts';
import { visible } from '../../common/text/index.ts';

/** Our own few signs have look-alikes in ASCII; all other text is escaped. */
export function asciiOf(text: string): string {
  const plain = text
    .replaceAll('–', '-')
    .replaceAll('…', '~')
    .replaceAll('←', '<-')
    .replaceAll('µ', 'u');
  return visible(plain, true);
}

/** The same story, with its words changed. */
export function inAscii(story: Story): Story {
  const words = (all: Words): Words => all.map(asciiOf);
  for (const { marks, arrows, lanes, groups } of story.acts) {
    for (const mark of marks) mark.label = words(mark.label);
    for (const arrow of arrows) arrow.label = words(arrow.label);
    for (const lane of lanes) {
      lane.title = words(lane.title);
      lane.address = words(lane.address);
    }
    for (const group of groups) group.name = asciiOf(group.name);
  }
  return { ...story, command: asciiOf(story.command) };
}
