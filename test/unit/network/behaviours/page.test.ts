/** One experiment in full. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
  EXPERIMENTS,
  outcomeLines,
  type PageOptions,
  questionLines,
} from '../../../../src/network/behaviours/index.ts';
import { failed, named, notHere, PLAIN, ran, strange } from './outcomes.ts';

const options: PageOptions = {
  width: 80,
  paint: PLAIN,
  placeOf: (reading) => reading.replace(/#.*/, ':7'),
};

describe('an experiment in full', () => {
  it('asks, and numbers its answers', () => {
    expect(questionLines(named('nobody-there'), options)).toEqual([
      'nobody-there',
      "Nobody is listening on the port. What does a client's first call return?",
      '',
      '  1  an error, over UDP and over TCP',
      '  2  UDP: the message was sent; TCP: connection refused',
      '  3  nothing: both wait until a server starts',
    ]);
  });

  it('marks the answer that was shown', () => {
    const paint = { ...PLAIN, green: (text: string) => `<${text}>` };
    const lines = questionLines(named('nobody-there'), { width: 80, paint }, 'tcp');
    expect(lines.filter((line) => line.startsWith('<'))).toEqual([
      '<  2  UDP: the message was sent; TCP: connection refused>',
    ]);
  });

  it('tells what happened, why, and what to read', () => {
    const silences = [{ milliseconds: 200, because: 'a packet takes less' }];
    const lines = outcomeLines(ran('nobody-there', undefined, { silences }), options);
    expect(lines.slice(0, 6)).toEqual([
      'What happened',
      '  UDP  UDP told of nobody-there',
      '  TCP  TCP told of nobody-there',
      '  Nothing more arrived in 200 ms. That is long enough: a packet takes less.',
      '  That is answer 2.',
      '',
    ]);
    const text = lines.join('\n');
    expect(text).toContain('Why\n  In UDP, sent means handed to the system.');
    expect(text).toContain(
      '  Written in udp(7); connect(2), ECONNREFUSED; RFC 9293 §3.5.2;',
    );
    expect(text).toMatch(/\nRead\n {2}examples\/06-nobody-there\/udp-nobody\.ts\n/);
    expect(lines.at(-1)).toBe('  src/udp/datagram-socket.ts:7');
  });

  it('says so when the answer is another, or none', () => {
    const other = outcomeLines(
      ran('backlog', 'refused', { differs: 'Here not.' }),
      options,
    );
    expect(other.slice(3, 5)).toEqual(['  That is answer 1.', '  Here not.']);
    const none = outcomeLines(strange('backlog'), options);
    expect(none.slice(3, 5)).toEqual([
      '  None of the answers.',
      '  Not the usual answer.',
    ]);
  });

  it('says why nothing happened', () => {
    const gone = outcomeLines(notHere('multicast', 'no way to a group'), options);
    expect(gone[1]).toBe('  Not here: no way to a group.');
    expect(outcomeLines(failed('multicast', 'no memory'), options)[1]).toBe(
      '  It failed: no memory',
    );
  });

  it.each([40, 80, 200])('fits into %i columns', (width) => {
    for (const { name } of EXPERIMENTS) {
      const wide = { ...options, width };
      const outcome = ran(name);
      const lines = [
        ...questionLines(outcome.experiment, wide),
        ...outcomeLines(outcome, wide).slice(0, -outcome.experiment.read.length),
      ];
      const longest = Math.max(...lines.map((line) => stringWidth(line)));
      expect(longest).toBeLessThanOrEqual(Math.min(width, 90));
    }
  });
});
