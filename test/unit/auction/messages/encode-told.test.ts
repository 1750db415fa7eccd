import { describe, expect, it } from 'vitest';
import { encodeTold } from '../../../../src/auction/messages/encode-told.ts';
import {
  parseTold,
  type Welcome,
} from '../../../../src/auction/messages/native-messages.ts';
import { decodeJson } from '../../../../src/framing/index.ts';

class CountedList extends Array<string> {
  written = 0;

  toJSON(): string[] {
    this.written += 1;
    return [...this];
  }
}

function welcome(name: string, items: string[], more: object = {}): Welcome {
  return {
    type: 'welcome',
    version: 1,
    name,
    token: 't',
    rules: {
      bidders: 2,
      budget: 100,
      kinds: ['A"', 'Ä'],
      countToWin: 3,
      price: 'first',
      order: 'known',
      win: 'first-to',
      values: {},
      items: items.length,
      secondsPerRound: 60,
    },
    items,
    state: {
      seq: 4,
      phase: 'bidding',
      round: 1,
      answered: false,
      winner: null,
      bidders: [{ name: 'änn', money: 93, owned: { 'A"': 1 } }],
    },
    ...more,
  };
}

describe('a welcome as JSON', () => {
  it('says what any JSON of it would say', () => {
    for (const more of [{}, { id: 9 }]) {
      const message = welcome('änn', ['A"', 'Ä', 'A"'], more);
      expect(decodeJson(encodeTold(message), parseTold)).toEqual(message);
    }
    const nothing = welcome('b', []);
    expect(decodeJson(encodeTold(nothing), parseTold)).toEqual(nothing);
  });

  it('is written for thousands without writing the list of items again', () => {
    const items = CountedList.from(['A"', 'Ä']) as CountedList;
    for (const name of ['ann', 'bob', 'cid']) {
      expect(encodeTold(welcome(name, items)).toString()).toContain('["A\\"","Ä"]');
    }
    expect(items.written).toBe(1);
  });
});
