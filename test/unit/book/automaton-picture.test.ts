/** A table as a picture: what stands in it, and that it can be read. */
import { describe, expect, it } from 'vitest';
import { type Automaton, automatonOf } from '../../../book/player/automaton.ts';
import { automatonSvg, automatonWords } from '../../../book/player/automaton-picture.ts';
import { ENDS } from '../../../book/player/section.ts';
import { readSource } from '../../../book/sources.ts';
import {
  type Element,
  find,
  hasClass,
  parseXml,
  textOf,
} from '../trace/diagram/markup.ts';

const CORE = readSource('src/network/reliable/core.ts');
const files = new Set(
  Object.values(ENDS).flatMap(({ receiver, sender }) => [sender, receiver]),
);

function tableOf(file: string): Automaton {
  return automatonOf(readSource(file), CORE);
}

/** Of a picture: what its arrows and its states say. */
function partsOf(automaton: Automaton) {
  const svg = parseXml(automatonSvg('sender', automaton));
  const lines = (element: Element): string[] =>
    find(element, ({ name }) => name === 'tspan').map(textOf);
  return {
    labels: find(svg, hasClass('label')).map(lines),
    names: find(svg, hasClass('name')).map(textOf),
    stays: find(svg, hasClass('stays')).map(textOf),
    framed: find(svg, ({ attributes }) => attributes['data-state'] !== undefined)
      .filter((state) => find(state, ({ name }) => name === 'rect').length === 2)
      .map(({ attributes }) => attributes['data-state']),
  };
}

it('draws the states of stop-and-wait, and what leads from one to another', () => {
  const table = tableOf(ENDS['stop-and-wait']!.sender);
  expect(partsOf(table)).toEqual({
    labels: [['offer'], ['news'], ['news'], ['timer']],
    names: ['idle', 'waiting', 'done', 'failed'],
    stays: ['offer, timer', 'offer', 'offer'],
    framed: ['sender/done', 'sender/failed'],
  });
  expect(automatonWords(table)).toBe(
    'From idle: offer to waiting. From waiting: news to idle or done; timer to failed. ' +
      'done is not left. failed is not left.',
  );
});

it('gathers the events that lead the same way at one arrow', () => {
  const { labels } = partsOf(tableOf(ENDS['congestion-control']!.sender));
  expect(labels).toContainEqual(['offer', 'news', 'timer']);
});

describe.each([...files])('the picture of %s', (file) => {
  const table = tableOf(file);
  const ways = table.cells.flatMap(({ column, leads, state }) =>
    leads.filter((lead) => lead !== state).map((lead) => `${state} ${lead} ${column}`),
  );

  it('has every way of the table once, and no other', () => {
    const { labels, names } = partsOf(table);
    expect(names).toEqual(table.states);
    expect(labels.flat()).toHaveLength(ways.length);
    expect(ways.length).toBeGreaterThan(1);
  });

  it('stays within its frame, and is narrow enough for a phone', () => {
    const [svg] = find(parseXml(automatonSvg('sender', table)), hasClass('states'));
    const [left = 0, , width = 0, height = 0] =
      svg!.attributes['viewBox']!.split(' ').map(Number);
    expect(width).toBeLessThan(480);
    for (const { attributes } of find(svg!, ({ name }) => name === 'tspan')) {
      expect(Number(attributes['x'])).toBeGreaterThan(left + 10);
      expect(Number(attributes['x'])).toBeLessThan(left + width - 10);
      expect(Number(attributes['y'])).toBeLessThan(height);
    }
  });
});
