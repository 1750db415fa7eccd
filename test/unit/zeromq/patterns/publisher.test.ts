/** What a publisher keeps of its subscribers, and for how long. */
import { describe, expect, it } from 'vitest';
import { defaultOptions, type Options } from '../../../../src/zeromq/base/options.ts';
import { Publisher } from '../../../../src/zeromq/patterns/publisher.ts';
import { FakePipe } from './fake-pipe.ts';

const MIB = 2 ** 20;
const topic = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A publisher, and peers that it knows; `shown` reads what an XPUB shows. */
function publisherOf(peers: number, options: Partial<Options> = {}, shows = false) {
  const publisher = new Publisher(Object.assign(defaultOptions(), options), shows);
  const pipes = Array.from({ length: peers }, () => new FakePipe());
  for (const pipe of pipes) publisher.attach(pipe);
  const shown = (): string[] => {
    const texts: string[] = [];
    while (publisher.readable) texts.push(String(publisher.receive()![0]));
    return texts;
  };
  return { publisher, pipes, pipe: pipes[0]!, shown };
}

const TOO_MUCH = expect.objectContaining({ code: 'ERR_ZMTP_COMMAND' }) as Error;

describe('a peer may subscribe', () => {
  it('to a hundred thousand topics, and to one more for each that it cancels', () => {
    const { publisher, pipe } = publisherOf(1);
    for (let i = 0; i < 100_000; i += 1)
      publisher.subscription(pipe, true, topic(`${i}`));
    // Again is not more.
    publisher.subscription(pipe, true, topic('7'));
    publisher.subscription(pipe, false, topic('7'));
    publisher.subscription(pipe, true, topic('one'));
    expect(pipe.topics!.size).toBe(100_000);
    expect(() => publisher.subscription(pipe, true, topic('7'))).toThrow(TOO_MUCH);
  });

  it('to as many topics as the option says, or to any number of them', () => {
    const { publisher, pipe } = publisherOf(1, { maxSubscriptions: 2 });
    publisher.subscription(pipe, true, topic('1'));
    publisher.subscription(pipe, true, topic('2'));
    expect(() => publisher.subscription(pipe, true, topic('3'))).toThrow(
      'more than 2 topics',
    );
    const free = publisherOf(1, { maxSubscriptions: 0 });
    for (let i = 0; i <= 100_000; i += 1) {
      free.publisher.subscription(free.pipe, true, topic(String(i)));
    }
    expect(free.pipe.topics!.size).toBe(100_001);
  });

  it('to no more of an XPUB with `manual`, which grants nothing by itself', () => {
    const options = { manual: true, maxSubscriptions: 2 };
    const { publisher, pipe } = publisherOf(1, options, true);
    for (const text of ['1', '2', '2']) publisher.subscription(pipe, true, topic(text));
    expect(() => publisher.subscription(pipe, true, topic('3'))).toThrow(TOO_MUCH);
    publisher.subscription(pipe, false, topic('1'));
    publisher.subscription(pipe, true, topic('3'));
    expect(pipe.topics).toBeUndefined();
  });

  it('to topics of 16 MiB together, and not to one byte more', () => {
    const { publisher, pipe } = publisherOf(1);
    const large = Array.from({ length: 4 }, (_, i) => Buffer.alloc(4 * MIB, i));
    for (const one of large) publisher.subscription(pipe, true, one);
    // Again is not more, and the empty topic has no bytes.
    for (const one of large) publisher.subscription(pipe, true, one);
    publisher.subscription(pipe, true, topic(''));
    expect(pipe.topicBytes).toBe(16 * MIB);
    expect(() => publisher.subscription(pipe, true, topic('x'))).toThrow(TOO_MUCH);
  });

  it('again and again to what it has cancelled: only what stays is counted', () => {
    const { publisher, pipe } = publisherOf(1);
    const large = Buffer.alloc(4 * MIB, 'x');
    for (let i = 0; i < 5; i += 1) {
      publisher.subscription(pipe, true, large);
      publisher.subscription(pipe, false, large);
    }
    // What is not there cannot be cancelled.
    publisher.subscription(pipe, false, large);
    expect([pipe.topicBytes, pipe.topics!.size]).toEqual([0, 0]);
  });

  it('to as much as it likes when it is a socket of this process', () => {
    const { publisher } = publisherOf(0);
    const pipe = new FakePipe({}, true);
    for (let i = 0; i < 5; i += 1) {
      publisher.subscription(pipe, true, Buffer.alloc(4 * MIB, i));
    }
    expect(pipe.topics!.size).toBe(5);
  });
});

describe('a publisher', () => {
  it('sends a message once to whom it matches twice', () => {
    const { publisher, pipes } = publisherOf(2);
    for (const text of ['', 'a', 'ab'])
      publisher.subscription(pipes[0]!, true, topic(text));
    publisher.subscription(pipes[1]!, true, topic('a'));
    publisher.send(topic('abc'));
    expect(pipes.map(({ written }) => written)).toEqual([['abc'], ['abc']]);
  });

  it('drops for whom there is no room, counts that, and serves the others', () => {
    const { publisher, pipes } = publisherOf(3);
    for (const pipe of pipes) publisher.subscription(pipe, true, topic(''));
    pipes[1]!.full = pipes[2]!.full = true;
    publisher.send(topic('one'));
    pipes[2]!.full = false;
    publisher.send(topic('two'));
    expect(pipes.map(({ written }) => written)).toEqual([['one', 'two'], [], ['two']]);
    expect(publisher.dropped).toBe(3);
  });

  it('says so when it may not drop, and sends to nobody then', () => {
    const { publisher, pipes } = publisherOf(2, { noDrop: true });
    for (const pipe of pipes) publisher.subscription(pipe, true, topic(''));
    pipes[1]!.full = true;
    expect(() => publisher.send(topic('x'))).toThrow(
      expect.objectContaining({ code: 'EAGAIN' }),
    );
    expect([publisher.dropped, pipes.flatMap(({ written }) => written)]).toEqual([0, []]);
  });

  it('forgets a topic with its last subscriber: the next one is the first again', () => {
    const { publisher, pipes, shown } = publisherOf(2, {}, true);
    const [one, two] = pipes as [FakePipe, FakePipe];
    publisher.subscription(one, true, topic('a'));
    publisher.subscription(two, true, topic('a'));
    publisher.subscription(one, false, topic('a'));
    expect(shown()).toEqual(['\u0001a']);
    publisher.detach(two);
    expect(shown()).toEqual(['\u0000a']);
    publisher.subscription(one, true, topic('a'));
    expect(shown()).toEqual(['\u0001a']);
  });

  it('sends nothing to who has gone, whatever it wanted or did not want', () => {
    const { publisher, pipes } = publisherOf(2, { invertMatching: true });
    const [gone, there] = pipes as [FakePipe, FakePipe];
    publisher.subscription(gone, true, topic('a'));
    publisher.detach(gone);
    publisher.send(topic('a'));
    publisher.send(topic('b'));
    expect([gone.written, there.written]).toEqual([[], ['a', 'b']]);
  });
});

describe('an XPUB whose program does not read', () => {
  it('stops its peers at the high-water mark, and lets them go on at half of it', () => {
    const { publisher, pipe } = publisherOf(1, { receiveHighWaterMark: 4 }, true);
    const more = ['a', 'b', 'c', 'd'].map((text) =>
      publisher.subscription(pipe, true, topic(text)),
    );
    expect(more).toEqual([true, true, true, false]);
    publisher.receive();
    expect(pipe.resumed).toBe(0);
    publisher.receive();
    expect(pipe.resumed).toBe(1);
    expect(publisher.subscription(pipe, true, topic('e'))).toBe(true);
  });

  it('does not wake a peer that has gone meanwhile', () => {
    const { publisher, pipe } = publisherOf(1, { receiveHighWaterMark: 1 }, true);
    publisher.filter(pipe, [topic('a message upstream')]);
    publisher.detach(pipe);
    publisher.receive();
    expect(pipe.resumed).toBe(0);
  });

  it('has no high-water mark when it is 0', () => {
    const { publisher, pipe } = publisherOf(1, { receiveHighWaterMark: 0 }, true);
    for (let i = 0; i < 2000; i += 1) {
      expect(publisher.subscription(pipe, true, topic(`${i}`))).toBe(true);
    }
  });
});
