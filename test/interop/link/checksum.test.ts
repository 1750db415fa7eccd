/** What a kernel does with a datagram in which a bit was flipped: why the link loses it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { needPython } from '../../support/peers.ts';
import { IN_PEACE, Programs } from '../../support/programs.ts';

const programs = new Programs();
afterAll(() => programs.stopAll());

it('drops a flipped datagram, and delivers one that has no checksum', async (context) => {
  needPython(context);
  if (process.platform !== 'linux') context.skip('a raw socket as in Linux, raw(7)');
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await once(socket, 'listening');
    const got: string[] = [];
    socket.on('message', (data) => got.push(data.toString()));
    const peer = 'test/interop/link/peers/udp_checksums.py';
    const end = await programs.python(peer, String(socket.address().port)).ended();
    if (end.code === 3) context.skip('a raw socket needs root');
    expect(end).toEqual(IN_PEACE);
    // They come in the order of sending: when the last is there, the first has been dropped.
    await eventually(() => expect(got).toContain('all well'));
    expect(got).toEqual(['oo check', 'all well']);
  } finally {
    socket.close();
  }
});
