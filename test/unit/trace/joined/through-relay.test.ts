import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type JoinedTrace,
  joinTrace,
  parseTrace,
} from '../../../../src/trace/index.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import { addressWords } from '../../../../src/trace/diagram/words.ts';
import { at, payload, Story, type Teller } from './build.ts';

const [CLIENT, ENTRY, EXIT, SERVER] = [40_001, 12_000, 50_001, 12_001];
const UDP = { transport: 'udp', role: 'datagram' };
const TCP = { transport: 'tcp', role: 'connection' };

/** A relay's conversation number 1, which goes on to the server. */
class Link {
  readonly #tell: Teller;
  #numbers = { there: 0, back: 0 };

  constructor(tell: Teller, transport: 'udp' | 'tcp', client = at(CLIENT)) {
    this.#tell = tell;
    const ends = { client, entry: at(ENTRY), target: at(SERVER) };
    tell('relay', 1, { transport, ...ends });
  }

  reach(): void {
    const from = at(EXIT);
    this.#tell('went', 1, { direction: 'there', what: 'begin', from });
  }

  happened(stage: 'came' | 'went', direction: 'there' | 'back', what: string): void {
    this.#tell(stage, 1, { direction, what });
  }

  /** Bytes of a connection. */
  stream(stage: 'came' | 'went', text: string, offset: number): void {
    this.#tell(stage, 1, { direction: 'there', ...payload(text), offset });
  }

  /** @returns the packet's number */
  came(direction: 'there' | 'back', text: string, lost = false): number {
    const packet = (this.#numbers[direction] += 1);
    const fate = lost ? { lost } : {};
    this.#tell('came', 1, { direction, ...payload(text), packet, ...fate });
    return packet;
  }

  went(direction: 'there' | 'back', text: string, packet: number): void {
    this.#tell('went', 1, { direction, ...payload(text), packet });
  }
}

interface Udp {
  story: Story;
  link: Link;
  relay: Teller;
  /** From the client to the relay: sent, and come there. */
  ask: (text: string, lost?: boolean) => number;
  /** From the relay to the server. */
  pass: (text: string, packet: number) => void;
  client: Teller;
  server: Teller;
}

/** Both ends are recorded. */
function udp(): Udp {
  const story = new Story();
  const server = story.process(1, 'server');
  const client = story.process(2, 'client');
  const relay = story.process(3, 'relay');
  server('socket', 1, UDP);
  server('bind', 1, { local: at(SERVER) });
  client('socket', 1, UDP);
  client('bind', 1, { local: at(CLIENT, '0.0.0.0'), implicit: true });
  let begun: Link | undefined;
  const link = (): Link => {
    if (begun) return begun;
    begun = new Link(relay, 'udp');
    begun.reach();
    return begun;
  };
  return {
    story,
    relay,
    client,
    server,
    get link() {
      return link();
    },
    ask: (text, lost) => {
      client('send', 1, { ...payload(text), to: at(ENTRY) });
      return link().came('there', text, lost);
    },
    pass: (text, packet) => {
      link().went('there', text, packet);
      server('receive', 1, { ...payload(text), from: at(EXIT) });
    },
  };
}

function fatesIn({ flows, processes, sockets }: JoinedTrace): string[] {
  const name = (id: number): string => processes[sockets[id]!.process]!.name;
  return flows.flatMap(({ from, to, datagrams }) =>
    datagrams.map(({ send, fate, arrivals }) =>
      [
        `${name(from)} to ${name(to)}: ${send?.text} at ${send?.t}`,
        fate,
        ...arrivals.map(({ overtaken, corrupted }) =>
          overtaken ? 'late' : corrupted ? 'corrupted' : 'came',
        ),
      ].join(' '),
    ),
  );
}

describe('datagrams through a relay', () => {
  it('go from end to end, both ways, and nobody else is there', () => {
    const { story, link, server, client, ask, pass } = udp();
    pass('hello', ask('hello'));
    server('send', 1, { ...payload('HELLO'), to: at(EXIT) });
    link.went('back', 'HELLO', link.came('back', 'HELLO'));
    client('receive', 1, { ...payload('HELLO'), from: at(ENTRY) });
    const joined = story.ended().join();
    expect(joined.processes.map(({ name }) => name)).toEqual(['server', 'client']);
    expect(fatesIn(joined)).toEqual([
      'client to server: hello at 700 delivered came',
      'server to client: HELLO at 1100 delivered came',
    ]);
    expect(joined.problems).toMatchObject([
      { kind: 'relay', text: expect.stringContaining('127.0.0.1:12000 goes on to') },
    ]);
  });

  it('are told apart by the relay, although they hold the same', () => {
    const { story, ask, pass } = udp();
    const [one, , three] = [ask('ping'), ask('ping', true), ask('ping')];
    pass('ping', one);
    pass('ping', three);
    pass('ping', three);
    expect(fatesIn(story.ended().join()).map((fate) => fate.split(' at ')[1])).toEqual([
      '500 delivered came',
      '900 lost',
      '1100 delivered came came',
    ]);
  });

  it('are the same that were corrupted or overtaken on their way', () => {
    const { story, ask, pass } = udp();
    const [one, two] = [ask('one'), ask('two')];
    pass('twO', two);
    pass('one', one);
    const joined = story.ended().join();
    expect(fatesIn(joined)).toEqual([
      'client to server: one at 500 delivered late',
      'client to server: two at 900 delivered corrupted',
    ]);
    expect(joined.problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('are lost if the relay says so, even where the server was not watched to its end', () => {
    const { story, relay, ask } = udp();
    ask('lost', true);
    ask('on its way');
    relay('exit', 0, { code: 0 });
    const [lost, under] = fatesIn(story.join());
    expect(lost).toMatch(/ lost$/);
    expect(under).toMatch(/ unseen$/);
  });

  it('of a client that nobody recorded come from what the relay saw', () => {
    const story = new Story();
    const server = story.process(1, 'server');
    server('socket', 1, UDP);
    server('bind', 1, { local: at(SERVER) });
    const link = new Link(story.process(2, 'relay'), 'udp');
    link.reach();
    link.came('there', 'lost', true);
    link.went('there', 'hello', link.came('there', 'hello'));
    server('receive', 1, { ...payload('hello'), from: at(EXIT) });
    const joined = story.ended().join();
    const [lost, hello] = fatesIn(joined);
    expect(lost).toMatch(/^client, seen by the relay to server: lost .* lost$/);
    expect(hello).toMatch(/^client, seen by the relay to server: .* delivered came$/);
    expect(joined.processes).toHaveLength(2);
  });

  it('of a socket that disconnected and got another port belong to that', () => {
    const { story, relay, client, server, ask, pass } = udp();
    pass('before', ask('before'));
    client('disconnect', 1, { unbound: true });
    client('bind', 1, { local: at(CLIENT + 1, '0.0.0.0'), implicit: true });
    client('send', 1, { ...payload('behind'), to: at(ENTRY) });
    const ends = { client: at(CLIENT + 1), entry: at(ENTRY), target: at(SERVER) };
    relay('relay', 2, { transport: 'udp', ...ends });
    const there = { direction: 'there' };
    relay('went', 2, { ...there, what: 'begin', from: at(EXIT + 1) });
    relay('came', 2, { ...there, ...payload('behind'), packet: 2 });
    relay('went', 2, { ...there, ...payload('behind'), packet: 2 });
    server('receive', 1, { ...payload('behind'), from: at(EXIT + 1) });
    const joined = story.ended().join();
    expect(fatesIn(joined).map((fate) => fate.replace(/at \d+ /, ''))).toEqual([
      'client to server: before delivered came',
      'client to server: behind delivered came',
    ]);
    expect(joined.problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('to a socket that had gone before they came are received by nobody', () => {
    const all = udp();
    all.server('close', 1);
    for (const text of ['one', 'two', 'three']) {
      const packet = all.ask(text);
      all.link.went('there', text, packet);
    }
    all.link.happened('came', 'back', 'refused'); // once for those that came at the same time
    const joined = all.story.ended().join();
    expect(joined.processes.map(({ name }) => name)).not.toContain(
      'server, seen by the relay',
    );
    const fates = fatesIn(joined).map((fate) => fate.split(' at ')[1]);
    expect(fates.every((fate) => fate!.endsWith(' nobody'))).toBe(true);
    expect(fates).toHaveLength(3);
  });

  it('of a relay that was killed are not concluded to be lost', () => {
    const story = new Story();
    const client = story.process(1, 'client');
    const link = new Link(story.process(2, 'relay'), 'udp');
    client('socket', 1, UDP);
    client('bind', 1, { local: at(CLIENT) });
    link.reach();
    const first = link.came('there', 'first');
    link.went('there', 'first', first);
    client('send', 1, { ...payload('on its way'), to: at(ENTRY) });
    link.came('there', 'on its way');
    client('close', 1);
    const joined = story.join();
    expect(fatesIn(joined)).toContain(
      'client to server, seen by the relay: on its way at 700 unseen',
    );
    expect(joined.problems.map(({ text }) => text)).toContain(
      'the relay was killed or kept running: its last events may be missing',
    );
  });
});

/** A client that sends and resets: all that the relay is told of it. */
function seenComing(relay: Teller, socket: number, text: string): void {
  const ends = { client: at(0, 'unknown'), entry: at(ENTRY), target: at(SERVER) };
  relay('relay', socket, { transport: 'tcp', ...ends });
  relay('came', socket, { direction: 'there', ...payload(text), offset: 0 });
  relay('came', socket, { direction: 'there', what: 'reset' });
}

function seenGoing(relay: Teller, socket: number, text: string): void {
  const from = at(EXIT + socket);
  relay('went', socket, { direction: 'there', what: 'begin', from });
  relay('went', socket, { direction: 'there', ...payload(text), offset: 0 });
  relay('went', socket, { direction: 'there', what: 'reset' });
}

describe('a connection through a relay', () => {
  function tcp(client = at(CLIENT)): Omit<Udp, 'ask' | 'pass' | 'relay'> {
    const story = new Story();
    const server = story.process(1, 'server');
    const caller = story.process(2, 'client');
    server('socket', 1, { transport: 'tcp', role: 'welcoming' });
    server('listen', 1, { local: at(SERVER) });
    caller('socket', 1, TCP);
    caller('connect', 1, { to: at(ENTRY, 'localhost') });
    caller('connected', 1, { local: at(CLIENT), remote: at(ENTRY) });
    const link = new Link(story.process(3, 'relay'), 'tcp', client);
    return { story, link, client: caller, server };
  }

  function accept(server: Teller): void {
    server('socket', 2, TCP);
    server('accept', 2, { listener: 1, local: at(SERVER), remote: at(EXIT) });
  }

  it('is one, from the client to the server, with all its bytes', () => {
    const { story, link, client, server } = tcp();
    client('write', 1, { ...payload('hello'), offset: 0 });
    accept(server); // before the relay has been told that it is connected
    link.reach();
    server('read', 2, { ...payload('hello'), offset: 0 });
    const { connections, processes } = story.ended().join();
    expect(processes.map(({ name }) => name)).toEqual(['server', 'client']);
    expect(connections).toHaveLength(1);
    const [{ pieces }] = connections[0]!.directions;
    expect(pieces.map(({ fate }) => fate)).toEqual(['delivered']);
    expect(connections[0]).toMatchObject({
      asked: 400,
      connected: 500,
      accepted: 900,
      byRelay: 'accepted',
    });
  });

  it('that its client had reset before the relay could ask who it was is still one', () => {
    const { story, link, server, client } = tcp(at(0, 'unknown'));
    client('close', 1, { reset: true });
    link.reach();
    accept(server);
    server('error', 2, { code: 'ECONNRESET', message: 'reset' });
    const { connections, sockets } = story.ended().join();
    expect(connections).toHaveLength(1);
    expect(sockets[connections[0]!.server]!.remote).toEqual(at(CLIENT));
  });

  it.each([
    ['a program that speaks TLS', 'hi', ['unseen'], false],
    [
      'bytes that look like it, and are its own',
      '\u0016\u0003\u0001',
      ['delivered'],
      true,
    ],
  ])('of %s has the other end only if its bytes are known', (_, text, fates, seen) => {
    const story = new Story();
    const client = story.process(1, 'client');
    const relay = story.process(2, 'relay');
    client('socket', 1, TCP);
    client('connect', 1, { to: at(ENTRY) });
    client('connected', 1, { local: at(CLIENT), remote: at(ENTRY) });
    if (!seen) client('tls', 1);
    client('write', 1, { ...payload(text), offset: 0 });
    const link = new Link(relay, 'tcp');
    link.reach();
    const record = '\u0016\u0003\u0001';
    link.stream('came', record, 0);
    link.stream('went', record, 0);
    const { connections, processes, problems } = story.ended().join();
    const { pieces } = connections[0]!.directions[0];
    expect(pieces.map(({ fate }) => fate)).toEqual(fates);
    expect(processes.some(({ seenByRelay }) => seenByRelay)).toBe(seen);
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('that was reset before its client was connected is still one', () => {
    const { story, link, server } = tcp(at(CLIENT + 1));
    const called = story.process(4, 'second client');
    called('socket', 1, TCP);
    called('connect', 1, { to: at(ENTRY) });
    link.reach();
    accept(server);
    server('close', 2, { reset: true });
    called('error', 1, { code: 'ECONNRESET', message: 'connect ECONNRESET' });
    called('close', 1, { local: at(CLIENT + 1), remote: at(ENTRY) });
    const { connections, processes, sockets } = story.ended().join();
    const served = connections.filter(({ server: id }) => sockets[id]!.traced);
    const callers = served.map(({ client: id }) => sockets[id]!);
    expect(callers.map(({ process }) => processes[process]!.name)).toEqual([
      'second client',
    ]);
  });

  it('is not one that came to another server from the same port', () => {
    const { story, link, server } = tcp();
    server('socket', 3, { transport: 'tcp', role: 'welcoming' });
    server('listen', 3, { local: at(SERVER + 1) });
    link.reach();
    server('socket', 4, TCP);
    server('accept', 4, { listener: 3, local: at(SERVER + 1), remote: at(EXIT) });
    accept(server);
    const { sockets } = story.ended().join();
    const [other, own] = sockets.filter(({ side }) => side === 'server');
    expect(addressWords(own!.remote)).toContain(`127.0.0.1:${CLIENT}`);
    expect(addressWords(other!.remote)).toContain(`127.0.0.1:${EXIT}`);
  });

  it('is one for each client that was gone before the relay could ask who it was', () => {
    const story = new Story();
    const relay = story.process(1, 'relay');
    const all = ['one', 'two', 'three'];
    for (const [k, text] of all.entries()) seenComing(relay, k + 1, text);
    for (const [k, text] of all.entries()) seenGoing(relay, k + 1, text);
    const { connections, problems, sockets } = story.ended().join();
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
    expect(new Set(connections.map(({ client }) => client)).size).toBe(3);
    const sent = connections.map(
      ({ client, directions: [{ writes, reads, pieces }] }) => ({
        from: addressWords(sockets[client]!.local),
        pieces: pieces.map(({ write, read, fate }) =>
          [writes[write!]!.text, fate, reads[read!]!.text].join(' '),
        ),
      }),
    );
    expect(sent).toEqual(
      all.map((text) => ({ from: ['unknown'], pieces: [`${text} delivered ${text}`] })),
    );
  });

  it('that the relay broke off lost what it had read, and both ends hear of it', () => {
    const { story, link, client, server } = tcp();
    const text = { first: payload('first'), second: payload('second') };
    client('write', 1, { ...text.first, offset: 0 });
    client('write', 1, { ...text.second, offset: 5 });
    link.stream('came', 'first', 0);
    link.stream('came', 'second', 5);
    link.reach();
    accept(server);
    link.stream('went', 'first', 0);
    server('read', 2, { ...text.first, offset: 0 });
    link.happened('went', 'there', 'reset');
    link.happened('went', 'back', 'reset');
    for (const [teller, socket] of [
      [server, 2],
      [client, 1],
    ] as const) {
      teller('error', socket, { code: 'ECONNRESET', message: 'read ECONNRESET' });
      teller('close', socket);
    }
    const joined = story.ended().join();
    const [{ brokenByRelay, directions }] = joined.connections as [Connection];
    expect(brokenByRelay).toBe(true);
    expect(directions[0].pieces.map(({ fate }) => fate)).toEqual(['delivered', 'lost']);
    const lanes = { comfortable: 9, most: 9 };
    const { arrows } = tellStory(joined, { lanes, limit: Infinity }).acts[0]!;
    const resets = arrows.filter(({ kind }) => kind === 'rst');
    expect(resets.map(({ to }) => joined.sockets[to.lane]!.side)).toEqual([
      'server',
      'client',
    ]);
    expect(resets[0]!.about).toBe('the relay breaks off the connection at both ends');
    expect(arrows.map(({ label }) => label[0])).toContain('lost in the relay: "second"');
  });

  it('and through another one behind it is one from end to end', () => {
    const { story, link, client, server } = tcp();
    const [between, hello, hi] = [12_002, payload('hello'), payload('hi')];
    const second = story.process(4, 'relay');
    const ends = { client: at(EXIT), entry: at(between), target: at(SERVER) };
    client('write', 1, { ...hello, offset: 0 });
    link.stream('came', 'hello', 0);
    link.reach();
    second('relay', 1, { transport: 'tcp', ...ends });
    link.stream('went', 'hello', 0);
    second('came', 1, { direction: 'there', ...hello, offset: 0 });
    second('went', 1, { direction: 'there', what: 'begin', from: at(EXIT + 1) });
    second('went', 1, { direction: 'there', ...hello, offset: 0 });
    server('socket', 2, TCP);
    server('accept', 2, { listener: 1, local: at(SERVER), remote: at(EXIT + 1) });
    server('read', 2, { ...hello, offset: 0 });
    server('write', 2, { ...hi, offset: 0 });
    client('read', 1, { ...hi, offset: 0 });
    const text = story
      .ended()
      .text.replace(
        `"target":${JSON.stringify(at(SERVER))}`,
        `"target":${JSON.stringify(at(between))}`,
      );
    const { connections, processes, problems } = joinTrace(parseTrace(text));
    expect(processes.map(({ name }) => name)).toEqual(['server', 'client']);
    expect(connections).toHaveLength(1);
    const fates = connections[0]!.directions.map(({ pieces }) => pieces[0]!.fate);
    expect(fates).toEqual(['delivered', 'delivered']);
    expect(problems.map(({ kind }) => kind)).toEqual(['relay']);
  });

  it('that the server dropped is one that came to its welcoming socket', () => {
    const { story, link, server } = tcp();
    link.reach();
    server('drop', 1, { remote: at(EXIT) });
    link.happened('came', 'back', 'end');
    const { connections, processes, sockets } = story.ended().join();
    expect(processes).toHaveLength(2);
    expect(connections).toHaveLength(1);
    expect(sockets[connections[0]!.server]).toMatchObject({ process: 0, listener: 0 });
  });
});
