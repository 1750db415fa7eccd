import { describe, expect, it } from 'vitest';
import type { JoinedTrace } from '../../../../src/trace/index.ts';
import { at, payload, Story, type Teller } from './build.ts';

/** client ──► FIRST (FROM_FIRST) ──► SECOND (FROM_SECOND) ──► SERVER */
const [CLIENT, SERVER] = [40_001, 12_000];
const [FIRST, FROM_FIRST, SECOND, FROM_SECOND] = [13_001, 50_001, 13_002, 50_002];

interface Way {
  client: number;
  entry: number;
  exit: number;
  target: number;
}
const TO_SECOND: Way = { client: CLIENT, entry: FIRST, exit: FROM_FIRST, target: SECOND };
const TO_SERVER: Way = {
  client: FROM_FIRST,
  entry: SECOND,
  exit: FROM_SECOND,
  target: SERVER,
};

/** One conversation of a relay. */
class Through {
  readonly #tell: Teller;
  readonly #socket: number;
  #offset = 0;

  constructor(tell: Teller, socket: number, transport: 'udp' | 'tcp', way: Way) {
    this.#tell = tell;
    this.#socket = socket;
    const { client, entry, exit, target } = way;
    const ends = { client: at(client), entry: at(entry), target: at(target) };
    tell('relay', socket, { transport, ...ends });
    this.#note('went', { what: 'begin', from: at(exit) });
  }

  came(text: string, packet: number, lost = false, direction = 'there'): void {
    const fate = lost ? { lost } : {};
    this.#note('came', { ...payload(text), packet, ...fate, direction });
  }

  went(text: string, packet: number, direction = 'there'): void {
    this.#note('went', { ...payload(text), packet, direction });
  }

  /** Bytes of a connection, at both sides. */
  passed(text: string): void {
    const bytes = { ...payload(text), offset: this.#offset };
    this.#note('came', bytes);
    this.#note('went', bytes);
    this.#offset += text.length;
  }

  reset(): void {
    this.#note('came', { what: 'reset' });
    this.#note('went', { what: 'reset' });
  }

  close(): void {
    this.#note('came', { what: 'close' });
  }

  #note(type: string, fields: object): void {
    this.#tell(type, this.#socket, { direction: 'there', ...fields });
  }
}

function fatesIn({ flows, processes, sockets }: JoinedTrace): string[] {
  const name = (id: number): string => processes[sockets[id]!.process]!.name;
  return flows.flatMap(({ from, to, datagrams }) =>
    datagrams.map(({ send, fate, arrivals }) =>
      [
        `${name(from)} to ${name(to)}: ${send?.text}`,
        fate,
        ...arrivals.map(({ corrupted }) => (corrupted ? 'corrupted' : 'came')),
      ].join(' '),
    ),
  );
}

type Tellers = Record<'server' | 'client' | 'first' | 'second', Teller>;

describe('datagrams through two relays in a row', () => {
  function udp(): { story: Story; tell: Tellers } {
    const story = new Story();
    const names = ['server', 'client', 'first', 'second'];
    const tell = Object.fromEntries(
      names.map((name, place) => [name, story.process(place + 1, name)]),
    ) as Tellers;
    for (const [name, port] of [
      ['server', SERVER],
      ['client', CLIENT],
    ] as const) {
      tell[name]('socket', 1, { transport: 'udp', role: 'datagram' });
      tell[name]('bind', 1, { local: at(port) });
    }
    return { story, tell };
  }

  it('go from end to end, both ways, whatever number each relay gave them', () => {
    const { story, tell } = udp();
    const { client, server } = tell;
    const texts = ['lost first', 'lost second', 'ping', 'ping', 'twice', 'other'];
    for (const text of texts) client('send', 1, { ...payload(text), to: at(FIRST) });
    const first = new Through(tell.first, 1, 'udp', TO_SECOND);
    const second = new Through(tell.second, 1, 'udp', TO_SERVER);
    const arrive = (text: string): void =>
      server('receive', 1, { ...payload(text), from: at(FROM_SECOND) });
    for (const [place, text] of texts.entries()) {
      first.came(text, place + 1, place === 0);
    }
    for (const [place, text] of texts.entries())
      if (place > 0) first.went(text, place + 1);
    first.went('twice', 5);
    // The second one has numbers of its own, and loses the first copy of what came twice.
    second.came('lost second', 1, true);
    second.came('ping', 2);
    second.came('ping', 3, true);
    second.came('twice', 4, true);
    second.came('other', 5);
    second.came('twice', 6);
    second.went('ping', 2);
    arrive('ping');
    second.went('otheR', 5);
    arrive('otheR');
    second.went('twice', 6);
    arrive('twice');
    server('send', 1, { ...payload('back'), to: at(FROM_SECOND) });
    second.came('back', 1, false, 'back');
    second.went('back', 1, 'back');
    first.came('back', 7, false, 'back');
    first.went('back', 7, 'back');
    client('receive', 1, { ...payload('back'), from: at(FIRST) });
    const joined = story.ended().join();
    expect(joined.processes.map(({ name }) => name)).toEqual(['server', 'client']);
    expect(fatesIn(joined)).toEqual([
      'client to server: lost first lost',
      'client to server: lost second lost',
      'client to server: ping delivered came',
      'client to server: ping lost',
      'client to server: twice delivered came',
      'client to server: other delivered corrupted',
      'server to client: back delivered came',
    ]);
    expect(joined.problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('go only as far as each relay where one had forgotten its client, and it is told', () => {
    const { story, tell } = udp();
    const { client, server } = tell;
    const first = new Through(tell.first, 1, 'udp', TO_SECOND);
    for (const [place, text] of ['one', 'two'].entries()) {
      client('send', 1, { ...payload(text), to: at(FIRST) });
      first.came(text, place + 1);
      first.went(text, place + 1);
      const way = { ...TO_SERVER, exit: FROM_SECOND + place };
      const second = new Through(tell.second, place + 1, 'udp', way);
      second.came(text, 1);
      second.went(text, 1);
      server('receive', 1, { ...payload(text), from: at(way.exit) });
      second.close();
    }
    const joined = story.ended().join();
    expect(
      fatesIn(joined).filter((fate) => fate.startsWith('client to server:')),
    ).toEqual([]);
    expect(joined.problems.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('one of which had forgotten its client'),
    );
  });
});

describe('connections through two relays in a row', () => {
  it('are one although the second relay could not ask who its client was', () => {
    const story = new Story();
    const [client, first, second] = ['client', 'first', 'second'].map((name, place) =>
      story.process(place + 1, name),
    ) as [Teller, Teller, Teller];
    client('socket', 1, { transport: 'tcp', role: 'connection' });
    client('connect', 1, { to: at(FIRST) });
    client('connected', 1, { local: at(CLIENT), remote: at(FIRST) });
    client('close', 1, { reset: true });
    const there = { direction: 'there' };
    new Through(first, 1, 'tcp', TO_SECOND).reset();
    const ends = { client: at(0, 'unknown'), entry: at(SECOND), target: at(SERVER) };
    second('relay', 1, { transport: 'tcp', ...ends });
    second('came', 1, { ...there, what: 'reset' });
    const { connections, processes, problems } = story.ended().join();
    expect(connections).toHaveLength(1);
    expect(processes.filter(({ traced }) => traced)).toHaveLength(1);
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('are told apart from those of another relay that speaks from the same port', () => {
    const story = new Story();
    const names = ['server', 'client', 'first', 'second', 'third'];
    const [server, client, ...relays] = names.map((name, place) =>
      story.process(place + 1, name),
    ) as [Teller, Teller, Teller, Teller, Teller];
    const connection = { transport: 'tcp', role: 'connection' };
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(SERVER) });
    const talk = (socket: number, entry: number, from: number, text: string): void => {
      client('socket', socket, connection);
      client('connect', socket, { to: at(entry) });
      const local = at(CLIENT + socket);
      client('connected', socket, { local, remote: at(entry) });
      client('write', socket, { ...payload(text), offset: 0 });
      server('socket', socket + 1, connection);
      const ends = { listener: 1, local: at(SERVER), remote: at(from) };
      server('accept', socket + 1, ends);
      server('read', socket + 1, { ...payload(text), offset: 0 });
    };
    const way = { ...TO_SECOND, client: CLIENT + 1 };
    // To the server it has the port from which another relay speaks to yet another one.
    const other = { client: CLIENT + 2, entry: 13_003, exit: FROM_FIRST, target: SERVER };
    new Through(relays[2], 1, 'tcp', other).passed('direct');
    talk(2, 13_003, FROM_FIRST, 'direct');
    const [first, second] = [
      new Through(relays[0], 1, 'tcp', way),
      new Through(relays[1], 1, 'tcp', TO_SERVER),
    ];
    for (const relay of [first, second]) relay.passed('in a row');
    talk(1, FIRST, FROM_SECOND, 'in a row');
    const { connections, problems } = story.ended().join();
    const written = connections.map(({ directions: [{ pieces, writes }] }) => [
      writes[0]!.text,
      pieces.map(({ fate }) => fate),
    ]);
    expect(written).toEqual([
      ['direct', ['delivered']],
      ['in a row', ['delivered']],
    ]);
    expect(problems.map(({ kind }) => kind)).toEqual(['relay', 'relay']);
  });
});
