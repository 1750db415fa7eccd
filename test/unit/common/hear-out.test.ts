/** All that came, and then how it ended: on real connections, broken at known moments. */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hearOut } from '../../../src/common/index.ts';
import { bareServer, gone, written } from '../../support/broken.ts';
import { eventually } from '../../support/eventually.ts';
import { freshPath } from '../tcp/pair.ts';

const FAMILIES = ['TCP', 'a path'];

/** A client that nobody reads yet, and the server's end, which reads nothing either. */
async function ends(family: string): Promise<{ client: Socket; server: Socket }> {
  const { at, accepted } = await bareServer(family === 'TCP' ? undefined : freshPath());
  const client = new Socket({ allowHalfOpen: true }).pause();
  onTestFinished(() => void client.destroy());
  await once(client.connect(at), 'connect');
  return { client, server: await accepted() };
}

/** What a client that is heard out tells, in its order. */
function storyOf(client: Socket): string[] {
  const story: string[] = [];
  hearOut(client, (error: NodeJS.ErrnoException) => {
    story.push(`write failed: ${error.code}`);
  });
  client.on('data', (chunk) => story.push(chunk.toString()));
  client.on('end', () => story.push('end'));
  client.on('error', (error: NodeJS.ErrnoException) => story.push(error.code!));
  client.on('close', () => story.push('close'));
  return story;
}

describe('what is behind the data', () => {
  it('is a reset, not an end, when the peer broke off', async () => {
    const { client, server } = await ends('TCP');
    const story = storyOf(client.pause());
    await written(server, 'partial');
    await gone(server, 'resetAndDestroy');
    client.resume();
    await eventually(() => expect(story).toEqual(['partial', 'ECONNRESET', 'close']));
  });

  it.each(FAMILIES)(
    'is a reset when the peer closed on unread bytes: %s',
    async (over) => {
      const { client, server } = await ends(over);
      const story = storyOf(client.pause());
      await written(client, 'never read');
      await written(server, 'no!');
      await gone(server, 'destroy');
      client.resume();
      await eventually(() => expect(story).toEqual(['no!', 'ECONNRESET', 'close']));
    },
  );

  it.each(FAMILIES)('is an end when the peer said goodbye: %s', async (over) => {
    const { client, server } = await ends(over);
    const story = storyOf(client.pause());
    await written(server, 'all');
    await gone(server, 'destroy');
    client.resume();
    await eventually(() => expect(story).toEqual(['all', 'end']));
  });

  // Then the system has no peer's address any more, as after a reset.
  it.each(FAMILIES)('is an end when we said goodbye first: %s', async (over) => {
    const { client, server } = await ends(over);
    const story = storyOf(client.pause());
    client.end();
    server.resume();
    await once(server, 'end');
    await written(server, 'late');
    await gone(server, 'destroy');
    client.resume();
    await eventually(() => expect(story).toEqual(['late', 'end', 'close']));
  });
});

describe('what had come', () => {
  it('is told before the error of the reading, also from Node’s own buffer', async () => {
    const { client, server } = await ends('TCP');
    const story = storyOf(client);
    client.read(0);
    client.pause();
    server.write('in Node’s buffer');
    await eventually(() => expect(client.readableLength).toBeGreaterThan(0));
    await gone(server, 'resetAndDestroy');
    await eventually(() =>
      expect(story).toEqual(['in Node’s buffer', 'ECONNRESET', 'close']),
    );
  });

  it.each(FAMILIES)('outlives a write that fails: %s', async (over) => {
    const { client, server } = await ends(over);
    const story = storyOf(client.pause());
    await written(server, 'x'.repeat(100_000));
    await gone(server, 'destroy');
    let code: string | undefined;
    client.write('first', () =>
      client.write('second', (error?: NodeJS.ErrnoException | null) => {
        code = error?.code;
      }),
    );
    await eventually(() => expect(story).toEqual(['write failed: EPIPE']));
    expect(client.destroyed).toBe(false);
    client.resume();
    await eventually(() => expect(story.at(-1)).toBe('close'));
    expect(story.slice(1, -3).join('')).toBe('x'.repeat(100_000));
    expect(story.slice(-3)).toEqual(['end', 'EPIPE', 'close']);
    expect(over === 'TCP' ? code : 'EPIPE').toBe('EPIPE');
  });
});
