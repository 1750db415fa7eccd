/** What is said about the acknowledgements of a program with a socket of its own. */
import { expect, it } from 'vitest';
import { Answers } from '../../../../../src/network/reliable/check/answers.ts';
import { type Packet, packetOf } from '../../../../../src/network/reliable/packet.ts';

const data = (seq: number, time: number): Packet =>
  packetOf({ kind: 'data', session: 1, seq, time });
const ack = (number: number, echo: number, session = 1): Packet =>
  packetOf({ kind: 'ack', session, seq: 0, ack: number, echo });

function afterTwo(measures: boolean): Answers {
  const answers = new Answers(1, measures);
  answers.sent(data(0, 500));
  answers.sent(data(1, 600));
  return answers;
}

it('has nothing against true answers', () => {
  const answers = afterTwo(true);
  expect(answers.came(ack(1, 500))).toBeUndefined();
  expect(answers.came(ack(2, 600))).toBeUndefined();
  expect(answers.came(packetOf({ kind: 'update', session: 1, seq: 0 }))).toBeUndefined();
  expect(answers.beyond(2)).toBeUndefined();
});

it('knows what was acknowledged and not sent; what another session sent does not count', () => {
  const answers = afterTwo(false);
  answers.sent({ ...data(2, 700), session: 2 });
  expect(answers.came(ack(3, 0))).toMatchObject({
    rule: 'ack',
    message: 'It acknowledged message 3, which had not been sent.',
  });
  expect(answers.came(ack(3, 0, 2))).toBeUndefined();
});

it('knows an echo of no packet, where round trips are measured', () => {
  expect(afterTwo(false).came(ack(1, 0))).toBeUndefined();
  expect(afterTwo(true).came(ack(1, 0))).toMatchObject({
    rule: 'number',
    message:
      'It sent ack 1 with echo 0: the echo is the time of the packet that is answered.',
  });
});

it('knows what was acknowledged and not printed', () => {
  const answers = afterTwo(false);
  answers.came(ack(2, 0));
  answers.came(ack(1, 0));
  expect(answers.beyond(2)).toBeUndefined();
  expect(answers.beyond(1)).toBe('acknowledged 2 messages, but printed only 1');
});
