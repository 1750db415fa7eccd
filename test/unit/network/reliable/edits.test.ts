import { describe, expect, it } from 'vitest';
import { fatesOf, linkOf } from '../../../../src/network/link/model/index.ts';
import { edited, namesOf, readEdits } from '../../../../src/network/reliable/edits.ts';
import { fateOf } from '../../../../src/network/reliable/fate-of.ts';
import { climb, ladderPlan } from '../../../../src/network/reliable/ladder.ts';
import type { Kind } from '../../../../src/network/reliable/packet.ts';

const LINK = { delay: 20, loss: 0.3, dup: 0.2, reorder: 0.2, jitter: 5, seed: 7 };
const KINDS: readonly Kind[] = ['data', 'ack', 'probe', 'update'];

describe('edits', () => {
  it('change the fate of the packets that they name, and no other', () => {
    const edits = readEdits('data1,ack2.1,probe3,update0', 'data5,ack6');
    const before = fatesOf(linkOf(LINK));
    const after = fatesOf(edited(linkOf(LINK), edits));
    let changed = 0;
    for (const kind of KINDS) {
      for (let seq = 0; seq < 10; seq += 1) {
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const name = `${kind}${seq}${attempt > 0 ? `.${attempt}` : ''}`;
          const fate = fateOf(after, { kind, seq, attempt });
          const edit = edits.get(name);
          if (edit === undefined) {
            expect(fate).toEqual(fateOf(before, { kind, seq, attempt }));
            continue;
          }
          changed += 1;
          expect(fate).toMatchObject({
            lost: edit === 'lose',
            copies: [],
            overtakenBy: 0,
          });
        }
      }
    }
    expect(changed).toBe(6);
  });

  it('are read as they are written', () => {
    const edits = readEdits('data1,ack0.1', 'data3');
    expect(namesOf(edits, 'lose')).toBe('data1,ack0.1');
    expect(namesOf(edits, 'save')).toBe('data3');
    expect(readEdits(namesOf(edits, 'lose'), namesOf(edits, 'save'))).toEqual(edits);
  });

  it.each([
    ['data', '', '"data" is not a packet'],
    ['data1;', '', '"data1;" is not a packet'],
    ['1', '', '"1" is not a packet'],
    ['data1', 'data1', 'data1 cannot be both lost and saved'],
    ['data1', 'data1.0', 'data1 cannot be both lost and saved'],
  ])('refuses %s and %s', (lose, save, why) => {
    expect(() => readEdits(lose, save)).toThrow(why);
  });

  it('are limited', () => {
    const names = Array.from({ length: 1001 }, (_, k) => `data${k}`).join(',');
    expect(() => readEdits(names)).toThrow('at most 1000 packets');
  });

  it('cost a rung what it repeats', () => {
    const plan = { rungs: ['selective-repeat'], link: { delay: 20 }, messages: 10 };
    const [plain] = climb(ladderPlan(plan));
    const [lost] = climb(ladderPlan({ ...plan, edits: readEdits('data4') }));
    expect(plain).toMatchObject({ end: 'done', again: 0 });
    expect(lost).toMatchObject({ end: 'done', again: 1, needless: 0 });
  });

  it('are of one sender', () => {
    const edits = readEdits('data1');
    expect(() => ladderPlan({ senders: 2, edits })).toThrow('leave out --senders');
  });
});
