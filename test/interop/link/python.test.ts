/** Python programs through `socketlab relay`: they notice what happens, and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fatesOf } from '../../../src/network/link/model/fate.ts';
import { linkOf } from '../../../src/network/link/index.ts';
import { joinTrace, loadTrace } from '../../../src/trace/index.ts';
import { needPython } from '../../support/peers.ts';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const folder = mkdtempSync(join(tmpdir(), 'relay-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

let to: number;
let listen: number;
beforeEach(async () => {
  to = await ownPort();
  listen = to + 1;
});

async function relay(kind: 'udp' | 'tcp', ...options: string[]): Promise<Program> {
  const where = ['--listen', `${kind}:${listen}`, '--to', String(to)];
  return programs.cli('relay', ...where, ...options).printed('ready');
}

function peer(name: string, ...args: number[]): Program {
  return programs.python(`test/interop/link/peers/${name}.py`, ...args.map(String));
}

function lecture(name: string): Program {
  return programs.python(
    `test/interop/peers/${name}.py`,
    '127.0.0.1',
    String(name.endsWith('server') ? to : listen),
  );
}

describe('Python over UDP', () => {
  it('gets back what the fates leave, each as often as they say', async (context) => {
    needPython(context);
    await peer('udp_echo', to).printed('ready');
    const options = ['--loss', '20%', '--dup', '10%', '--seed', '7'];
    const program = await relay('udp', ...options, '--json');

    const fates = fatesOf(linkOf({ loss: 0.2, dup: 0.1, seed: 7 }));
    const copiesOf = (direction: 'there' | 'back', k: number): number => {
      const { lost, copies } = fates(direction, k);
      return lost ? 0 : 1 + copies.length;
    };
    const expected: string[] = [];
    let back = 0;
    for (let k = 1; k <= 200; k += 1) {
      for (let copy = 0; copy < copiesOf('there', k); copy += 1) {
        back += 1;
        for (let again = 0; again < copiesOf('back', back); again += 1)
          expected.push(String(k));
      }
    }
    const client = peer('udp_numbers', listen, 200, expected.length);
    expect(await client.ended()).toEqual(IN_PEACE);
    expect(client.stdout.split('\n')).toEqual([...expected, 'silence', '']);

    program.signal('SIGINT');
    await program.ended();
    const last = program.stdout.trim().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({
      statistics: {
        there: { received: 200 },
        back: { received: back, delivered: expected.length },
      },
    });
  });

  it("is the lecture's own client and server, over a link with a delay", async (context) => {
    needPython(context);
    await lecture('udp_server').printed('ready');
    await relay('udp', '--delay', '20ms');
    const client = lecture('udp_client');
    client.type('hello from python');
    expect(await client.ended()).toEqual(IN_PEACE);
    expect(client.stdout).toContain('HELLO FROM PYTHON\n');
  });
});

describe('Python over TCP', () => {
  it('gets every byte back, in order, whatever is lost', async (context) => {
    needPython(context);
    await peer('tcp_echo', to).printed('ready');
    const program = await relay(
      'tcp',
      '--loss',
      '10%',
      '--reorder',
      '10%',
      '--delay',
      '2ms',
    );
    const client = peer('tcp_lines', listen, 5000);
    expect(await client.ended()).toEqual(IN_PEACE);
    expect(client.stdout).toBe('True\n');
    program.signal('SIGINT');
    await program.ended();
    expect(program.stdout).toMatch(/sent again +[1-9]\d* +[1-9]\d*\n/);
  });

  it("is the lecture's own client and server, over a link with a delay", async (context) => {
    needPython(context);
    await lecture('tcp_server').printed('ready');
    await relay('tcp', '--delay', '20ms');
    const client = lecture('tcp_client');
    client.type('hello from python');
    expect(await client.ended()).toEqual(IN_PEACE);
    expect(client.stdout).toContain('HELLO FROM PYTHON\n');
  });

  it('sees a reset as what it is', async (context) => {
    needPython(context);
    await peer('tcp_echo', to).printed('ready');
    await relay('tcp', '--reset', '100');
    const client = peer('tcp_lines', listen, 50);
    const end = await client.ended();
    expect(end).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ConnectionResetError|BrokenPipeError/) as string,
    });
  });
});

describe('Python programs that nobody traced', () => {
  const DELAY = 20;

  it('are joined from end to end over UDP, and what the link lost is lost', async (context) => {
    needPython(context);
    const file = join(folder, 'udp.jsonl');
    await peer('udp_echo', to).printed('ready');
    const link = ['--drop', '2', '--delay', `${DELAY}ms`];
    const program = await relay('udp', ...link, '--once', '--trace', file);
    expect(await peer('udp_numbers', listen, 3, 2).ended()).toEqual(IN_PEACE);
    expect(await program.ended()).toMatchObject({ code: 0 });
    const { flows, problems } = joinTrace(await loadTrace(file));
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
    const datagrams = flows.flatMap((flow) => flow.datagrams);
    expect(datagrams.filter(({ fate }) => fate === 'lost')).toHaveLength(1);
    const arrived = datagrams.filter(({ fate }) => fate === 'delivered');
    expect(arrived).toHaveLength(4); // two there, two back
    for (const { send, arrivals } of arrived) {
      expect(arrivals[0]!.receive.t - send!.t).toBeGreaterThanOrEqual(DELAY * 1000);
    }
  });

  it('are joined from end to end over TCP', async (context) => {
    needPython(context);
    const file = join(folder, 'tcp.jsonl');
    await lecture('tcp_server').printed('ready');
    const program = await relay('tcp', '--once', '--trace', file);
    const client = lecture('tcp_client');
    client.type('hello from python');
    expect(await client.ended()).toEqual(IN_PEACE);
    expect(await program.ended()).toMatchObject({ code: 0 });
    const { connections, processes, problems } = joinTrace(await loadTrace(file));
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
    expect(connections).toHaveLength(1);
    expect(processes.map(({ name }) => name)).toEqual([
      'client, seen by the relay',
      'server, seen by the relay',
    ]);
  });
});
