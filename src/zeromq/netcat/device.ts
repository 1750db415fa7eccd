/**
 * A device: a process in the middle, with one address for each side.
 *
 *   queue        clients ─► Router    Dealer ─► servers           request and reply
 *   forwarder    publishers ─► XSubscriber    XPublisher ─► subscribers
 *   streamer     managers ─► Pull    Push ─► workers              pipeline
 */
import { Dealer, Proxy, Pull, Push, Router, XPublisher, XSubscriber } from '../index.ts';
import type { NetcatIo } from './options.ts';
import { openSocket } from './sockets.ts';

export const DEVICES = ['queue', 'forwarder', 'streamer'] as const;

export interface DeviceOptions {
  device: (typeof DEVICES)[number];
  /** Where clients, publishers or managers connect; endpoints. */
  front: readonly string[];
  /** Where servers, subscribers or workers connect; endpoints. */
  back: readonly string[];
  /** Messages to keep for one peer, in each direction; 1000 unless given. */
  hwm?: number | undefined;
}

/** Passes messages on until `signal` aborts; those still inside are then thrown away. */
export async function runDevice(
  { device, front, back, hwm }: DeviceOptions,
  { ready, signal }: Pick<NetcatIo, 'ready' | 'signal'>,
): Promise<void> {
  const sending = { ...(hwm !== undefined && { sendHighWaterMark: hwm }) };
  const receiving = { ...(hwm !== undefined && { receiveHighWaterMark: hwm }) };
  const both = { ...sending, ...receiving, linger: 0 };
  const [inner, outer] = {
    queue: () => [new Router(both), new Dealer(both)] as const,
    forwarder: () => [new XSubscriber(both), new XPublisher(both)] as const,
    streamer: () =>
      [
        new Pull({ ...receiving, linger: 0 }),
        new Push({ ...sending, linger: 0 }),
      ] as const,
  }[device]();
  try {
    const endpoints = [
      ...(await openSocket(inner, { bind: front, connect: [] }, '--front')),
      ...(await openSocket(outer, { bind: back, connect: [] }, '--back')),
    ];
    if (signal.aborted) return;
    const proxy = new Proxy(inner, outer);
    signal.addEventListener('abort', () => proxy.terminate(), { once: true });
    ready(endpoints);
    await proxy.run();
  } finally {
    inner.close();
    outer.close();
  }
}
