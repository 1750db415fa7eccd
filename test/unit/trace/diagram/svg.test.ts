import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from '../../../../src/trace/diagram/index.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { type Element, find, hasClass, parseXml, textOf } from './markup.ts';
import { address, payload, randomTrace, sample, SAMPLES, Writing } from './traces.ts';
import { runs } from '../../../support/properties.ts';

async function draw(trace: JoinedTrace): Promise<Element> {
  const { text } = await drawDiagram(trace, { format: 'svg', title: 'test.jsonl' });
  return parseXml(text);
}

describe('an SVG', () => {
  it.each(SAMPLES)('of %s has a line and a place for every arrow', async (name) => {
    const svg = await draw(sample(name));
    const ways = find(svg, hasClass('way'));
    const arrows = find(svg, hasClass('arrow'));
    expect(arrows).toHaveLength(ways.length);
    expect(ways.length).toBeGreaterThan(0);
    for (const way of ways) {
      const [line] = find(way, hasClass('line'));
      expect(line!.attributes['d']).toMatch(/^M[\d.-]+ [\d.-]+[Lh]/);
    }
  });

  it('names itself and tells what it shows', async () => {
    const svg = await draw(sample('udp-uppercase'));
    const [root] = svg.children as [Element];
    expect(root.attributes).toMatchObject({
      role: 'img',
      'aria-labelledby': 'title about',
    });
    const [title] = find(svg, ({ attributes }) => attributes['id'] === 'title');
    const [about] = find(svg, ({ attributes }) => attributes['id'] === 'about');
    expect(textOf(title!)).toBe('socketlab run 01');
    expect(textOf(about!)).toBe(
      '2 processes, 2 sockets, 11 events in 249 ms: calls, not packets',
    );
  });

  it('says of every arrow and every mark what it is', async () => {
    const svg = await draw(sample('tcp-uppercase'));
    const titles = find(svg, hasClass('arrow')).map((arrow) =>
      textOf(find(arrow, ({ name }) => name === 'title')[0]!),
    );
    expect(titles).toContain('client:1 → server:2: bytes 0–16 (17 B) in 300 µs');
    expect(titles).toContain(
      'client:1 → server:1: connect asked, and accept gave out the connection in 460 µs',
    );
  });

  it('needs nothing from anywhere else', async () => {
    const { text } = await drawDiagram(sample('tcp-boundaries'), {
      format: 'svg',
      title: 't',
    });
    const withoutNamespace = text.replace('xmlns="http://www.w3.org/2000/svg"', '');
    expect(withoutNamespace).not.toMatch(
      /https?:|url\(|@import|href=|<script|<foreignObject/,
    );
  });

  it('marks what was lost with a cross, and what nobody answered with a question', async () => {
    const svg = await draw(sample('udp-fates'));
    expect(find(svg, hasClass('cross'))).toHaveLength(2);
    expect(find(svg, hasClass('query'))).toHaveLength(1);
    expect(find(svg, hasClass('way', 'lost'))).toHaveLength(1);
  });

  it('stacks acts, one below the other', async () => {
    const writing = new Writing();
    for (const start of [0, 5000]) {
      const process = writing.process(start, 'one');
      writing.bound(process, start + 10, 12_000);
      writing.event(process, start + 100, 'exit', { code: 0 });
    }
    const acts = find(await draw(writing.joined()), hasClass('act'));
    const tops = acts.map(({ attributes }) =>
      Number(/\(0 (\d+)\)/.exec(attributes['transform']!)![1]),
    );
    expect(tops[0]).toBe(0);
    expect(tops[1]).toBeGreaterThan(100);
  });

  it('is well-formed, whatever was sent', async () => {
    await fc.assert(
      fc.asyncProperty(randomTrace, async (trace) => {
        await expect(draw(trace)).resolves.toBeDefined();
      }),
      { numRuns: runs(40) },
    );
  });

  it('holds as text what looks like markup', async () => {
    const evil = '</text><script>alert(1)</script>&amp;<!--]]>';
    const writing = new Writing([`"><svg onload="x">`]);
    const process = writing.process(0, '<b>server</b>');
    const socket = writing.bound(process, 10, 12_000);
    writing.event(process, 20, 'send', { socket, ...payload(evil), to: address(9) });
    const svg = await draw(writing.joined());
    expect(find(svg, ({ name }) => name === 'script' || name === 'b')).toEqual([]);
    const texts = find(svg, ({ name }) => name === 'text').map(textOf);
    expect(texts.some((text) => text.includes('</text><script>'))).toBe(true);
    expect(texts).toContain('<b>server</b> (1001)');
  });
});
