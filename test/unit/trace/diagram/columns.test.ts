import { describe, expect, it } from 'vitest';
import { chooseLanes } from '../../../../src/trace/diagram/columns.ts';
import { summaryOf } from '../../../../src/trace/diagram/notes.ts';
import type { Story } from '../../../../src/trace/diagram/story.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import { address, payload, sample, Writing } from './traces.ts';

/** A server with one connection after the other, each closed before the next. */
function visitors(count: number): Story['acts'][number]['lanes'] {
  const trace = visits(count).joined();
  const lanes = { comfortable: 3, most: 5 };
  return tellStory(trace, { limit: 1000, lanes }).acts[0]!.lanes;
}

function visits(count: number): Writing {
  const writing = new Writing();
  const server = writing.process(0, 'server');
  const client = writing.process(0, 'client');
  const welcoming = writing.socket(server, 10, 'tcp', 'welcoming');
  writing.event(server, 10, 'listen', { socket: welcoming, local: address(12_000) });
  for (let k = 0; k < count; k += 1) {
    const t = 100 + k * 100;
    const ends = { local: address(12_000), remote: address(40_000 + k) };
    const socket = writing.socket(client, t, 'tcp', 'connection');
    writing.event(client, t, 'connect', { socket, to: address(12_000) });
    const turned = { local: ends.remote, remote: ends.local };
    writing.event(client, t + 10, 'connected', { socket, ...turned });
    const accepted = writing.socket(server, t + 20, 'tcp', 'connection');
    writing.event(server, t + 20, 'accept', {
      socket: accepted,
      listener: welcoming,
      ...ends,
    });
    writing.event(client, t + 40, 'close', { socket });
    writing.event(server, t + 50, 'close', { socket: accepted });
  }
  return writing;
}

describe('columns', () => {
  it('are one for each socket where there is room', () => {
    expect(visitors(1).map(({ name, column }) => [name, column])).toEqual([
      ['server:1', 0],
      ['server:2', 1],
      ['client:1', 2],
    ]);
  });

  it('are taken over by those who come after others have gone', () => {
    const lanes = visitors(4);
    expect(lanes.map(({ name, column }) => [name, column])).toEqual([
      ['server:1', 0],
      ...[2, 3, 4, 5].map((socket) => [`server:${socket}`, 1]),
      ...[1, 2, 3, 4].map((socket) => [`client:${socket}`, 2]),
    ]);
  });

  it('stand in the order of the processes and of their sockets', () => {
    const story = tellStory(sample('untraced-server'), {
      limit: 100,
      lanes: { comfortable: 9, most: 9 },
    });
    const [act] = story.acts;
    expect(act!.lanes.map(({ column }) => column)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(act!.lanes.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('leave out, and name, both ends of what has no room', () => {
    const writing = new Writing();
    const server = writing.process(0, 'server');
    const socket = writing.bound(server, 10, 12_000);
    for (let k = 0; k < 6; k += 1) {
      const client = writing.process(20, 'client');
      writing.bound(client, 30, 40_000 + k);
      const what = payload(`from ${k}`);
      const t = 100 + k * 10;
      writing.event(client, t, 'send', { socket: 1, ...what, to: address(12_000) });
      const from = address(40_000 + k);
      writing.event(server, t + 5, 'receive', { socket, ...what, from });
    }
    const lanes = { comfortable: 3, most: 3 };
    const story = tellStory(writing.joined(), { limit: 1000, lanes });
    const { acts, view } = story;
    expect(acts[0]!.lanes.map(({ name }) => name)).toEqual([
      'server:1',
      'client:1',
      'client-2:1',
    ]);
    expect(view.noRoom).toEqual(['client-3:1', 'client-4:1', 'client-5:1', 'client-6:1']);
    const inSvg = tellStory(writing.joined(), {
      limit: 1000,
      lanes: { comfortable: 9, most: 9 },
    });
    const of = (story: Story): string => summaryOf(story).replace(/ in .*/, '');
    expect(of(story)).toBe('3 of 7 processes, 3 of 7 sockets, 26 events');
    expect(of(inSvg)).toBe('7 processes, 7 sockets, 26 events');
    const lonely = acts[0]!.marks.filter(({ notes }) =>
      notes.includes('there is no room for its other end here'),
    );
    expect(lonely).toHaveLength(4);
  });

  it('never hold two at the same time', () => {
    const trace = visits(9).joined();
    const active = new Set(trace.sockets.map(({ id }) => id));
    const { columns } = chooseLanes(trace, active, [], { comfortable: 1, most: 30 });
    for (const [one, column] of columns) {
      for (const [other, same] of columns) {
        if (one >= other || column !== same) continue;
        const [a, b] = [trace.sockets[one]!, trace.sockets[other]!];
        expect(a.closed! < b.opened! || b.closed! < a.opened!).toBe(true);
      }
    }
  });
});
