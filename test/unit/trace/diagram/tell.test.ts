import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Act, Arrow, Story } from '../../../../src/trace/diagram/story.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { at, Story as Written } from '../joined/build.ts';
import {
  address,
  longTrace,
  payload,
  randomTrace,
  sample,
  SAMPLES,
  Writing,
} from './traces.ts';

const ROOM = { limit: 1000, lanes: { comfortable: 50, most: 50 } };

function tell(trace: JoinedTrace, options = {}): Story {
  return tellStory(trace, { ...ROOM, ...options });
}

/** `both:2 → both:3: bytes delivered "abc"`. */
function arrowsOf({ acts }: Story): string[] {
  return acts.flatMap(({ arrows, lanes }) => {
    const names = new Map(lanes.map(({ id, name }) => [id, name]));
    return arrows.map(
      ({ from, to, kind, fate, label }) =>
        `${names.get(from.lane)} → ${names.get(to.lane)}: ${kind} ${fate}` +
        (label[0] === undefined ? '' : ` ${label[0]}`),
    );
  });
}

function labelsOf({ acts }: Story, lane: string): string[] {
  return acts.flatMap(({ marks, lanes }) => {
    const id = lanes.find(({ name }) => name === lane)?.id;
    return marks.filter((mark) => mark.lane === id).map(({ label }) => label[0] ?? '');
  });
}

describe('the story of a UDP exchange', () => {
  const story = tell(sample('udp-uppercase'));

  it('has a lane for each socket in its process, and an arrow for each datagram', () => {
    const [act] = story.acts;
    expect(act!.groups.map(({ name }) => name)).toEqual(['server', 'client']);
    expect(act!.lanes.map(({ name, title }) => [name, title[0]])).toEqual([
      ['server:1', '1: UDP'],
      ['client:1', '1: UDP'],
    ]);
    expect(arrowsOf(story)).toEqual([
      'client:1 → server:1: datagram delivered "my name is Ståle"',
      'server:1 → client:1: datagram delivered "MY NAME IS STÅLE"',
    ]);
  });

  it('tells what each socket did, in order', () => {
    expect(labelsOf(story, 'client:1')).toEqual([
      'socket',
      'bind 0.0.0.0:40001',
      'send 17 B',
      'receive 17 B',
      'close',
    ]);
  });

  it('is one talk, in both directions', () => {
    expect(story.acts[0]!.talks).toEqual([
      { key: 'datagrams 0 1', name: 'client:1 and server:1', transport: 'udp' },
    ]);
  });
});

describe('the fates of datagrams', () => {
  const story = tell(sample('udp-fates'));

  it('are lost, overtaken, duplicated, sent to nobody, refused', () => {
    const there = (fate: string): string => `sender:1 → receiver:1: datagram ${fate}`;
    expect(arrowsOf(story)).toEqual([
      there('delivered "one"'),
      there('lost lost: "two, lost"'),
      there('delivered late: "three, late"'),
      there('delivered "four"'),
      there('delivered "five, twice"'),
      there('delivered'),
      'sender:1 → 127.0.0.1:12999: datagram nobody nobody there: "anybody there?"',
      there('failed'),
    ]);
  });

  it('are told where they arrive', () => {
    expect(labelsOf(story, 'receiver:1').slice(2, -1)).toEqual([
      'receive 3 B',
      'receive 4 B',
      'receive 11 B, late',
      'receive 11 B',
      'receive 11 B, again',
    ]);
    expect(labelsOf(story, 'sender:1')).toContain('send 70,000 B: EMSGSIZE');
  });

  it('know nobody where nothing has ever answered', () => {
    expect(story.acts[0]!.groups.map(({ nobody }) => nobody)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('the story of a TCP connection', () => {
  const story = tell(sample('tcp-uppercase'));

  it('goes from the handshake by the welcoming socket to a FIN each way', () => {
    expect(arrowsOf(story)).toEqual([
      'client:1 → server:1: handshake delivered handshake',
      'server:1 → server:2: accept delivered',
      'client:1 → server:2: bytes delivered "my name is Ståle"',
      'server:2 → client:1: bytes delivered "MY NAME IS STÅLE"',
      'server:2 → client:1: fin delivered FIN',
      'client:1 → server:2: fin delivered FIN',
    ]);
  });

  it('has a life for it at each end, from connect or accept to close', () => {
    const { lives } = story.acts[0]!;
    const connected = lives
      .filter(({ kind }) => kind === 'connected')
      .sort((a, b) => a.lane - b.lane);
    expect(
      connected.map(({ lane, from, to, last }) => [lane, from?.t, to?.t, last]),
    ).toEqual([
      [1, 251_400, 302_400, true],
      [2, 251_510, 302_700, true],
    ]);
  });
});

describe('writes and reads that are not the same', () => {
  const story = tell(sample('tcp-boundaries'));

  it('show one write in three reads, and two writes in one', () => {
    const bytes = arrowsOf(story).filter((arrow) => arrow.includes(': bytes '));
    expect(bytes).toEqual([
      'both:2 → both:3: bytes delivered 0–7 "abcdefgh"',
      'both:2 → both:3: bytes delivered 8–19 "ijabcdefghij"',
      'both:2 → both:3: bytes delivered 20–29 "abcdefghij"',
      'both:3 → both:2: bytes delivered 0–4 "hello"',
      'both:3 → both:2: bytes delivered 5–9 "world"',
      'both:2 → both:3: bytes unread never read: "bye"',
    ]);
  });

  it('name their ranges where they were cut or joined, and only there', () => {
    expect(labelsOf(story, 'both:2').filter((label) => /write|read/.test(label))).toEqual(
      ['write 0–29 (30 B)', 'read 0–9 (10 B)', 'write 3 B'],
    );
  });

  it('end with RST, and what the other side was told', () => {
    expect(arrowsOf(story)).toContain('both:3 → both:2: rst delivered RST');
    expect(labelsOf(story, 'both:2')).toContain('error ECONNRESET');
  });

  it('say in notes how many pieces there are, once', () => {
    const notes = story.acts[0]!.marks.flatMap((mark) => mark.notes);
    expect(notes.filter((note) => note === 'it comes in 3 pieces')).toHaveLength(1);
    expect(notes.filter((note) => note === 'it holds 2 pieces')).toHaveLength(1);
  });
});

describe('every event', () => {
  const nameIn = (words: string): string | undefined => /^\w+/.exec(words)?.[0];

  it('has one name, however little room there is for it', () => {
    const labels = (['tcp-boundaries', 'tcp-uppercase', 'udp-fates'] as const).flatMap(
      (name) => tell(sample(name)).acts.flatMap(({ marks }) => marks),
    );
    const others = labels.flatMap(({ label: [whole = '', ...shorter] }) =>
      shorter.filter((words) => nameIn(words) !== nameIn(whole)),
    );
    expect(others).toEqual([]);
  });
});

describe('a handshake', () => {
  it('has arrived when the client is told, though accept gives it out later', () => {
    const story = new Writing();
    const [server, client] = [story.process(0, 'server'), story.process(1, 'client')];
    const welcoming = story.socket(server, 10, 'tcp', 'welcoming');
    story.event(server, 20, 'listen', { socket: welcoming, local: address(12_000) });
    const socket = story.socket(client, 100, 'tcp', 'connection');
    story.event(client, 101, 'connect', { socket, to: address(12_000) });
    const ends = { local: address(40_000), remote: address(12_000) };
    story.event(client, 200, 'connected', { socket, ...ends });
    const accepted = story.socket(server, 900, 'tcp', 'connection');
    story.event(server, 901, 'accept', {
      socket: accepted,
      listener: welcoming,
      local: address(12_000),
      remote: address(40_000),
    });
    const [act] = tell(story.joined()).acts;
    const handshake = act!.arrows.find(({ kind }) => kind === 'handshake')!;
    expect(handshake.to).toMatchObject({ lane: 0, mark: { t: 200 } });
    expect(handshake.fate).toBe('delivered');
    const accept = act!.arrows.find(({ kind }) => kind === 'accept')!;
    expect(accept.from.mark!.t).toBe(901);
  });
});

describe('what never left', () => {
  it('has no column for somebody who was never asked', () => {
    const story = new Writing();
    const client = story.process(0, 'client');
    const socket = story.socket(client, 10, 'tcp', 'connection');
    const to = { host: 'no-such-host.example', port: 80 };
    story.event(client, 11, 'connect', { socket, to });
    const error = { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND' };
    story.event(client, 20, 'error', { socket, ...error });
    const udp = story.bound(client, 30, 40_000);
    const send = { socket: udp, ...payload('hi'), to: address(9), error: 'EMSGSIZE' };
    story.event(client, 40, 'send', send);
    const [act] = tell(story.joined()).acts;
    expect(act!.groups.map(({ name }) => name)).toEqual(['client']);
    expect(act!.arrows).toEqual([]);
  });
});

describe('a connection over maxConnections', () => {
  it('has no lane but those of its client and of the welcoming socket', () => {
    const story = new Written();
    const server = story.process(1, 'server');
    const client = story.process(2, 'client');
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(12_000) });
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(12_000) });
    server('drop', 1, { remote: at(40_001) });
    client('connected', 1, { local: at(40_001), remote: at(12_000) });
    client('end', 1, { offset: 0 });
    client('shutdown', 1, { offset: 0 });
    client('close', 1);
    expect(arrowsOf(tell(story.ended().join()))).toEqual([
      'client:1 → server:1: handshake delivered handshake',
      'server:1 → client:1: fin delivered FIN',
      'client:1 → server:1: fin unread FIN',
    ]);
  });
});

describe('a connection that another process holds, too', () => {
  it('ends by whoever ends it last, not by the close of the one that was watched', () => {
    const story = new Written();
    const server = story.process(1, 'server');
    const client = story.process(2, 'client');
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(12_000) });
    client('connected', 1, { local: at(40_001), remote: at(12_000) });
    client('write', 1, { offset: 0, ...payload('hello') });
    const ends = { local: at(12_000), remote: at(40_001) };
    server('socket', 1, { transport: 'tcp', role: 'connection' });
    server('accept', 1, ends);
    server('close', 1, {});
    client('read', 1, { offset: 0, ...payload('HELLO') });
    client('end', 1, { offset: 5 });
    expect(arrowsOf(tell(story.ended().join())).slice(1)).toEqual([
      'client:1 → server:1: bytes unseen "hello"',
      'server:1 → client:1: bytes unseen "HELLO"',
      'server:1 → client:1: fin unseen FIN',
    ]);
  });
});

describe('a handshake that failed', () => {
  it.each([
    ['ECONNRESET', 'unread'],
    ['ETIMEDOUT', 'lost'],
  ])('with %s has reached the system there, or not: %s', (code, fate) => {
    const story = new Written();
    const [server, client] = [story.process(1, 'server'), story.process(2, 'client')];
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(12_000) });
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(12_000) });
    client('error', 1, { code, message: `connect ${code}` });
    client('close', 1);
    const [handshake] = arrowsOf(tell(story.ended().join()));
    expect(handshake).toMatch(new RegExp(`: handshake ${fate} handshake$`));
  });
});

describe('what went through a relay', () => {
  it('reaches the server when the relay has passed it on, the handshake as well', () => {
    const story = new Written();
    const relay = story.process(1, 'relay');
    const ends = { client: at(40_001), entry: at(12_001), target: at(12_000) };
    relay('relay', 1, { transport: 'tcp', ...ends });
    const from = at(50_001);
    relay('went', 1, { direction: 'there', what: 'begin', from }, 90_000);
    relay('came', 1, { direction: 'there', what: 'end' }, 91_000);
    const told = tell(story.ended().join());
    const [{ arrows }] = told.acts as [Act];
    const handshake = arrows.find(({ kind }) => kind === 'handshake');
    expect([handshake!.from.mark!.t, handshake!.to.mark!.t]).toEqual([100, 90_000]);
    // By which call, and that there was one to `socket`, it does not know.
    const client = 'client, seen by the relay:1';
    const labels = ['', 'connect 127.0.0.1:12000', 'connected as 127.0.0.1:40001'];
    expect(labelsOf(told, client)).toEqual([...labels, 'close or half-close']);
  });

  it('is got by an end that nobody recorded: whether it was read is not known', () => {
    const story = new Written();
    const relay = story.process(1, 'relay');
    const ends = { client: at(40_001), entry: at(12_001), target: at(12_000) };
    for (const [socket, transport] of ['tcp', 'udp'].entries()) {
      const pass = (type: string, text: string, place: object): void =>
        relay(type, socket, { direction: 'there', ...payload(text), ...place });
      relay('relay', socket, { transport, ...ends });
      relay('went', socket, { direction: 'there', what: 'begin', from: at(50_001) });
      if (transport === 'udp') {
        for (const type of ['came', 'went']) pass(type, 'hello', { packet: 1 });
        continue;
      }
      pass('came', 'unread', { offset: 0 });
      pass('went', 'un', { offset: 0 });
      pass('went', 'read', { offset: 2 });
      relay('came', socket, { direction: 'back', what: 'reset' });
    }
    const labels = labelsOf(tell(story.ended().join()), 'server, seen by the relay:1');
    const others = labelsOf(tell(story.join()), 'server, seen by the relay:2');
    expect(
      [...labels, ...others].filter((label) => /get|read|receive/.test(label)),
    ).toEqual(['gets 0–1 (2 B)', 'gets 2–5 (4 B)', 'gets 5 B']);
  });

  it('met nobody, if nobody was at the target: the relay accepted, and reset', () => {
    const story = new Written();
    const relay = story.process(1, 'relay');
    const ends = { client: at(40_001), entry: at(12_001), target: at(12_000) };
    relay('relay', 1, { transport: 'tcp', ...ends });
    relay('came', 1, { direction: 'back', what: 'refused' });
    relay('went', 1, { direction: 'back', what: 'reset' });
    const { acts, problems } = tell(story.ended().join());
    expect(acts[0]!.groups.map(({ traced, nobody }) => [traced, nobody])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(problems[0]!.text).toContain('nobody was there');
  });
});

describe('a peer that was not traced', () => {
  const story = tell(sample('untraced-server'));

  it('has a lane, and arrows of which one end is not known', () => {
    expect(arrowsOf(story).slice(0, 7)).toEqual([
      'client:1 → 127.0.0.1:12000: handshake unseen handshake',
      'client:1 → 127.0.0.1:12000: bytes unseen "my name is Ståle"',
      '127.0.0.1:12000 → client:1: bytes unseen "MY NAME IS STÅLE"',
      '127.0.0.1:12000 → client:1: fin unseen FIN',
      'client:1 → 127.0.0.1:12000: fin unseen FIN',
      'client:2 → 127.0.0.1:12000: datagram unseen "my name is Ståle"',
      '127.0.0.1:12000 → client:2: datagram unseen "MY NAME IS STÅLE"',
    ]);
  });

  it('refuses a connection where nobody listens', () => {
    expect(arrowsOf(story).slice(7)).toEqual([
      'client:3 → 127.0.0.1:12999: handshake unseen handshake',
      '127.0.0.1:12999 → client:3: rst nobody refused',
    ]);
    const { groups } = story.acts[0]!;
    expect(groups.map(({ traced, nobody }) => [traced, nobody])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ]);
  });
});

describe('a part of a trace', () => {
  const story = tell(longTrace(50).joined(), { from: 510, to: 670 });

  it('has arrows that come from before it and go on after it', () => {
    const ends = story.acts[0]!.arrows.flatMap(({ from, to }) => [
      from.outside,
      to.outside,
    ]);
    expect(ends).toContain('before');
    expect(ends).toContain('after');
  });

  it('has lives without a beginning and without an end', () => {
    const { lives } = story.acts[0]!;
    expect(lives.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['ready', undefined, undefined],
      ['ready', undefined, undefined],
    ]);
  });
});

describe('acts', () => {
  it('begin when all who were there have gone', () => {
    const writing = new Writing();
    for (const [start, name] of [
      [0, 'one'],
      [100, 'two'],
      [5000, 'three'],
    ] as const) {
      const process = writing.process(start, name);
      writing.socket(process, start + 10, 'udp', 'datagram');
      writing.event(process, start + 500, 'exit', { code: 0 });
    }
    const { acts } = tell(writing.joined());
    expect(acts.map(({ groups }) => groups.map(({ name }) => name))).toEqual([
      ['one', 'two'],
      ['three'],
    ]);
    expect(acts.map(({ from, to }) => [from, to])).toEqual([
      [10, 600],
      [5010, 5500],
    ]);
  });
});

describe('any story', () => {
  const isDelivery = ({ kind, fate }: Arrow): boolean =>
    (kind === 'bytes' || kind === 'datagram') && fate === 'delivered';

  /** By the joined trace: how many arrivals, and pieces that were written and read. */
  function deliveries({ connections, flows }: JoinedTrace): number {
    const pieces = connections
      .flatMap(({ directions }) => directions)
      .flatMap((direction) => direction.pieces);
    const arrivals = flows
      .flatMap(({ datagrams }) => datagrams)
      .filter(({ fate }) => fate === 'delivered')
      .flatMap((datagram) => datagram.arrivals);
    return pieces.filter(({ fate }) => fate === 'delivered').length + arrivals.length;
  }

  it.each(SAMPLES)('of %s has an arrow for every delivery', (name) => {
    const trace = sample(name);
    const arrows = tell(trace).acts.flatMap((act) => act.arrows);
    expect(arrows.filter(isDelivery)).toHaveLength(deliveries(trace));
  });

  it('has a mark for every event and an arrow for every delivery', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const { acts, view } = tell(trace);
        const marks = acts.flatMap((act) => act.marks);
        const arrows = acts.flatMap((act) => act.arrows);
        const events = trace.sockets.reduce((sum, one) => sum + one.events.length, 0);
        const exits = trace.processes.filter(
          ({ ended, sockets }) => ended && sockets.length > 0,
        );
        expect(marks).toHaveLength(events + exits.length);
        expect(view.events).toBe(marks.length);
        expect(arrows.filter(isDelivery)).toHaveLength(deliveries(trace));
        expect(marks.map(({ id }) => id)).toEqual(marks.map((_, place) => place));
        expect(arrows.map(({ id }) => id)).toEqual(arrows.map((_, place) => place));
      }),
    );
  });

  it('is refused when there is nothing to tell', () => {
    expect(() => tell(new Writing().joined())).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_TRACE' }),
    );
  });
});
