/** When a stream is read, and when it is not. */
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { StreamReader } from '../../../src/tcp/stream-reader.ts';

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

it('reads nothing before somebody asks, and no more than a chunk ahead then', async () => {
  const stream = new PassThrough();
  const reader = new StreamReader(stream as unknown as Socket);
  const write = async (text: string): Promise<number> => {
    stream.write(text);
    await turn();
    return stream.readableLength;
  };
  expect(await write('hello')).toBe(5);
  expect(String(await reader.recv(2, {}))).toBe('he');
  // What nobody wants stays in the stream.
  expect(await write('world')).toBe(5);
  expect(String(await reader.recv(10, {}))).toBe('llo');
  expect(stream.readableLength).toBe(5);
  expect(String(await reader.recv(10, {}))).toBe('world');
});
