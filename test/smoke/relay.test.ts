/** The relay does what docs/link.md and docs/bad-luck.md print of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DatagramSocket } from '../../src/udp/index.ts';
import { commandLines, wordsOf } from '../support/command-lines.ts';
import { PATIENCE, Programs, ROOT } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
afterAll(() => programs.stopAll());

describe('the relay', () => {
  const page = readFileSync(join(ROOT, 'docs/link.md'), 'utf8');
  const [, inLink = '', shown = ''] =
    /```\n\$ socketlab (relay .*)\n([^]*?)```/.exec(page) ?? [];
  const inBadLuck = commandLines().find(({ line }) =>
    /relay .*--loss 30%/.test(line),
  )!.line;

  /** The server of lesson 01 behind a relay, and what becomes of each client's datagram. */
  async function through(
    line: string,
    clients: number,
  ): Promise<{ told: string; answered: number[] }> {
    const [port, relayPort] = [await ownPort(), await ownPort()];
    const ports = line.replace('12001', String(relayPort)).replace('12000', String(port));
    const server = programs.cli('run', '01', '--only', 'server', '--port', String(port));
    await server.printed('ready to receive');
    const relay = programs.cli(...wordsOf(ports));
    await relay.printed('The relay is ready');
    const answered: number[] = [];
    for (let number = 1; number <= clients; number += 1) {
      const client = new DatagramSocket();
      await client.sendto(Buffer.alloc(32, 'x'), { port: relayPort });
      // Either it is answered, or the relay tells that it, or its answer, is lost.
      const losses = number - answered.length;
      const ends = [
        client.recvfrom(2048, { timeout: PATIENCE }).then(() => true),
        relay.printed(new RegExp(`(?: lost\\n[^]*?){${losses}}`)).then(() => false),
      ];
      for (const end of ends) end.catch(() => {}); // of that which does not come
      if (await Promise.race(ends)) answered.push(number);
      await client.close();
    }
    relay.signal('SIGINT');
    await relay.ended();
    const told = relay.stdout
      .replaceAll(String(relayPort), '12001')
      .replaceAll(String(port), '12000');
    return { told, answered };
  }

  it('prints what docs/link.md shows, of twenty datagrams of 32 bytes', async () => {
    const { told } = await through(inLink, 20);
    expect(timeless(told)).toBe(timeless(shown));
  });

  it('lets the third of five clients have its answer, as docs/bad-luck.md says', async () => {
    const { answered } = await through(inBadLuck.replace('socketlab ', ''), 5);
    expect(answered).toEqual([3]);
  });
});

/** Without what differs from run to run: times, and Ctrl-C's own echo. */
function timeless(text: string): string {
  return text
    .replaceAll(/^ *\d+\.\d+ s/gm, 'TIME')
    .replaceAll(/^\^C\n/gm, '')
    .trimEnd();
}
