import { describe, expect, it } from 'vitest';
import { fromZero, joinTrace } from '../../../../src/trace/joined/index.ts';
import { at, Story } from './build.ts';

describe('a trace from zero', () => {
  it('begins with its first event, and leaves the start-up out', () => {
    const story = new Story();
    const server = story.process(1, 'server', { t: 3_000_000, wall: 4000 });
    server('socket', 1, { transport: 'udp', role: 'datagram' }, 3_825_500);
    server('bind', 1, { local: at(12_000) }, 3_825_700);
    const { start, stop, wall, processes, problems } = joinTrace(fromZero(story.file()));
    expect([start, stop, wall]).toEqual([0, 200, 4825.5]);
    expect(processes[0]).toMatchObject({ started: -825_500 });
    expect(problems).toMatchObject([{ kind: 'killed' }]);
  });

  it('without events stays as it is', () => {
    const file = new Story().file();
    expect(fromZero(file)).toEqual(file);
  });
});

describe('two processes of one name', () => {
  it('have the names of their lanes in what is told of them', () => {
    const story = new Story();
    story.process(1, 'worker');
    const second = story.process(2, 'worker');
    second('socket', 1, { transport: 'udp', role: 'datagram' });
    const { processes, problems } = story.join();
    expect(processes.map(({ name }) => name)).toEqual(['worker', 'worker-2']);
    expect(problems.map(({ text }) => text.split(' ')[0])).toEqual([
      'worker',
      'worker-2',
    ]);
  });
});
