/**
 * Programs that do not end when they are asked to, do not begin, or do not stop talking. The
 * limits are long, so the clock is moved here; only the programs are real.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Child } from '../../../src/common/process/index.ts';
import type { Role, RoleEvent } from '../../../src/lessons/index.ts';
import { compiledModule } from '../../support/places.ts';
import { eventually } from '../../support/eventually.ts';

const { Child: Started, nodeCommand } = await compiledModule<
  typeof import('../../../src/common/process/index.ts')
>('src/common/process/index.ts');
const { playInForeground, playScene } =
  await compiledModule<typeof import('../../../src/lessons/index.ts')>(
    'src/lessons/index.ts',
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-stubborn-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Ready, and then busy: it takes no notice of anything but a kill. */
const DEAF = `
import { writeFileSync, writeSync } from 'node:fs';
writeSync(1, 'ready\\n');
if (process.argv[2]) writeFileSync(process.argv[2], '');
for (;;);
`;
const DEAF_TO_SIGNALS = "process.on('SIGHUP', () => {});";
/** Hears that it is to end, and does not. Its own clock is moved, too. */
const UNWILLING = `
const later = setTimeout;
globalThis.setTimeout = (work, time) => {
  console.log('waits', time);
  return later(work, 0);
};
process.on('SIGINT', () => console.log('not now'));
setInterval(() => {}, 1_000_000);
console.log('ready');
`;
const MUTE = 'setInterval(() => {}, 1_000_000);';

function program(text: string): string {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, text);
  return file;
}

function role(file: string, args: string[] = []): Role {
  const see = [{ printed: 'ready' }];
  const header = { title: 'stubborn', fields: {}, see, serves: false };
  return { name: 'stubborn', file, args, header, hasEngines: false };
}

function start(file: string): Child {
  return new Started(nodeCommand(file, [], true), {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
}

/** Started and ready; killed at the end of the test, whatever state it is in. */
async function ready(text: string): Promise<Child> {
  const started = start(program(text));
  onTestFinished(() => void started.kill());
  await started.printed(/ready\n/);
  return started;
}

function moveClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

describe('a program that is to end', () => {
  it('is killed when it does not listen, after five seconds', async () => {
    const deaf = await ready(DEAF);
    moveClock();
    const stopping = deaf.end();
    vi.advanceTimersByTime(4999);
    expect(deaf.process.signalCode).toBeNull();
    vi.advanceTimersByTime(1);
    await stopping;
    expect(await deaf.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('leaves no time-out behind when it ends by itself', async () => {
    const willing = await ready(`console.log('ready'); ${MUTE}`);
    moveClock();
    await willing.end();
    expect(await willing.ended).toEqual({ code: 130, signal: null });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has two seconds to do so, if it has heard', async () => {
    const unwilling = await ready(UNWILLING);
    await unwilling.end();
    expect(await unwilling.ended).toEqual({ code: 130, signal: null });
    expect(unwilling.output).toBe('ready\nnot now\nwaits 2000\n');
  });

  it('ends when whoever started it had gone before it could look', async () => {
    const slow =
      'data:text/javascript,' +
      'while (process.connected) await new Promise((resolve) => setImmediate(resolve));';
    const before = process.env['NODE_OPTIONS'];
    vi.stubEnv('NODE_OPTIONS', `${before ?? ''} --import "${slow}"`);
    const orphan = start(program(MUTE));
    vi.unstubAllEnvs();
    await orphan.end();
    expect(await orphan.ended).toEqual({ code: 130, signal: null });
  });

  it('is killed in the foreground as well', async () => {
    const sign = join(folder, 'busy');
    const deaf = role(program(`${DEAF_TO_SIGNALS}${DEAF}`), [sign]);
    const playing = playInForeground(deaf, 0);
    await eventually(() => expect(existsSync(sign)).toBe(true));
    moveClock();
    process.emit('SIGHUP', 'SIGHUP');
    vi.advanceTimersByTime(5100);
    expect(await playing).toBe(128 + 9);
  });
});

describe('a scene', () => {
  it('is over when a program is not ready within a minute', async () => {
    moveClock();
    const started = new Set<number>();
    const mute = role(program(MUTE));
    const scene = { look: '', roles: [mute, mute] };
    const playing = playScene(scene, { port: 0, onEvent: (lane) => started.add(lane) });
    vi.advanceTimersByTime(60_000);
    const played = await playing;
    expect(played.map(({ output }) => output)).toEqual(['']);
    expect(played[0]!.problem).toBeDefined();
    expect([...started]).toEqual([0]);
  });

  it('is over after two minutes, whatever its programs still do', async () => {
    moveClock();
    const endless = role(program(`console.log('ready'); ${MUTE}`));
    let isReady = (): void => {};
    const printed = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const onEvent = (_: number, { kind }: RoleEvent): void => {
      if (kind === 'printed') isReady();
    };
    const playing = playScene({ look: '', roles: [endless] }, { port: 0, onEvent });
    await printed;
    vi.advanceTimersByTime(120_000);
    expect((await playing)[0]!.problem).toBeDefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is over when all have started and nothing has happened for twenty seconds', async () => {
    const waiting = role(program(`console.log('ready'); ${MUTE}`));
    moveClock();
    let playing: ReturnType<typeof playScene>;
    await new Promise<void>((resolve) => {
      const onEvent = (_: number, { kind }: RoleEvent): void => {
        if (kind === 'printed') resolve();
      };
      playing = playScene({ look: '', roles: [waiting] }, { port: 0, onEvent });
    });
    await new Promise(setImmediate); // it has been found ready
    vi.advanceTimersByTime(20_000);
    expect((await playing!)[0]!.problem).toMatch(/^was still waiting after 20 seconds/);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a program prints', () => {
  it('is told up to a million characters, and that there was more', async () => {
    let told = 0;
    let complaint = '';
    const talker = role(program(`process.stdout.write('ready\\n' + 'x'.repeat(3e6));`));
    const onEvent = (_: number, event: RoleEvent): void => {
      if (event.kind === 'printed') told += event.text.length;
      if (event.kind === 'complained') complaint += event.text;
    };
    const scene = { look: '', roles: [talker] };
    const [played] = await playScene(scene, { port: 0, onEvent });
    expect(played!.problem).toBeUndefined();
    expect(told).toBe(1_000_000);
    expect(complaint).toContain('characters are shown');
    // The piece that goes beyond it is not cut.
    expect(played!.output.length).toBeGreaterThanOrEqual(1_000_000);
    expect(played!.output.length).toBeLessThan(1_100_000);
  });
});

describe('what a program complains about', () => {
  it('is kept to its last eight thousand characters', async () => {
    const text = `process.stderr.write('first' + 'x'.repeat(3e6) + 'last');`;
    const grumbler = start(program(text));
    await grumbler.ended;
    expect(grumbler.complaint).toBe(`${'x'.repeat(7996)}last`);
  });
});
