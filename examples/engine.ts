/**
 * ZeroMQ for the lessons, from either of two engines with the same API:
 *
 *   --engine socketlab     the toolkit's own, in TypeScript (default)
 *   --engine native        the npm package `zeromq`: libzmq, in C++
 *
 * A program that outgrows the toolkit only needs to change this import to
 * `import { Request } from 'zeromq'`.
 */
import { MisuseError } from '../src/common/index.ts';
import { fail, optionElsewhere } from './program.ts';

type Engine = typeof import('../src/zeromq/index.ts');

export const {
  Dealer,
  Pair,
  Proxy,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Subscriber,
  XPublisher,
  XSubscriber,
}: Engine = await load(optionElsewhere('engine') ?? 'socketlab');

async function load(name: string): Promise<Engine> {
  if (name === 'socketlab') return import('../src/zeromq/index.ts');
  if (name !== 'native') {
    const why = `--engine is socketlab or native, not ${name}`;
    fail(new MisuseError('ERR_BAD_ARGUMENT', why));
  }
  try {
    // The names and calls are the same, but its types describe them
    // differently.
    return (await import('zeromq')) as unknown as Engine;
  } catch (error) {
    const { message } = error as Error;
    fail(new Error(`no native engine: npm install zeromq (${message})`));
  }
}
