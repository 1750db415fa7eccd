import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fatesOf, unharmed } from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import {
  type Direction,
  DIRECTIONS,
} from '../../../../../src/network/link/model/packet.ts';
import {
  parseReplay,
  recordHeader,
  recordLine,
} from '../../../../../src/network/link/model/replay.ts';

const HEADER = '{"socketlab":"fates","version":1,"link":"delay=50ms"}\n';

function replayed(text: string) {
  return fatesOf(linkOf(parseReplay(text)));
}

describe('recorded fates', () => {
  const bad: LinkOptions = {
    loss: 0.3,
    dup: 0.3,
    reorder: 0.3,
    corrupt: 0.2,
    corruptPastChecksum: 0.2,
    delay: 50,
    jitter: 5,
    dupDelay: 3,
    drop: [2],
  };

  it('are replayed as they were', () => {
    const where = fc.record({
      direction: fc.constantFrom<Direction>(...DIRECTIONS),
      k: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      line: fc.nat(100),
      attempt: fc.nat(10),
    });
    const packets = fc.uniqueArray(where, {
      selector: (packet) => JSON.stringify(packet),
    });
    fc.assert(
      fc.property(packets, fc.maxSafeNat(), (list, seed) => {
        const fates = fatesOf(linkOf({ ...bad, seed }));
        const lines = list.map(({ direction, k, line, attempt }) =>
          recordLine(direction, k, fates(direction, k, line, attempt), line, attempt),
        );
        const again = replayed(recordHeader({ ...bad, seed }) + lines.join(''));
        for (const { direction, k, line, attempt } of list) {
          const { delay, ...fate } = again(direction, k, line, attempt);
          const { delay: before, ...was } = fates(direction, k, line, attempt);
          expect(fate).toEqual(was);
          if (!fate.lost) expect(delay).toBe(before);
        }
      }),
    );
  });

  it('bring their link along', () => {
    const { replay, ...options } = parseReplay(
      recordHeader({ delay: 50, rate: 1e6, queue: 5 }),
    );
    expect(options).toEqual({ delay: 50, rate: 1e6, queue: 5 });
    expect(replay).toBeTypeOf('function');
  });

  it('may be a short list: a packet without a line passes unharmed after the delay', () => {
    const fates = replayed(`${HEADER}{"direction":"there","k":3,"lost":true}\n\n`);
    expect(fates('there', 3).lost).toBe(true);
    expect(fates('there', 2)).toEqual(unharmed(50));
    expect(fates('back', 3)).toEqual(unharmed(50));
    expect(fates('there', 3, 1)).toEqual(unharmed(50));
    expect(fates('there', 3, 0, 1)).toEqual(unharmed(50));
  });

  it('say nothing twice, and nothing that did not happen', () => {
    expect(recordLine('there', 3, { ...unharmed(5), lost: true })).toBe(
      '{"direction":"there","k":3,"lost":true}\n',
    );
    expect(recordLine('back', 1, unharmed(5), 2, 1)).toBe(
      '{"direction":"back","k":1,"line":2,"attempt":1,"delay":5}\n',
    );
  });

  it('lose what has a flipped bit, unless its checksum is said to have missed it', () => {
    const flipped = '"direction":"there","flippedAt":0.25';
    const lines = `{"k":1,${flipped}}\n{"k":2,${flipped},"pastChecksum":true}\n`;
    const fates = replayed(HEADER + lines);
    expect(fates('there', 1)).toMatchObject({ lost: true, flippedAt: 0.25 });
    expect(fates('there', 2)).toMatchObject({ lost: false, flippedAt: 0.25 });
  });

  it.each([
    ['', 'line 1 of the recorded fates: it is not JSON'],
    ['loss=10%', 'line 1 of the recorded fates: it is not JSON'],
    ['{"socketlab":"fates","version":2}', /^line 1 .*version: .*1/],
    ['{"socketlab":"trace","version":1}', /^line 1 .*socketlab: /],
    ['{"socketlab":"fates","version":1,"link":"loss=1"}', /loss: '1' is not a share/],
    [`${HEADER}{"direction":"there"}`, /^line 2 .*k: /],
    [`${HEADER}{"direction":"up","k":1}`, /^line 2 .*direction: /],
    [`${HEADER}{"direction":"there","k":0}`, /^line 2 .*k: /],
    [`${HEADER}{"direction":"there","k":1,"delay":-1}`, /^line 2 .*delay: /],
    [`${HEADER}{"direction":"there","k":1,"copies":[0,0,0,0]}`, /^line 2 .*copies: /],
    [`${HEADER}{"direction":"there","k":1,"overtakenBy":4}`, /^line 2 .*overtakenBy: /],
    [`${HEADER}{"direction":"there","k":1,"delay":3600001}`, /^line 2 .*delay: /],
    [`${HEADER}{"direction":"there","k":1,"lots":true}`, /^line 2 .*lots: /],
    [`${HEADER}[]`, /^line 2 /],
    [`${HEADER}null`, /^line 2 /],
    [
      `${HEADER}{"direction":"back","k":1}\n{"direction":"back","k":1}`,
      'line 3 of the recorded fates: packet 1 back already has a line',
    ],
  ])('are refused when they are not in order: %j', (text, reason) => {
    expect(() => parseReplay(text)).toThrowError(
      expect.objectContaining({
        code: 'ERR_BAD_LINK',
        message: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      }) as Error,
    );
  });
});
