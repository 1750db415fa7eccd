/** Which type of socket follows which pattern. */
import type { Options } from '../base/options.ts';
import type { TypeName } from '../zmtp/index.ts';
import { Pair } from './pair.ts';
import type { Pattern } from './pattern.ts';
import { Client, Server } from './client-server.ts';
import { Datagram, parsePlace } from './datagram.ts';
import { Dealer, Pull, Push } from './pipeline.ts';
import { Publisher } from './publisher.ts';
import { Dish, Radio } from './radio-dish.ts';
import { Reply } from './reply.ts';
import { Request } from './request.ts';
import { Router } from './router.ts';
import { Gather, Scatter } from './scatter-gather.ts';
import { Stream } from './stream.ts';
import { Subscriber } from './subscriber.ts';

export { parsePlace };
export type { Dish, Pattern, Publisher, Subscriber };

const PATTERNS: Record<TypeName, (options: Options) => Pattern> = {
  PAIR: (options) => new Pair(options),
  PUB: (options) => new Publisher(options, false),
  SUB: (options) => new Subscriber(options, true),
  REQ: (options) => new Request(options),
  REP: (options) => new Reply(options),
  DEALER: (options) => new Dealer(options),
  ROUTER: (options) => new Router(options),
  PULL: (options) => new Pull(options),
  PUSH: (options) => new Push(options),
  XPUB: (options) => new Publisher(options, true),
  XSUB: (options) => new Subscriber(options, false),
  STREAM: (options) => new Stream(options),
  SERVER: (options) => new Server(options),
  CLIENT: (options) => new Client(options),
  RADIO: (options) => new Radio(options),
  DISH: (options) => new Dish(options),
  GATHER: (options) => new Gather(options),
  SCATTER: (options) => new Scatter(options),
  DGRAM: (options) => new Datagram(options),
};

export function patternOf(type: TypeName, options: Options): Pattern {
  return PATTERNS[type](options);
}
