/** Every lesson can be traced, and the trace explains everything that went over its sockets. */
import { describe, expect, it } from 'vitest';
import { findLessons, playScene, seenPattern } from '../../../src/lessons/index.ts';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { ownPort } from '../../support/sockets.ts';
import { Recorded } from './recorded.ts';

const LESSONS = findLessons().filter(({ id }) => id < '09');
const NEEDS_IPV6 = '07-families-and-paths';

/** Plays all scenes of a lesson; each must show what it shows untraced. */
async function traceLesson(id: string): Promise<JoinedTrace> {
  const lesson = LESSONS.find((each) => each.id === id)!;
  const recorded = new Recorded();
  try {
    for (const scene of lesson.scenes) {
      const played = await playScene(scene, {
        port: await ownPort(),
        env: recorded.env,
      });
      for (const { role, output, problem } of played) {
        expect({ problem, output }).toEqual({
          problem: undefined,
          output: expect.stringMatching(seenPattern(role.header.see)),
        });
      }
    }
    return await recorded.join();
  } finally {
    await recorded.end();
  }
}

/** What became of all pieces and datagrams, counted. */
function fates({ connections, flows }: JoinedTrace): Record<string, number> {
  const counts: Record<string, number> = {};
  const pieces = connections.flatMap(({ directions }) =>
    directions.flatMap(({ pieces: all }) => all),
  );
  const datagrams = flows.flatMap(({ datagrams: all }) => all);
  for (const { fate } of [...pieces, ...datagrams]) {
    counts[fate] = (counts[fate] ?? 0) + 1;
  }
  return counts;
}

describe('the trace of a lesson', () => {
  for (const { id } of LESSONS) {
    it(`leaves nothing unexplained: ${id}`, async (context) => {
      if (id === NEEDS_IPV6) needIPv6(context);
      const joined = await traceLesson(id);
      expect(joined.problems).toEqual([]);
      const { delivered = 0, lost = 0, unseen = 0 } = fates(joined);
      expect(delivered).toBeGreaterThan(0);
      expect([lost, unseen]).toEqual([0, 0]);
    });
  }

  it('names the roles, and the line of each call of theirs', async () => {
    const joined = await traceLesson('01-udp-uppercase');
    expect(joined.processes.map(({ name }) => name)).toEqual(['server', 'client']);
    const lines = joined.flows.flatMap(({ datagrams }) =>
      datagrams.map(({ send }) => {
        const { file, line } = send!.at!;
        return [file, joined.sources.get(`${file}:${line}`)!.trim()];
      }),
    );
    expect(lines).toEqual([
      [
        'examples/01-udp-uppercase/client.ts',
        'clientSocket.send(Buffer.from(sentence), port, host, (error) => {',
      ],
      [
        'examples/01-udp-uppercase/server.ts',
        'serverSocket.send(modifiedSentence, client.port, client.address);',
      ],
    ]);
  });

  it("names the student's line where the toolkit made the call", async () => {
    const joined = await traceLesson('03-blocking-calls');
    const writes = joined.connections.flatMap(({ directions }) =>
      directions.flatMap(({ writes: all }) => all),
    );
    expect(writes.length).toBeGreaterThan(2);
    for (const { at } of writes) expect(at!.file).toMatch(/^examples\/03-blocking-calls/);
  });

  it('shows one write that came in more than one read, or the reverse', async () => {
    const joined = await traceLesson('04-stream-without-messages');
    const [{ writes, reads }] = joined.connections[0]!.directions;
    expect(reads.length).not.toBe(writes.length);
  });

  it('shows those that nobody was there to receive', async () => {
    const joined = await traceLesson('06-nobody-there');
    expect(fates(joined)).toMatchObject({ nobody: 2, unread: 2 });
    expect(joined.connections.map(({ state }) => state)).toContain('failed');
  });
});
