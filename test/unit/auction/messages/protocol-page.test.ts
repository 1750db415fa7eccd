/** docs/auction-protocol.md says what the programs do: its messages are messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRequest, parseTold } from '../../../../src/auction/index.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const PAGE = read('docs/auction-protocol.md');

/** The JSON of each block: one object over several lines, or one a line. */
const messages = [...PAGE.matchAll(/```json\n([^]*?)```/g)].flatMap(([, block = '']) => {
  const whole = /^\{\s*\n/.test(block);
  return (whole ? [block] : block.trim().split('\n')).map(
    (text) => JSON.parse(text) as { type: string },
  );
});
const inline = [...PAGE.matchAll(/`(\{"type"[^`]*\})`/g)].map(
  ([, text = '']) => JSON.parse(text.replace('[…]', '[]')) as { type: string },
);

describe('the page on the auction protocol', () => {
  it('shows messages of every kind', () => {
    const types = new Set([...messages, ...inline].map(({ type }) => type));
    const asked = ['join', 'bid', 'pass', 'news', 'watch'];
    const answered = ['welcome', 'accepted', 'refused', 'prove'];
    const told = [
      'start',
      'round',
      'sold',
      'unsold',
      'over',
      'seated',
      'freed',
      'answered',
    ];
    expect(types).toEqual(new Set([...asked, ...answered, ...told]));
  });

  it.each([...messages, ...inline].map((message) => [message.type, message] as const))(
    'shows a %s that is one',
    (type, message) => {
      const asked =
        ['join', 'watch', 'bid', 'pass'].includes(type) ||
        (type === 'news' && 'after' in message);
      const parse = asked ? parseRequest : parseTold;
      expect(parse(message)).toEqual(message);
    },
  );

  it('lists every reason for a refusal, and no other', () => {
    const listed = [...PAGE.matchAll(/^\| `([a-z-]+)`\s+\|[^|]+\|[^|]+\|$/gm)].map(
      ([, code]) => code!,
    );
    const union = /export type (?:RefusalCode|WireRefusalCode) =([^;]+);/g;
    const sources =
      read('src/auction/game/events.ts') +
      read('src/auction/messages/native-messages.ts');
    const codes = [...sources.matchAll(union)].flatMap(([, members = '']) =>
      [...members.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code!),
    );
    expect(listed.sort()).toEqual(codes.sort());
  });
});
