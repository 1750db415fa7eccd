/** Datagrams that no client of the lecture sends: the UDP servers go on answering others. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { needPython } from '../support/peers.ts';
import { type End, IN_PEACE, type Program, Programs } from '../support/programs.ts';
import { askOverUdp, ownPort } from '../support/sockets.ts';
import { eventually } from '../support/eventually.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

/** From an address that nobody can be answered at: a raw socket writes what it likes. */
async function spoof(
  context: TestContext,
  [host, from]: [string, number],
  port: number,
): Promise<void> {
  needPython(context);
  const to = ['127.0.0.1', String(port)];
  const args = [host, String(from), ...to, 'from nowhere'];
  const sender = programs.python('test/support/spoof.py', ...args);
  const end = await sender.ended();
  if (end.code === 3) context.skip('a raw socket needs root');
  expect(end).toEqual(IN_PEACE);
}

it("ends the slide's server when there is no port to answer to", async (context) => {
  const port = await ownPort();
  const server = programs.lesson('01-udp-uppercase/server', '--port', String(port));
  await server.printed('The server is ready to receive\n');
  await spoof(context, ['127.0.0.1', 0], port);
  const { code, stderr } = await server.ended();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^server: .*ERR_SOCKET_BAD_PORT|^RangeError|Port should be/);
});

describe.each([
  ['the robust server', '01-udp-uppercase/robust-server'],
  ["the toolkit's server", '03-blocking-calls/udp-server'],
])('%s', (_, file) => {
  let server: Program;
  let port: number;

  beforeEach(async () => {
    port = await ownPort();
    server = programs.lesson(file, '--port', String(port));
    await server.printed('The server is ready to receive\n');
  });

  /** It answers as before, and ends as always; the end is for the test to look at. */
  const goesOn = async (): Promise<End> => {
    const answer = await askOverUdp(port, 'still there, ståle?');
    expect(answer.text).toBe('STILL THERE, STÅLE?');
    expect(server.stdout).toBe('The server is ready to receive\n');
    server.signal('SIGINT');
    return server.ended();
  };

  it('answers an empty datagram with an empty one', async () => {
    expect((await askOverUdp(port, Buffer.alloc(0))).text).toBe('');
    expect(await goesOn()).toEqual(IN_PEACE);
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['bytes that UTF-8 never has', [0x61, 0xff, 0xfe, 0x62]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ])('answers what is not UTF-8: %s', async (_name, bytes) => {
    const { text } = await askOverUdp(port, Buffer.from(bytes));
    expect(text).toBe(Buffer.from(bytes).toString().toUpperCase());
    expect(await goesOn()).toEqual(IN_PEACE);
  });

  it('answers the first 2048 bytes of the largest datagram', async () => {
    const { text } = await askOverUdp(port, Buffer.alloc(65_507, 'a'));
    expect(text).toBe('A'.repeat(2048));
    expect(await goesOn()).toEqual(IN_PEACE);
  });

  it('cuts no character when it cuts a datagram', async () => {
    const sentence = `x${'å'.repeat(2000)}`; // the 2048th byte is the first half of an å
    expect((await askOverUdp(port, sentence)).text).toBe(`X${'Å'.repeat(1023)}`);
    expect(await goesOn()).toEqual(IN_PEACE);
  });

  it('goes on after thousands of datagrams whose sender has gone', async () => {
    const sender = createSocket('udp4');
    for (let sent = 0; sent < 2000; sent += 1) {
      await new Promise((resolve) => sender.send('gone', port, '127.0.0.1', resolve));
    }
    sender.close();
    await once(sender, 'close');
    // While its queue is full the server drops what comes: ask until there is room again.
    await eventually(() => askOverUdp(port, 'room?', '127.0.0.1', 200));
    expect(await goesOn()).toEqual(IN_PEACE);
  });

  it('survives a sender without a port to answer to', async (context) => {
    await spoof(context, ['127.0.0.1', 0], port);
    expect(await goesOn()).toEqual(oneLineAtMost);
  });

  it('survives a sender to whose address nobody may send', async (context) => {
    // A broadcast address: sendto(2) to it gives EACCES.
    await spoof(context, ['127.255.255.255', 4000], port);
    expect(await goesOn()).toEqual(oneLineAtMost);
  });

  // A server may say that there was one whom it could not answer.
  const oneLineAtMost = {
    ...IN_PEACE,
    stderr: expect.stringMatching(/^(?:no answer for [^\n]+\n)?$/) as string,
  };
});
