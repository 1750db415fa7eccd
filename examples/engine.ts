/**
 * ZeroMQ for the lessons, by either of two engines that have the same names:
 *
 *   --engine socketlab     the toolkit's own, in TypeScript, to be read (usual)
 *   --engine native        the npm package `zeromq`, that is libzmq, in C++
 *
 * A program that outgrows the toolkit changes this import into
 * `import { Request } from 'zeromq'`, and nothing else.
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
    // The same names and calls, which its own types say in their own way.
    return (await import('zeromq')) as unknown as Engine;
  } catch (error) {
    const { message } = error as Error;
    fail(new Error(`no native engine: npm install zeromq (${message})`));
  }
}
