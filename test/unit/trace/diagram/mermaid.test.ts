import { describe, expect, it } from 'vitest';
import { drawDiagram } from '../../../../src/trace/diagram/index.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { address, payload, sample, SAMPLES, Writing } from './traces.ts';

async function draw(trace: JoinedTrace): Promise<string[]> {
  const { text } = await drawDiagram(trace, { format: 'mermaid', title: 't' });
  return text.split('\n').map((line) => line.trim());
}

describe('a Mermaid diagram', () => {
  it('has a box for each process, a participant for each socket, and the arrows', async () => {
    expect(await draw(sample('udp-uppercase'))).toEqual([
      'sequenceDiagram',
      'box server',
      'participant L0 as 1: UDP 127.0.0.1:12000',
      'end',
      'box client',
      'participant L1 as 1: UDP 0.0.0.0:40001',
      'end',
      'Note over L0: socket',
      'Note over L0: bind 127.0.0.1:12000',
      'Note over L1: socket',
      'Note over L1: bind 0.0.0.0:40001',
      'L1->>L0: #34;my name is Ståle#34; (251 µs)',
      'L0->>L1: #34;MY NAME IS STÅLE#34; (300 µs)',
      'Note over L1: close',
      '',
    ]);
  });

  it('crosses out what was lost, and dashes what nobody has seen', async () => {
    const lines = await draw(sample('udp-fates'));
    expect(lines).toContain('L1-xL0: lost: #34;two, lost#34;');
    expect(lines).toContain('L1-xL0: send 70,000 B: EMSGSIZE');
    expect(lines).toContain('L1-->>L2: nobody there: #34;anybody there?#34;');
  });

  it('brackets the life of a connection, and ends what it began', async () => {
    for (const name of SAMPLES) {
      const depth = new Map<string, number>();
      for (const line of await draw(sample(name))) {
        const [, verb, lane = ''] = /^(activate|deactivate) (L\d+)$/.exec(line) ?? [];
        if (verb === undefined) continue;
        const now = (depth.get(lane) ?? 0) + (verb === 'activate' ? 1 : -1);
        expect(now).toBeGreaterThanOrEqual(0);
        depth.set(lane, now);
      }
    }
    expect(await draw(sample('tcp-uppercase'))).toContain('activate L1');
  });

  it('gives no text a chance to be anything else', async () => {
    const writing = new Writing();
    const process = writing.process(0, 'a;b');
    const socket = writing.bound(process, 10, 12_000);
    const evil = 'x\nend; %%{init: {}}%% <b>#quot;';
    writing.event(process, 20, 'send', { socket, ...payload(evil), to: address(9) });
    const text = (await draw(writing.joined())).join('\n');
    expect(text).toContain('box a#59;b');
    expect(text).toContain(
      'x#92;nend#59; #37;#37;#123;init: #123;#125;#125;#37;#37; #60;b#62;#35;quot#59;',
    );
  });
});
