/**
 * A network namespace: a private network on which only the test's programs run, so that a
 * capture shows nothing else. Needs Linux and root.
 *
 *   const network = await Namespace.open(programs);
 *   const capture = await network.capture(['udp.dstport']);
 *   const server = network.start(process.execPath, ['server.mjs']);
 *   …
 *   const packets = await capture.end();
 *
 * Source: network_namespaces(7), nsenter(1), tshark(1).
 */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';
import type { Program, Programs, StartOptions } from './programs.ts';

type Command = readonly [command: string, ...args: string[]];

/** Skips the test where there is no such thing, or no tshark to look into it. */
export function needCapture(context: TestContext): void {
  needNamespaces(context, ['tshark', '--version']);
}

/** @param others what else is needed, and how to try whether it is there */
export function needNamespaces(context: TestContext, ...others: Command[]): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('a network of its own wants Linux and root');
  }
  const tries: Command[] = [
    ['unshare', '--net', 'ip', 'link', 'set', 'lo', 'up'],
    ['nsenter', '--version'],
    ...others,
  ];
  for (const [command, ...args] of tries) {
    const { status } = spawnSync(command, args);
    if (status !== 0) context.skip(`${command} is not here, or not allowed`);
  }
}

function run(input: string, [command, ...args]: Command): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** What ends a capture: a datagram to the port `discard`, where nobody is. */
const END = 'the end of the capture';

export class Namespace {
  readonly #programs: Programs;
  readonly #pid: number;

  private constructor(programs: Programs, pid: number) {
    this.#programs = programs;
    this.#pid = pid;
  }

  /** It is there until the programs are stopped. */
  static async open(programs: Programs): Promise<Namespace> {
    const script = 'ip link set lo up && echo up && exec cat';
    const holder = programs.start('unshare', ['--net', 'sh', '-c', script]);
    await holder.printed('up');
    return new Namespace(programs, holder.pid);
  }

  /** Two of them, joined by a cable; groups are reached through it. */
  static async pair(programs: Programs): Promise<[Namespace, Namespace]> {
    const pair = await Promise.all([Namespace.open(programs), Namespace.open(programs)]);
    const [here, there] = pair.map((one) => String(one.#pid)) as [string, string];
    const end = ['name', 'cable', 'netns'] as const;
    run('', ['ip', 'link', 'add', ...end, here, 'type', 'veth', 'peer', ...end, there]);
    for (const [i, network] of pair.entries()) {
      network.address = `10.77.0.${i + 1}`;
      network.#run('', 'ip', 'address', 'add', `${network.address}/24`, 'dev', 'cable');
      network.#run('', 'ip', 'link', 'set', 'cable', 'up');
      network.#run('', 'ip', 'route', 'add', '224.0.0.0/4', 'dev', 'cable');
    }
    return pair;
  }

  /** On the cable. */
  address = '';

  /** From now on loses these of every hundred datagrams that come, from 0 to 99. */
  lose(some: readonly number[]): void {
    if (some.length === 0) return;
    const rule = `meta l4proto udp numgen inc mod 100 { ${some.join(', ')} } counter drop`;
    const rules = `
      add table ip cable
      add chain ip cable in { type filter hook input priority 0; }
      add rule ip cable in ${rule}
    `;
    this.#run(rules, 'nft', '-f', '-');
  }

  /** How many it has lost. */
  get lost(): number {
    const rules = this.#run('', 'nft', 'list', 'ruleset');
    return Number(/counter packets (\d+)/.exec(rules)?.[1] ?? 0);
  }

  #run(input: string, ...command: Command): string {
    return run(input, ['nsenter', `--net=/proc/${this.#pid}/ns/net`, ...command]);
  }

  start(command: string, args: readonly string[], options?: StartOptions): Program {
    const inside = [`--net=/proc/${this.#pid}/ns/net`, command, ...args];
    return this.#programs.start('nsenter', inside, options);
  }

  /** Captures what goes over the loopback interface, from now until `end` is called. */
  async capture(fields: readonly string[]): Promise<{ end: () => Promise<Packet[]> }> {
    // What it says of itself goes to stdout, too, where one can wait for it.
    const script = 'exec tshark -i lo -n -l -T fields "$@" 2>&1';
    const args = ['udp.payload', ...fields].flatMap((field) => ['-e', field]);
    const tshark = this.start('sh', ['-c', script, 'sh', ...args]);
    await tshark.printed('Capture started');
    return {
      end: async () => {
        await this.#sendEnd();
        const last = Buffer.from(END).toString('hex');
        await tshark.printed(last);
        tshark.signal('SIGINT');
        await tshark.ended();
        const lines = tshark.stdout.split('\n').map((line) => line.split('\t'));
        const rows = lines.filter(({ length }) => length === fields.length + 1);
        const end = rows.findIndex(([payload]) => payload === last);
        return rows.slice(0, end).map(([payload = '', ...values]) => ({
          payload: Buffer.from(payload, 'hex'),
          values,
        }));
      },
    };
  }

  async #sendEnd(): Promise<void> {
    const script = `
      const socket = require('node:dgram').createSocket('udp4');
      socket.send('${END}', 9, '127.0.0.1', () => socket.close());
    `;
    await this.start(process.execPath, ['-e', script]).ended();
  }
}

export interface Packet {
  /** Of a datagram; empty for all other packets. */
  payload: Buffer;
  /** The fields that were asked for, as tshark writes them. */
  values: string[];
}
