/** A program that is traced does what it does untraced. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type End, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { PROGRAMS, Recorded } from './recorded.ts';

const programs = new Programs();
const recordings: Recorded[] = [];
afterEach(async () => {
  await programs.stopAll();
  for (const recorded of recordings.splice(0)) await recorded.end();
});

interface Outcome {
  end: End;
  stdout: string;
}

/** The same program untraced and traced. */
async function both(
  name: string,
  ...args: string[]
): Promise<{ plain: Outcome; traced: Outcome }> {
  const first = programs.start(process.execPath, [join(PROGRAMS, name), ...args]);
  const plain = { end: await first.ended(), stdout: first.stdout };
  const recorded = new Recorded();
  recordings.push(recorded);
  const second = recorded.start(name, ...args);
  return { plain, traced: { end: await second.ended(), stdout: second.stdout } };
}

/** Without the lines of a stack that are the recorder's, and what they make of Node's own. */
function withoutRecorder({ end, stdout }: Outcome): Outcome {
  const stderr = end.stderr
    .split('\n')
    .filter((line) => !line.includes('recorder'))
    .map((line) => line.replace(/ \[as \w+\]/, ''))
    .join('\n');
  return { end: { ...end, stderr }, stdout };
}

/** This Node tells about `listen` only to those who wrap it. */
const oldNode = !String(
  Reflect.get((await import('node:net')).Server.prototype, 'listen'),
).includes('netServerListen');

describe('an error that nobody listens for', () => {
  it.each([
    ['unhandled-connect.cjs', 'ECONNREFUSED'],
    ['unhandled-connect.mjs', 'ECONNREFUSED'],
    ['unhandled-listen.cjs', 'EADDRINUSE'],
    ['unhandled-bind.mjs', 'EADDRINUSE'],
    ['unhandled-path.mjs', 'ENOENT'],
    ['unhandled-reset.mjs', 'ECONNRESET'],
  ])('ends %s as before, with the same words', async (name, code) => {
    const { plain, traced } = await both(name, String(await ownPort()));
    expect(plain.end).toMatchObject({ code: 1, stderr: expect.stringContaining(code) });
    if (oldNode) expect(withoutRecorder(traced)).toEqual(withoutRecorder(plain));
    else expect(traced).toEqual(plain);
  });
});

describe('an error that a handler throws', () => {
  it.each(['tcp', 'udp'])(
    'ends a %s program, and the stack has one line more',
    async (kind) => {
      const { plain, traced } = await both('throws-in-handler.cjs', kind);
      expect(plain.end).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('data.toUpper is not a function'),
      });
      expect(withoutRecorder(traced)).toEqual(withoutRecorder(plain));
      const more =
        traced.end.stderr.split('\n').length - plain.end.stderr.split('\n').length;
      expect(more).toBe(1);
    },
  );
});

describe('a traced program', () => {
  it.each([
    ['looks.mjs', 'sees the same listeners, methods, and states of its streams'],
    ['misuse.mjs', 'is told of its mistakes in the same words'],
    ['reading.mjs', 'reads the same bytes in every way'],
    ['writing.mjs', 'writes the same bytes in every way'],
    ['web.mjs', 'speaks HTTP and TLS as before'],
    ['family.mjs', 'has children as before'],
  ])('%s %s', async (name) => {
    const { plain, traced } = await both(name);
    expect(plain.end).toEqual({ code: 0, signal: null, stderr: '' });
    expect(plain.stdout.split('\n').length).toBeGreaterThan(3);
    expect(traced).toEqual(plain);
  });

  it('leaves a paused stream paused', async () => {
    const { traced } = await both('looks.mjs');
    expect(traced.stdout).toContain('waits unread: true');
  });

  it.each(['exit', 'throw', 'wait'])('ends by %s as before', async (how) => {
    const recorded = new Recorded();
    recordings.push(recorded);
    const program = recorded.start('endings.mjs', how);
    if (how === 'wait') {
      await program.printed('done');
      program.signal('SIGTERM');
    }
    const expected = {
      exit: { code: 3, signal: null, stderr: '' },
      throw: { code: 1, signal: null, stderr: expect.stringContaining('Error: the end') },
      wait: { code: null, signal: 'SIGTERM', stderr: '' },
    };
    expect(await program.ended()).toEqual(expected[how as keyof typeof expected]);
  });
});

describe('a recorder that cannot write', () => {
  it('says so in one line and lets the program be', async () => {
    const program = programs.start(process.execPath, [join(PROGRAMS, 'reading.mjs')], {
      env: {
        ...new Recorded().env(),
        SOCKETLAB_TRACE: '{"folder":"/no/such/folder","zero":"0","root":"/"}',
      },
    });
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^socketlab: nothing is recorded: ENOENT[^\n]*\n$/);
    expect(program.stdout).toContain('data true');
  });
});
