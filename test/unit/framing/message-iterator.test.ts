/** An iterator by hand does what an async generator would do. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { encodeFrames, FramedConnection } from '../../../src/framing/index.ts';
import { eventually } from '../../support/eventually.ts';

const bytes = (...words: string[]): Buffer =>
  encodeFrames(words.map((word) => Buffer.from(word)));

/** A connection to which these messages have come. */
async function connectionWith(...words: string[]) {
  const wire = new PassThrough();
  const connection = new FramedConnection({
    readable: wire,
    writable: new PassThrough(),
  });
  wire.write(bytes(...words));
  await eventually(() => expect(connection.statistics.unread).toBe(words.length));
  return { wire, connection };
}

const said = (result: IteratorResult<Buffer, void>): string =>
  result.done ? 'done' : result.value.toString();
const gives = async (...results: Promise<IteratorResult<Buffer, void>>[]) =>
  (await Promise.all(results)).map(said);

describe('iterating over messages', () => {
  it('answers calls in their order, those that were made ahead too', async () => {
    const { wire, connection } = await connectionWith('a', 'b');
    const messages = connection.messages();
    const six = gives(...Array.from({ length: 6 }, () => messages.next()));
    wire.write(bytes('c'));
    wire.end(bytes('', 'd'));
    expect(await six).toEqual(['a', 'b', 'c', '', 'd', 'done']);
    expect(await gives(messages.next())).toEqual(['done']);
  });

  it('is over after return, and after the end of a loop', async () => {
    const { connection } = await connectionWith('a', 'b', 'c');
    const messages = connection.messages();
    expect(await gives(messages.next(), messages.return(), messages.next())).toEqual([
      'a',
      'done',
      'done',
    ]);
    const again = connection.messages();
    for await (const message of again) {
      expect(message.toString()).toBe('b');
      break;
    }
    expect(await gives(again.next())).toEqual(['done']);
    expect((await connection.receive())?.toString()).toBe('c');
  });

  it('returns when the call before has been answered', async () => {
    const { wire, connection } = await connectionWith();
    const messages = connection.messages();
    const both = gives(messages.next(), messages.return());
    wire.write(bytes('a', 'b'));
    expect(await both).toEqual(['a', 'done']);
    expect(connection.statistics.unread).toBe(1);
  });

  it('is over after an error, of its own or thrown in', async () => {
    const { wire, connection } = await connectionWith('a', 'b');
    const thrown = connection.messages();
    await expect(thrown.throw(new Error('enough'))).rejects.toThrow('enough');
    expect(await gives(thrown.next())).toEqual(['done']);

    const messages = connection.messages();
    wire.end(Buffer.from([0]));
    expect(await gives(messages.next(), messages.next())).toEqual(['a', 'b']);
    await expect(messages.next()).rejects.toThrow('ended in the middle of a frame');
    expect(await gives(messages.next())).toEqual(['done']);
  });

  it('gives nothing once its signal has aborted, and the rest to the next who asks', async () => {
    const { connection } = await connectionWith('a', 'b');
    const abort = new AbortController();
    const messages = connection.messages({ signal: abort.signal });
    expect(await gives(messages.next())).toEqual(['a']);
    abort.abort(new Error('enough'));
    await expect(messages.next()).rejects.toThrow('enough');
    expect(await gives(connection.messages().next())).toEqual(['b']);
  });
});
