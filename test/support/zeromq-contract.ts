/**
 * What the suites about ZeroMQ share: the two engines, ours and the native one, which have the
 * same API; sockets that a test cannot forget to close; and addresses that nobody else uses.
 *
 *   const open = useSockets();
 *   describe.for(PAIRS)('%s', ([, { binder, connector }]) => {
 *     it('delivers', async () => {
 *       const pull = open(binder, 'Pull');
 *       const push = open(connector, 'Push');
 */
import { afterEach, type TestContext } from 'vitest';
import * as native from 'zeromq';
import * as lab from '../../src/zeromq/index.ts';
import { PATIENCE } from './eventually.ts';
import { addressToKeep, anyAddress, type Transport } from './zeromq-addresses.ts';

/** What a program may use of either: the native package's own types are the contract. */
export type Engine = typeof native;

export type TypeName =
  | 'Dealer'
  | 'Pair'
  | 'Publisher'
  | 'Pull'
  | 'Push'
  | 'Reply'
  | 'Request'
  | 'Router'
  | 'Stream'
  | 'Subscriber'
  | 'XPublisher'
  | 'XSubscriber';

export type SocketOf<T extends TypeName> = InstanceType<Engine[T]>;
export { anyAddress, type Transport } from './zeromq-addresses.ts';

interface Named {
  name: string;
  engine: Engine;
}

/** Ours, by the native engine's types. */
export const OURS = lab as unknown as Engine;

const ours: Named = { name: 'ours', engine: OURS };
const theirs: Named = { name: 'the native engine', engine: native };

/**
 * What the native engine does by itself shows that the contract is libzmq's own; it shows
 * nothing of ours, and we could not mend it. So that is run only when it is asked for.
 */
export const NATIVE_ALONE = process.env['NATIVE_CONTRACT'] === '1';

/** For what concerns one process alone. */
export const ENGINES = (NATIVE_ALONE ? [ours, theirs] : [ours]).map(
  ({ name, engine }) => [name, engine] as const,
);

/** For what happens between two: ours with itself, and both with each other. */
export const PAIRS = [
  { binding: ours, connecting: ours },
  { binding: ours, connecting: theirs },
  { binding: theirs, connecting: ours },
  ...(NATIVE_ALONE ? [{ binding: theirs, connecting: theirs }] : []),
].map(
  ({ binding, connecting }) =>
    [
      `${binding.name} bound, ${connecting.name} connected`,
      {
        binder: binding.engine,
        connector: connecting.engine,
        /** Over inproc:// they meet only inside one engine. */
        transports:
          binding === connecting
            ? (['tcp', 'ipc', 'ws', 'inproc'] as const)
            : (['tcp', 'ipc', 'ws'] as const),
        same: binding === connecting,
      },
    ] as const,
);

// A test that fails must not leave the process waiting for messages that nobody will take.
native.context.blocky = false;

/** No wait in these suites is longer than this, in milliseconds. */
export const LIMIT = PATIENCE;

const CANNOT_SEND = new Set<TypeName>(['Subscriber', 'Pull']);
const CANNOT_RECEIVE = new Set<TypeName>(['Publisher', 'Push']);

export type Open = <T extends TypeName>(
  engine: Engine,
  type: T,
  options?: ConstructorParameters<Engine[T]>[0],
) => SocketOf<T>;

/** Sockets that give up instead of hanging, and are closed after the test, come what may. */
export function useSockets(): Open {
  const opened: native.Socket[] = [];
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
  });
  return (engine, type, options) => {
    const Type = engine[type] as unknown as new (given: object) => SocketOf<typeof type>;
    const socket = new Type({
      linger: 0,
      ...(!CANNOT_SEND.has(type) && { sendTimeout: LIMIT }),
      ...(!CANNOT_RECEIVE.has(type) && { receiveTimeout: LIMIT }),
      ...options,
    });
    opened.push(socket);
    return socket;
  };
}

/** Binds, and tells where to connect to. */
export async function bound(
  socket: native.Socket,
  transport: Transport = 'tcp',
): Promise<string> {
  await socket.bind(anyAddress(transport));
  return socket.lastEndpoint!;
}

/** The same, for who lets go of the address and wants it again. */
export async function boundToKeep(
  socket: native.Socket,
  transport: Transport = 'tcp',
): Promise<string> {
  await socket.bind(await addressToKeep(transport));
  return socket.lastEndpoint!;
}

/** Binds one, connects the other. */
export async function link(
  binding: native.Socket,
  connecting: native.Socket,
  transport: Transport = 'tcp',
  bind = bound,
): Promise<string> {
  const address = await bind(binding, transport);
  connecting.connect(address);
  return address;
}

/** Paths for sockets are not to be had everywhere. */
export function needIpc(context: TestContext, engine: Engine): void {
  if (engine.capability.ipc !== true) context.skip('no ipc:// on this system');
}

export const words = (parts: readonly Buffer[]): string[] => parts.map(String);

/**
 * Publishes until the subscriber hears it: a subscription travels, and until it has arrived
 * the publisher drops. Leaves nothing of it in the queue.
 */
export async function untilHeard(
  publisher: { send(parts: string[]): Promise<void> },
  subscriber: { receive(): Promise<Buffer[]> },
  topic = '',
): Promise<void> {
  const end = Date.now() + LIMIT;
  const first = subscriber.receive();
  const heard = first.then(
    () => true,
    () => true,
  );
  do {
    await publisher.send([topic, 'can you hear me?']);
  } while (!(await Promise.race([heard, pause(5)])) && Date.now() < end);
  await first;
  await publisher.send([topic, 'then we begin']);
  let last: string | undefined;
  while (last !== 'then we begin') last = words(await subscriber.receive()).at(-1);
}

/** Waits until it is so. */
export async function until(is: () => boolean, what: string): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!is()) {
    if (Date.now() > end) throw new Error(`not within ${LIMIT} ms: ${what}`);
    await pause(2);
  }
}

/** @returns false, to be raced against something that is true */
export function pause(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, false);
  });
}

/** Rejects when it takes longer than any of this should. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${LIMIT} ms: ${what}`)), LIMIT);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What it throws, at once or later. */
export async function thrown(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
