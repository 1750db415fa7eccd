import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { inAscii } from '../../../../src/trace/diagram/ascii.ts';
import { layOut } from '../../../../src/trace/diagram/layout.ts';
import { cells } from '../../../../src/trace/diagram/metrics.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import { drawInCells, type Painter } from '../../../../src/trace/diagram/terminal.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { address, payload, randomTrace, sample, SAMPLES, Writing } from './traces.ts';
import { runs } from '../../../support/properties.ts';

interface Options {
  ascii?: boolean;
  paint?: Painter;
}

function draw(trace: JoinedTrace, width: number, options: Options = {}): string[] {
  const { ascii = false, paint = (text) => text } = options;
  const metrics = cells(width);
  const story = tellStory(trace, { limit: 1000, lanes: metrics.lanes });
  const { acts } = ascii ? inAscii(story) : story;
  return acts.flatMap((act) => drawInCells(act, layOut(act, metrics), { ascii, paint }));
}

const lines = (picture: string): string[] => picture.split('\n').slice(1, -1);

describe('a picture in 80 columns', () => {
  it('shows a UDP exchange', () => {
    expect(draw(sample('udp-uppercase'), 80)).toEqual(
      lines(`
    ms                   server (4711)               client (4712)
                            1: UDP                      1: UDP
                        127.0.0.1:12000              0.0.0.0:40001

  61.0                  socket ┬
  61.4    bind 127.0.0.1:12000 ┤
190 ms                         ┊
                               ┊
 251.0                         │                           ┬ socket
49.9 ms                        ┊                           ┊
                               ┊                           ┊
 300.9                         │                           ├ bind 0.0.0.0:40001
 301.0                         │     ╭ "my name is Ståle" ─┼ send 17 B
 301.3            receive 17 B ┼◄────╯                     │
 301.6               send 17 B ┼─ "MY NAME IS STÅLE" ╮     │
 301.9                         │                     ╰────►┼ receive 17 B
 302.2                         │                           ┴ close
 304.0                         │                        exit 0
 310.0                      exit 0

`),
    );
  });

  it('lets arrows cross that overtake each other, and crosses out what is lost', () => {
    const picture = draw(sample('udp-fates'), 80).slice(10, 18);
    expect(picture).toEqual(
      lines(`
   6.0                   │           ╭─── "one" ─┼ send 3 B              ┊
   6.2       receive 3 B ┼◄──────────╯           │                       ┊
   7.0                   │   ✗── lost: "two, l… ─┼ send 9 B              ┊
   8.0                   │ ╭ late: "three, lat… ─┼ send 11 B             ┊
   9.0                   │ │         ╭── "four" ─┼ send 4 B              ┊
   9.2       receive 4 B ┼◄┼─────────╯           │                       ┊
   9.7     receive, late ┼◄╯                     │                       ┊
  10.0                   │      ╭ "five, twice" ─┼ send 11 B             ┊
`),
    );
  });
});

describe('a picture', () => {
  it.each([80, 200])('keeps to %i columns', (width) => {
    const wide = SAMPLES.filter((name) =>
      draw(sample(name), width).some((line) => stringWidth(line) > width),
    );
    expect(wide).toEqual([]);
  });

  it('keeps to its width, whatever the lanes are called', () => {
    fc.assert(
      fc.property(randomTrace, fc.integer({ min: 40, max: 130 }), (trace, width) => {
        const widest = draw(trace, width).map((line) => stringWidth(line));
        expect(Math.max(...widest)).toBeLessThanOrEqual(width);
      }),
      { numRuns: runs(30) },
    );
  });

  it('keeps to its width with as many lanes as there are, late in a trace', () => {
    const writing = new Writing();
    const process = writing.process(0, 'many');
    for (let lane = 0; lane < 12; lane += 1) {
      writing.bound(process, 3_825_500 + lane, 40_000 + lane);
    }
    for (const width of [40, 60, 80, 200]) {
      const widest = draw(writing.joined(), width).map((line) => stringWidth(line));
      expect(Math.max(...widest)).toBeLessThanOrEqual(width);
    }
  });

  it('keeps to ASCII when it is told to, whatever was sent', () => {
    const writing = new Writing();
    const process = writing.process(0, 'Ståle');
    const socket = writing.bound(process, 10, 12_000);
    const what = payload('日本 ✗ é\u202e😀');
    writing.event(process, 20, 'send', { socket, ...what, to: address(9) });
    for (const trace of [writing.joined(), ...SAMPLES.map(sample)]) {
      expect(draw(trace, 80, { ascii: true }).join('')).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it('has no control character in it, whatever was sent', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        expect(draw(trace, 80).join('')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: runs(30) },
    );
  });

  it('gives wide characters the two cells that they take', () => {
    const writing = new Writing();
    const sender = writing.process(0, 'sender');
    const receiver = writing.process(1, 'receiver');
    const socket = writing.bound(sender, 10, 40_000);
    writing.bound(receiver, 11, 12_000);
    for (const [place, text] of ['日本語', 'abcdef'].entries()) {
      const t = 100 * (place + 1);
      const what = payload(text);
      writing.event(sender, t, 'send', { socket, ...what, to: address(12_000) });
      const from = address(40_000);
      writing.event(receiver, t + 10, 'receive', { socket, ...what, from });
    }
    const picture = draw(writing.joined(), 80);
    const [wide, narrow] = ['日本語', 'abcdef'].map((text) =>
      picture.find((line) => line.includes(text))!,
    );
    const column = (line: string): number =>
      stringWidth(line.slice(0, line.indexOf('╮')));
    expect(column(wide!)).toBe(column(narrow!));
  });

  it('paints each talk in its colour, and what went wrong as such', () => {
    const paint: Painter = (text, style) => (text === '' ? '' : `<${style}>${text}</>`);
    const picture = draw(sample('udp-fates'), 80, { paint }).join('\n');
    expect(picture).toMatch(/<0>[^<]*─/);
    expect(picture).toMatch(/<1>[^<]*nobody there/);
    expect(picture).toMatch(/<bad>[^<]*lost: /);
    expect(picture).toMatch(/<bold>receiver/);
  });

  it('shows what begins before it and goes on after it', () => {
    const picture = draw(sample('udp-uppercase'), 80);
    expect(picture.join('\n')).toContain('┬ socket');
    const metrics = cells(80);
    const part = { from: 301_100, to: 301_700, limit: 100, lanes: metrics.lanes };
    const [act] = tellStory(sample('udp-uppercase'), part).acts;
    const drawn = drawInCells(act!, layOut(act!, metrics), {
      ascii: false,
      paint: (text) => text,
    });
    expect(drawn.join('\n')).not.toMatch(/[┬┴] /);
    expect(drawn.at(-1)).toContain('╰');
  });

  it('draws the way of a socket to itself', () => {
    const writing = new Writing();
    const process = writing.process(0, 'alone');
    const socket = writing.bound(process, 10, 12_000);
    const what = payload('me');
    writing.event(process, 20, 'send', { socket, ...what, to: address(12_000) });
    writing.event(process, 30, 'receive', { socket, ...what, from: address(12_000) });
    const picture = draw(writing.joined(), 80).join('\n');
    expect(picture).toMatch(/─╮ +"me"/);
    expect(picture).toMatch(/◄─╯/);
  });
});
