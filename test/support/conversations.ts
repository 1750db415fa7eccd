/**
 * Conversations of small programs, at random: who connects, writes, ends, resets and is killed,
 * or says something in a listener of `exit`; whose time-out or signal ends it; who speaks TLS; who
 * is a worker thread; who sends datagrams to whom; and how many relays lie between them.
 * test/fixtures/trace/programs/conversations.mjs plays them.
 *
 * The same seed makes the same conversations; how the system answers is another matter.
 */
import * as fc from 'fast-check';

/** What a program does with a connection: a method's name and its arguments; see the player. */
type Act = [verb: string, bytes?: number, encoding?: string];

/** Three processes, and a worker thread of the first. */
type Place = 0 | 1 | 2 | 3;

interface End {
  allowHalfOpen: boolean;
  highWaterMark?: number | undefined;
  read:
    'flow' | 'text' | 'readable' | 'bitwise' | 'piped' | 'iterate' | 'never' | 'buffer';
  /** When it is connected, at the first bytes, and at the peer's end. */
  acts: { begin: Act[]; data: Act[]; end: Act[] };
}

interface Connections {
  kind: 'connections';
  id: string;
  transport: 'tcp' | 'tcp6' | 'path' | 'tls';
  /** The processes, by their number; one that gets a process of its own is killed, or leaves. */
  at: { server: Place | 'killed' | 'leaves'; client: Place };
  /** The relays between them, by their delays in ms. */
  relays: number[];
  /** How the process of its own ends, and what it does in its listener of `exit`. */
  leave: {
    how: 'exit' | 'throw';
    steps: { who: string; acts: Act[] }[];
    /** Whether it connects to somebody, and sends a datagram, for the first time there. */
    late: boolean;
  };
  server: End & {
    pauseOnConnect: boolean;
    maxConnections: number;
    backlog: number;
    handTo?: number | undefined;
  };
  clients: (End & { early: Act[]; autoSelectFamily: boolean })[];
  /** Nobody listens. */
  dead: boolean;
  oneByOne: boolean;
  early: boolean;
  /** `s0` is the first that was accepted, `c0` the first client. */
  steps: { who: string; acts: Act[]; calm: boolean }[];
  finish: 'end' | 'destroy';
}

/** To the number of a socket, to nobody, by name, or back to whom something came from. */
type DatagramAct = [verb: string, to?: number | string, bytes?: number, form?: string];

interface Datagrams {
  kind: 'datagrams';
  id: string;
  type: 'udp4' | 'udp6';
  /** The relays before each socket that is bound, by their links. */
  relays: string[];
  sockets: { at: Place; bound: boolean; options: object }[];
  steps: { who: number; acts: DatagramAct[]; calm: boolean }[];
}

export type Conversation = Connections | Datagrams;

const place = fc.constantFrom<Place>(0, 1, 2, 3);
const rarely = fc.nat(9).map((number) => number === 0);
const often = fc.nat(3).map((number) => number !== 0);

/** Less than a segment, as much as Node reads at once, more than the system's buffers hold. */
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 5, 60, 65, 700) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1448, 65_535, 65_536, 100_000) },
  { weight: 1, arbitrary: fc.constantFrom(1_000_000, 7_000_000) },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: amount.map((bytes): Act => ['write', bytes]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(amount, fc.constantFrom('latin1', 'utf8', 'hex', 'base64'))
      .map(([bytes, encoding]): Act => ['write', bytes, encoding]),
  },
  { weight: 2, arbitrary: fc.constant<Act>(['end']) },
  { weight: 1, arbitrary: amount.map((bytes): Act => ['end', bytes]) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Act>(
      ...([
        ['destroy'],
        ['reset'],
        ['reset'],
        ['soon'],
        ['fail'],
        ['timeout'],
        ['later'],
        ['abort'],
      ] satisfies Act[]),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Act>(
      ...([['pause'], ['resume'], ['cork'], ['uncork'], ['setNoDelay']] satisfies Act[]),
    ),
  },
);
const acts = fc.array(act, { maxLength: 3 });
const few = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Act[]>([]) },
  { weight: 2, arbitrary: acts },
);

const READS = [
  'flow',
  'flow',
  'flow',
  'readable',
  'bitwise',
  'iterate',
  'text',
  'piped',
  'never',
] as const;
const end = {
  allowHalfOpen: fc.boolean(),
  highWaterMark: fc.constantFrom(undefined, undefined, 1, 1000),
  acts: fc.record({ begin: few, data: few, end: few }),
};

const connections = fc.record({
  kind: fc.constant('connections' as const),
  transport: fc.constantFrom('tcp', 'tcp', 'tcp', 'tcp', 'tcp6', 'path', 'tls'),
  at: fc.record({
    server: fc.oneof(
      { weight: 30, arbitrary: place },
      { weight: 1, arbitrary: fc.constant('killed' as const) },
      { weight: 1, arbitrary: fc.constant('leaves' as const) },
    ),
    client: place,
  }),
  relays: fc.oneof(
    { weight: 4, arbitrary: fc.constant<number[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(0, 3), { minLength: 1, maxLength: 2 }),
    },
  ),
  leave: fc.record({
    how: fc.constantFrom('exit' as const, 'throw' as const),
    steps: fc.array(
      fc.record({
        who: fc.constantFrom('s0', 's0', 's1', 's2'),
        acts: fc.array(act, { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    late: fc.boolean(),
  }),
  server: fc.record({
    ...end,
    read: fc.constantFrom(...READS),
    pauseOnConnect: rarely,
    maxConnections: fc.constantFrom(0, 0, 0, 0, 1),
    backlog: fc.constantFrom(0, 0, 0, 1),
    handTo: fc.constantFrom(...Array.from({ length: 9 }, () => undefined), 1),
  }),
  clients: fc.array(
    fc.record({
      ...end,
      read: fc.constantFrom(...READS, 'buffer' as const),
      early: few,
      autoSelectFamily: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  dead: rarely,
  oneByOne: fc.boolean(),
  early: rarely,
  steps: fc.array(
    fc.record({
      who: fc.constantFrom('c0', 's0', 'c0', 's0', 'c1', 's1', 'c2', 's2'),
      acts: fc.array(act, { minLength: 1, maxLength: 4 }),
      calm: often,
    }),
    { maxLength: 5 },
  ),
  finish: fc.constantFrom('end' as const, 'destroy' as const),
});

const length = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(20, 64, 65, 1472, 9000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 65_507, 65_508, 70_000) },
);
const target = fc.constantFrom<number | string>(0, 1, 0, 1, 2, 'nobody', 'name', 'back');
const datagramAct: fc.Arbitrary<DatagramAct> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(target, length, fc.constantFrom('bytes', 'bytes', 'text', 'parts', 'cut'))
      .map(([to, bytes, form]): DatagramAct => ['send', to, bytes, form]),
  },
  { weight: 1, arbitrary: target.map((to): DatagramAct => ['connect', to]) },
  { weight: 1, arbitrary: fc.constant<DatagramAct>(['disconnect']) },
  { weight: 1, arbitrary: fc.constant<DatagramAct>(['close']) },
);

const datagrams = fc.record({
  kind: fc.constant('datagrams' as const),
  type: fc.constantFrom('udp4', 'udp4', 'udp6'),
  relays: fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom('', 'delay=2ms', 'loss=30%', 'dup=30%'), {
        minLength: 1,
        maxLength: 2,
      }),
    },
  ),
  sockets: fc.array(
    fc.record({
      at: place,
      bound: often,
      options: fc.constantFrom({}, {}, {}, { recvBufferSize: 3000 }),
    }),
    { minLength: 2, maxLength: 3 },
  ),
  steps: fc.array(
    fc.record({
      who: fc.nat(1),
      acts: fc.array(datagramAct, { minLength: 1, maxLength: 12 }),
      calm: often,
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** @param skip how many to leave out at the beginning: one conversation is played again alone */
export function conversations(seed: number, many: number, skip = 0): Conversation[] {
  const any = fc.oneof(
    { weight: 3, arbitrary: connections },
    { weight: 1, arbitrary: datagrams },
  );
  return fc
    .sample(any, { seed, numRuns: skip + many })
    .map((plan, number) => fitted({ ...plan, id: `k${number}` }))
    .slice(skip);
}

/** What cannot be is put right. */
function fitted(plan: Conversation): Conversation {
  if (plan.kind === 'datagrams') {
    return plan.relays.length === 0 ? plan : { ...plan, type: 'udp4' };
  }
  return handedOver(behindRelays(overTls(plan)));
}

/** A TLS server reads what comes by itself, and TLS clients have no buffer of their own. */
function overTls(plan: Connections): Connections {
  if (plan.transport !== 'tls') return plan;
  const { clients, server } = plan;
  return {
    ...plan,
    server: { ...server, handTo: undefined, pauseOnConnect: false },
    clients: clients.map((client) =>
      Object.assign(client, { read: client.read === 'buffer' ? 'flow' : client.read }),
    ),
  };
}

function behindRelays(plan: Connections): Connections {
  if (plan.relays.length === 0) return plan;
  const { server, transport } = plan;
  return {
    ...plan,
    transport: transport === 'tls' ? 'tls' : 'tcp',
    server: { ...server, handTo: undefined },
  };
}

/**
 * Only parent and child can hand a connection over. Nobody resets it meanwhile: Node would tell
 * the child of the error before the child has the socket.
 */
function handedOver(plan: Connections): Connections {
  if (plan.server.handTo === undefined) return plan;
  const { at, clients, dead, server, steps } = plan;
  if (typeof at.server === 'string' || at.server === 3 || dead) {
    return { ...plan, server: { ...server, handTo: undefined } };
  }
  const handTo = at.server === 0 ? 1 : 0;
  const acts = { begin: [], data: [], end: [] };
  return {
    ...plan,
    server: { ...server, handTo, pauseOnConnect: true, read: 'never', acts },
    clients: clients.map((client) =>
      Object.assign(client, { early: [], acts: { ...client.acts, begin: [] } }),
    ),
    early: false,
    steps: steps.filter(({ who }) => who.startsWith('c')),
  };
}
