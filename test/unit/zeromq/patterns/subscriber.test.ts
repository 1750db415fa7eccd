/** What a subscriber keeps of its subscriptions and of its publishers, and for how long. */
import { expect, it } from 'vitest';
import { defaultOptions } from '../../../../src/zeromq/base/options.ts';
import { Subscriber } from '../../../../src/zeromq/patterns/subscriber.ts';
import { FakePipe } from './fake-pipe.ts';

const topic = (text: string): Buffer => Buffer.from(text);

it('counts its subscriptions, and forgets one with its last cancellation', () => {
  const subscriber = new Subscriber(defaultOptions(), true);
  const pipe = new FakePipe();
  subscriber.attach(pipe);
  subscriber.subscribe(topic('a'));
  subscriber.subscribe(topic('a'));
  subscriber.cancel(topic('a'));
  expect(subscriber.filter(pipe, [topic('abc')])).toBe(true);
  subscriber.cancel(topic('a'));
  expect(subscriber.filter(pipe, [topic('abc')])).toBe(false);
  subscriber.cancel(topic('a'));
  expect(pipe.written).toEqual(['+a', '+a', '-a']);
  const late = new FakePipe();
  subscriber.attach(late);
  subscriber.ready(late);
  expect(late.written).toEqual([]);
});

it('says nothing more to a publisher that has gone', () => {
  const subscriber = new Subscriber(defaultOptions(), false);
  const [gone, there] = [new FakePipe(), new FakePipe()];
  for (const pipe of [gone, there]) subscriber.attach(pipe);
  subscriber.detach(gone);
  subscriber.subscribe(topic('a'));
  subscriber.send(topic('upstream'));
  expect([gone.written, there.written]).toEqual([[], ['+a', 'upstream']]);
});

it('counts what it drops upstream for who has no room', () => {
  const subscriber = new Subscriber(defaultOptions(), false);
  const pipe = new FakePipe();
  subscriber.attach(pipe);
  pipe.full = true;
  subscriber.send(topic('upstream'));
  expect([pipe.written, subscriber.dropped]).toEqual([[], 1]);
});
