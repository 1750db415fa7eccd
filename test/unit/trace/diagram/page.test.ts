import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from '../../../../src/trace/diagram/index.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { address, longTrace, payload, sample, Writing } from './traces.ts';

async function draw(trace: JoinedTrace, options = {}): Promise<string> {
  const { text } = await drawDiagram(trace, {
    format: 'html',
    title: 'test.jsonl',
    ...options,
  });
  return text;
}

const between = (page: string, start: string, end: string): string =>
  page.slice(page.indexOf(start) + start.length, page.indexOf(end));

describe('a page', () => {
  it('allows its own style and its own script, and nothing else', async () => {
    const page = await draw(sample('udp-uppercase'));
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
    const hash = (source: string): string =>
      `&#39;sha256-${createHash('sha256').update(source).digest('base64')}&#39;`;
    expect(policy).toBe(
      [
        'default-src &#39;none&#39;',
        `style-src ${hash(between(page, '<style>', '</style>'))}`,
        `script-src ${hash(between(page, '<script>', '</script>'))}`,
        'img-src data:',
        'base-uri &#39;none&#39;',
        'form-action &#39;none&#39;',
      ].join('; '),
    );
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });

  it('needs nothing from anywhere else', async () => {
    const page = await draw(sample('tcp-uppercase'));
    const namespaces = page.replaceAll(/xmlns="http:\/\/www\.w3\.org\/2000\/svg"/g, '');
    const script = between(namespaces, '<script>', '</script>');
    expect(namespaces.replace(script, '')).not.toMatch(/https?:|url\(|@import|src="/);
    const links = [...namespaces.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!);
    expect(links.every((href) => href.startsWith('#') || href === 'data:,')).toBe(true);
  });

  it('tells of an event the call, in both languages, and the line of the program', async () => {
    const page = await draw(sample('udp-uppercase'));
    const cards = between(page, '<section', '</section>').split('<li ');
    const card = cards.find((one) => one.includes('<b>send 17 B</b>'))!;
    const told = card.replaceAll(/<[^>]*>/g, '|').replaceAll(/\|+/g, '|');
    expect(told).toContain('301 ms| client:1: |send 17 B|');
    expect(told).toContain('|&quot;my name is Ståle&quot;|');
    expect(told).toContain('|in Node|socket.send(…)|');
    expect(told).toContain('|in the lecture|sendto(data, address)|');
    expect(told).toContain('|to|127.0.0.1:12000|');
    expect(told).toContain('|goes|to server:1: receive 17 B, 251 µs later|');
    expect(told).toContain('|examples/01-udp-uppercase/client.ts:28|');
    expect(told).toContain('clientSocket.send(Buffer.from(sentence), port, host');
    expect(told).toContain('|event|client#2|');
  });

  it('has the same arrows in its wide and in its narrow picture', async () => {
    const page = await draw(sample('untraced-server'));
    const [wide, narrow] = page
      .split('<div class="picture ')
      .slice(1)
      .map((part) =>
        [...part.matchAll(/<a [^>]*data-arrow="(\d+)"/g)].map(([, id]) => id),
      );
    expect(wide!.length).toBeGreaterThan(5);
    expect(narrow).toEqual(wide);
  });

  it('says what is left out, and how to see it', async () => {
    const page = await draw(longTrace(500).joined());
    expect(page).toMatch(/left out: 1,506 events after [\d.]+ms/);
    expect(page).toContain('--from');
  });

  it('says what its readers can do, if they cannot give options', async () => {
    const page = await draw(longTrace(500).joined(), {
      advice: ['record a run of your own'],
    });
    expect(page).toMatch(/left out: 1,506 events[^]*<li>record a run of your own<\/li>/);
    expect(page).not.toMatch(/--(?:from|around|socket|limit|width)/);
  });

  it('holds as text what looks like markup, wherever it comes from', async () => {
    const evil = '</script><img src=x onerror=alert(1)>"\'&';
    const writing = new Writing([evil]);
    const process = writing.process(0, evil);
    const socket = writing.bound(process, 10, 12_000);
    const at = { file: evil, line: 1 };
    const send = { socket, at, ...payload(evil), to: address(9), error: evil };
    writing.event(process, 20, 'send', send);
    writing.event(process, 30, 'error', { socket, code: evil, message: evil });
    writing.source(evil, 1, evil);
    const page = await draw(writing.joined());
    expect(page.match(/<img|<script/g)).toEqual(['<script']);
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
  });
});
