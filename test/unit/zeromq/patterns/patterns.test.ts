/** Who gets a message, who is read from, and what is kept about peers that have gone. */
import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../../src/zeromq/base/options.ts';
import { FairQueue } from '../../../../src/zeromq/patterns/fair-queue.ts';
import { Pair } from '../../../../src/zeromq/patterns/pair.ts';
import { Push } from '../../../../src/zeromq/patterns/pipeline.ts';
import { Reply } from '../../../../src/zeromq/patterns/reply.ts';
import { Request } from '../../../../src/zeromq/patterns/request.ts';
import { RoundRobin } from '../../../../src/zeromq/patterns/round-robin.ts';
import { Router } from '../../../../src/zeromq/patterns/router.ts';
import type { Pattern } from '../../../../src/zeromq/patterns/pattern.ts';
import { FakePipe } from './fake-pipe.ts';

const parts = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const written = (...pipes: FakePipe[]): string[][] => pipes.map((pipe) => pipe.written);

/** A pipe of this pattern's, whose messages arrive there. */
function pipeOf(pattern: Pattern, options = defaultOptions()): FakePipe {
  const pipe = new FakePipe({
    options,
    filter: (from, message) => !pattern.filters || pattern.filter(from, message),
    readable: (from) => pattern.pipeReadable(from),
  });
  pattern.attach(pipe);
  pattern.ready(pipe);
  return pipe;
}

describe('a pipe', () => {
  it('stops its peer at the high-water mark, and lets it go on at half of it', () => {
    const options = Object.assign(defaultOptions(), { receiveHighWaterMark: 4 });
    const pipe = new FakePipe({ options });
    const more = ['1', '2', '3', '4'].map((text) => pipe.deliver(parts(text)));
    expect(more).toEqual([true, true, true, false]);
    pipe.read();
    expect(pipe.resumed).toBe(0);
    pipe.read();
    expect(pipe.resumed).toBe(1);
    pipe.read();
    pipe.read();
    expect([pipe.resumed, pipe.read()]).toEqual([1, undefined]);
  });

  it('has no high-water mark when it is 0', () => {
    const options = Object.assign(defaultOptions(), { receiveHighWaterMark: 0 });
    const pipe = new FakePipe({ options });
    for (let i = 0; i < 2000; i += 1) expect(pipe.deliver(parts('x'))).toBe(true);
  });

  it('that conflates keeps the last message alone', () => {
    const pipe = new FakePipe({
      options: Object.assign(defaultOptions(), { conflate: true }),
    });
    for (const text of ['1', '2', '3']) pipe.deliver(parts(text));
    expect([String(pipe.read()), pipe.read()]).toEqual(['3', undefined]);
  });
});

describe('a fair queue', () => {
  it('takes one from each in turn, however many each has', () => {
    const queue = new FairQueue();
    const [a, b, c] = ['a', 'b', 'c'].map(
      () => new FakePipe({ readable: (pipe) => queue.add(pipe) }),
    ) as [FakePipe, FakePipe, FakePipe];
    for (const i of [1, 2, 3, 4]) a.deliver(parts(`a${i}`));
    for (const i of [1, 2]) b.deliver(parts(`b${i}`));
    c.deliver(parts('c1'));
    const got = Array.from({ length: 7 }, () => String(queue.read()));
    expect(got).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
    expect([queue.empty, queue.read()]).toEqual([true, undefined]);
  });

  it('forgets who is removed', () => {
    const queue = new FairQueue();
    const pipes = [1, 2].map(() => new FakePipe({ readable: (pipe) => queue.add(pipe) }));
    for (const [i, pipe] of pipes.entries()) pipe.deliver(parts(String(i)));
    queue.remove(pipes[0]!);
    expect([String(queue.read()), queue.read(), queue.empty]).toEqual([
      '1',
      undefined,
      true,
    ]);
  });
});

describe('round-robin', () => {
  it('passes over who is full, and says when all are', () => {
    const robin = new RoundRobin();
    const [a, b] = [new FakePipe(), new FakePipe()];
    expect([robin.pick(), robin.hasRoom]).toEqual([undefined, false]);
    for (const pipe of [a, b]) robin.add(pipe);
    expect([robin.pick(), robin.pick(), robin.pick()]).toEqual([a, b, a]);
    b.full = true;
    expect([robin.pick(), robin.pick(), robin.hasRoom]).toEqual([a, a, true]);
    a.full = true;
    expect([robin.pick(), robin.hasRoom]).toEqual([undefined, false]);
  });

  it('skips nobody when one of those before it leaves', () => {
    const robin = new RoundRobin();
    const pipes = [0, 1, 2, 3].map(() => new FakePipe());
    for (const pipe of pipes) robin.add(pipe);
    expect([robin.pick(), robin.pick()]).toEqual(pipes.slice(0, 2));
    robin.remove(pipes[0]!);
    robin.remove(new FakePipe());
    const turns = [robin.pick(), robin.pick(), robin.pick(), robin.pick()];
    expect(turns.map((pipe) => pipes.indexOf(pipe as FakePipe))).toEqual([2, 3, 1, 2]);
  });
});

describe('PUSH', () => {
  it('waits while everybody is full, drops nothing, and forgets who has gone', () => {
    const push = new Push(defaultOptions());
    const [a, b] = [pipeOf(push), pipeOf(push)];
    a.full = b.full = true;
    expect([push.send(parts('1')), push.writable]).toEqual([false, false]);
    b.full = false;
    expect([push.send(parts('1')), push.writable]).toEqual([true, true]);
    push.detach(b);
    expect(push.send(parts('2'))).toBe(false);
    a.full = false;
    expect(push.send(parts('2'))).toBe(true);
    expect([written(a, b), push.dropped]).toEqual([[['2'], ['1']], 0]);
  });
});

describe('PAIR', () => {
  it('has one peer, waits for it, and has room for another when it has gone', () => {
    const pair = new Pair(defaultOptions());
    const one = pipeOf(pair);
    expect(pair.hasRoom).toBe(false);
    one.full = true;
    expect([pair.send(parts('1')), pair.writable]).toEqual([false, false]);
    pair.detach(one);
    expect(pair.hasRoom).toBe(true);
    const two = pipeOf(pair);
    pair.send(parts('2'));
    expect(written(one, two)).toEqual([[], ['2']]);
  });
});

describe('ROUTER', () => {
  const named = (router: Router, name: string): FakePipe => {
    const pipe = new FakePipe();
    pipe.routingId = Buffer.from(name);
    router.attach(pipe);
    return pipe;
  };

  it('drops for whom there is no room, and counts that', () => {
    const router = new Router(defaultOptions());
    const ann = named(router, 'ann');
    ann.full = true;
    expect(router.send(parts('ann', '1'))).toBe(true);
    expect(router.send(parts('nobody', '1'))).toBe(true);
    ann.full = false;
    router.send(parts('ann', '2'));
    // Nobody is nobody's room: only what could have been sent counts.
    expect([ann.written, router.dropped]).toEqual([['2'], 1]);
  });

  it('that must deliver waits for room, and says who is not there', () => {
    const router = new Router(Object.assign(defaultOptions(), { mandatory: true }));
    const ann = named(router, 'ann');
    ann.full = true;
    expect([router.send(parts('ann', '1')), router.writable]).toEqual([false, false]);
    ann.full = false;
    expect([router.send(parts('ann', '1')), router.writable]).toEqual([true, true]);
    router.detach(ann);
    expect(() => router.send(parts('ann', '2'))).toThrow(
      expect.objectContaining({ code: 'EHOSTUNREACH' }),
    );
    expect([ann.written, router.dropped, router.writable]).toEqual([['1'], 0, false]);
  });

  it('gives the name of who has gone to the next who bears it', () => {
    const router = new Router(defaultOptions());
    const first = named(router, 'ann');
    router.detach(first);
    const second = named(router, 'ann');
    router.send(parts('ann', 'hello'));
    expect(written(first, second)).toEqual([[], ['hello']]);
  });
});

describe('REP', () => {
  it('drops an answer for whom there is no room, counts it, and takes the next question', () => {
    const reply = new Reply(defaultOptions());
    const [slow, gone, quick] = [pipeOf(reply), pipeOf(reply), pipeOf(reply)];
    for (const pipe of [slow, gone, quick]) pipe.deliver(parts('', 'question'));
    slow.full = true;
    reply.detach(gone);
    for (let i = 0; i < 3; i += 1) {
      expect(reply.receive()!.map(String)).toEqual(['question']);
      expect(reply.send(parts(`answer ${i}`))).toBe(true);
    }
    expect([written(slow, gone, quick), reply.dropped]).toEqual([
      [[], [], ['answer 2']],
      1,
    ]);
  });
});

describe('REQ', () => {
  it('forgets what came to earlier questions when it asks the next', () => {
    const options = Object.assign(defaultOptions(), { relaxed: true });
    const request = new Request(options);
    const pipe = pipeOf(request, options);
    request.send(parts('one'));
    pipe.deliver(parts('', 'to one'));
    request.send(parts('two'));
    pipe.deliver(parts('', 'to two'));
    expect(request.receive()!.map(String)).toEqual(['to two']);
  });
});
