/**
 * The trace file: JSON Lines, one event on each line, all processes of a run in one file.
 *
 *   {"type":"trace","version":1,"wall":1760000000000,"command":["node","a.js"],"payload":"text"}
 *   {"type":"process","process":1,"t":61200.4,"wall":…,"pid":4711,"name":"server",…}
 *   {"type":"send","process":1,"seq":3,"t":90123.4,"socket":1,"bytes":5,"to":{…},"digest":"…"}
 *
 * The first line says what the file is. Each process has a line before its events, and each
 * event has the number of its process. The lines of a file are in the order of `t`.
 *
 *   process and seq     the process, and the event's number there, from 0: a gap is a loss
 *   t                   microseconds since the trace began, on one clock for all processes
 *   socket              counted from 1 in its process; a socket that connects again is new
 *   at                  the line of the program that made the call, if one did
 *
 * docs/trace-format.md explains when each event happens and what each field means.
 *
 * Read next: joined.ts for the model made from it, ../recorder/ for what writes it.
 */
import * as v from 'valibot';

/** Changes when a reader of the old format would misunderstand the new one. */
export const TRACE_VERSION = 1;

/** How many bytes of a payload a preview shows. */
export const PREVIEW_BYTES = 64;

/** Of names, previews and messages, in characters. */
export const LONGEST_TEXT = 4096;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const shortText = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));

/** A numeric host and a port, or a path; the path of a client's own end is empty. */
const address = v.union([
  v.object({
    host: shortText,
    port: v.pipe(count, v.maxValue(65_535)),
    /** Of a socket's own `::`, which is not there for IPv4. */
    ipv6Only: v.optional(v.literal(true)),
  }),
  v.object({ path: shortText }),
]);

/** A line of a program: a path with `/`, from the folder where the trace was started. */
const line = v.object({ file: shortText, line: count });

/** What every event has. */
const event = { process: count, seq: count, t: time };
/** What every event of a socket has. */
const ofSocket = { ...event, socket: count, at: v.optional(line) };
/** What every event of a relay's conversation has, whose number stands as that of a socket. */
const ofConversation = { ...event, socket: count };
/** Which way: `there` is from the relay's client to its target. */
const passing = { ...ofConversation, direction: v.picklist(['there', 'back']) };
/** What is recorded about bytes that went by. */
const payload = {
  bytes: count,
  /** XXH32 with seed 0 of all the bytes, in eight hexadecimal digits. */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  /** The first bytes as text (UTF-8) or in hexadecimal digits; absent with payload none. */
  text: v.optional(shortText),
  hex: v.optional(v.pipe(shortText, v.regex(/^[0-9a-f]*$/))),
};

/** For a datagram, its number in its direction; for bytes of a stream, how many came before. */
const place = { packet: v.optional(count), offset: v.optional(count) };
/** `refused`: nobody is at the target. */
const happening = v.picklist(['begin', 'end', 'reset', 'refused', 'close']);

const schemas = {
  /**
   * The first line. `wall` is the time of day at t = 0, in ms since 1970; `clock` is what the
   * machine's own clock showed then, in µs since some moment: all traces of a machine share it.
   */
  trace: v.object({
    type: v.literal('trace'),
    version: v.literal(TRACE_VERSION),
    wall: time,
    clock: v.optional(time),
    command: v.optional(v.array(shortText)),
    payload: v.picklist(['none', 'text', 'hex']),
  }),
  /** A process (or a worker thread) began. `wall` is the time of day at its `t`. */
  process: v.object({
    type: v.literal('process'),
    process: count,
    t: time,
    wall: time,
    pid: count,
    /** Of a worker thread. */
    thread: v.optional(count),
    /** Its role, or its program's file without folder and ending. */
    name: shortText,
    /** The file it runs, as in `at`. */
    program: v.optional(shortText),
    node: shortText,
    platform: shortText,
  }),
  /** It ended by itself, perhaps with an uncaught error. A killed process has no such line. */
  exit: v.object({ type: v.literal('exit'), ...event, code: v.number() }),

  /** A socket came into being. */
  socket: v.object({
    type: v.literal('socket'),
    ...ofSocket,
    transport: v.picklist(['udp', 'tcp', 'path']),
    role: v.picklist(['datagram', 'welcoming', 'connection']),
  }),
  /** A datagram socket has its address. */
  bind: v.object({
    type: v.literal('bind'),
    ...ofSocket,
    local: address,
    /** By the system, for a program that did not ask for an address. */
    implicit: v.optional(v.literal(true)),
  }),
  /** A welcoming socket has its address, and clients can connect. */
  listen: v.object({
    type: v.literal('listen'),
    ...ofSocket,
    local: address,
    backlog: v.optional(count),
  }),
  /** The program asked for a connection; over UDP, that its peer is fixed. */
  connect: v.object({ type: v.literal('connect'), ...ofSocket, to: address }),
  /** One address of a name that has several: it was tried, and was not the one. */
  attempt: v.object({
    type: v.literal('attempt'),
    ...ofSocket,
    to: address,
    error: shortText,
  }),
  /** A datagram socket's peer is no longer fixed. `unbound`: its address is gone as well. */
  disconnect: v.object({
    type: v.literal('disconnect'),
    ...ofSocket,
    unbound: v.optional(v.literal(true)),
  }),
  /** A datagram socket joins a group of receivers, or leaves it. */
  membership: v.object({
    type: v.literal('membership'),
    ...ofSocket,
    group: shortText,
    left: v.optional(v.literal(true)),
  }),
  /** The connection has been made. */
  connected: v.object({
    type: v.literal('connected'),
    ...ofSocket,
    local: address,
    remote: address,
  }),
  /** A welcoming socket gave out a connection socket: this one. */
  accept: v.object({
    type: v.literal('accept'),
    ...ofSocket,
    listener: v.optional(count),
    local: address,
    remote: address,
  }),

  /** A welcoming socket closed a connection at once: it had `maxConnections` already, or … */
  drop: v.object({
    type: v.literal('drop'),
    ...ofSocket,
    remote: address,
    /** Its `blockList` forbids that address. */
    blocked: v.optional(v.literal(true)),
  }),
  /** TLS takes over: from here on the bytes are the program's, and not those on the wire. */
  tls: v.object({ type: v.literal('tls'), ...ofSocket }),
  /** What follows on this connection is not seen here: another process, or HTTP/2, has it. */
  handover: v.object({
    type: v.literal('handover'),
    ...ofSocket,
    to: v.picklist(['process', 'http2']),
  }),

  /** A datagram was handed to the system, or refused by it. */
  send: v.object({
    type: v.literal('send'),
    ...ofSocket,
    ...payload,
    to: address,
    error: v.optional(shortText),
  }),
  /** A datagram was taken from the system. */
  receive: v.object({
    type: v.literal('receive'),
    ...ofSocket,
    ...payload,
    from: address,
  }),

  /** The program wrote to a connection: bytes offset … offset + bytes of its stream. */
  write: v.object({
    type: v.literal('write'),
    ...ofSocket,
    ...payload,
    offset: count,
    /** write() returned false: the program should wait. */
    full: v.optional(v.literal(true)),
    /** The system had not taken all of it when write() returned; a `taken` follows. */
    waits: v.optional(v.literal(true)),
    /** It failed at once: the system took none of it. */
    error: v.optional(shortText),
    /** Node dropped it: the socket was closed, or had ended. The stream goes on without it. */
    refused: v.optional(v.literal(true)),
  }),
  /** The system has taken what waited: all bytes of the stream before `upTo`. */
  taken: v.object({ type: v.literal('taken'), ...ofSocket, upTo: count }),
  /** Bytes of a connection were taken from the system, in one piece. */
  read: v.object({ type: v.literal('read'), ...ofSocket, ...payload, offset: count }),
  /**
   * The peer has finished sending, and all `offset` bytes have been read. `reset`: it has broken
   * off (RST), which Node tells the program as an end.
   */
  end: v.object({
    type: v.literal('end'),
    ...ofSocket,
    offset: count,
    reset: v.optional(v.literal(true)),
  }),
  /** Half-close: nothing comes after `offset` bytes. */
  shutdown: v.object({ type: v.literal('shutdown'), ...ofSocket, offset: count }),

  /** What an 'error' event says, or would say, to the program. */
  error: v.object({
    type: v.literal('error'),
    ...ofSocket,
    code: v.optional(shortText),
    message: shortText,
  }),
  /**
   * The socket was closed. `reset`: with a reset (RST), not normally (FIN). `exit`: by the system,
   * as the process ended with bytes unsent, or before it was connected. With addresses: Node never
   * said that it was connected, but the system may have made the connection.
   */
  close: v.object({
    type: v.literal('close'),
    ...ofSocket,
    reset: v.optional(v.literal(true)),
    exit: v.optional(v.literal(true)),
    /** How many of the bytes written last before this never went to the system. */
    unsent: v.optional(count),
    /** How many before those may not have gone: TLS held some of them. */
    unsure: v.optional(count),
    local: v.optional(address),
    remote: v.optional(address),
  }),

  /**
   * A client speaks to a relay at `entry`, for which the relay speaks to `target`. Readers put
   * the two ends in place of the relay's addresses: through-relay.ts.
   */
  relay: v.object({
    type: v.literal('relay'),
    ...ofConversation,
    transport: v.picklist(['udp', 'tcp']),
    client: address,
    entry: address,
    target: address,
  }),
  /** Something came to the relay: bytes, or what happened to the connection. */
  came: v.union([
    v.object({
      type: v.literal('came'),
      ...passing,
      ...payload,
      ...place,
      /** A datagram that goes no further: the link lost it. */
      lost: v.optional(v.literal(true)),
    }),
    v.object({ type: v.literal('came'), ...passing, what: happening }),
  ]),
  /** It went on to the other side. `from`: where the relay speaks from, told at `begin`. */
  went: v.union([
    v.object({ type: v.literal('went'), ...passing, ...payload, ...place }),
    v.object({
      type: v.literal('went'),
      ...passing,
      what: happening,
      from: v.optional(address),
    }),
  ]),

  /** A line of a program that some `at` names, so that a page can show it. */
  source: v.object({ type: v.literal('source'), ...line.entries, text: shortText }),
};

export type TraceLine = v.InferOutput<(typeof schemas)[keyof typeof schemas]>;

/**
 * The schema of each type of line, by type. A variant schema would try one type after the
 * other, and a trace may have a hundred thousand lines.
 *
 * @returns undefined for what is not a line of a trace
 */
export function schemaOf(
  value: unknown,
): v.GenericSchema<unknown, TraceLine> | undefined {
  const { type } = Object(value) as { type?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(schemas, type)) return undefined;
  return schemas[type as keyof typeof schemas];
}

/** A line of one type: `Line<'send'>`. */
export type Line<Type extends TraceLine['type']> = Extract<TraceLine, { type: Type }>;

/** Everything that happens in a process. */
export type TraceEvent = Exclude<TraceLine, { type: 'trace' | 'process' | 'source' }>;

/** What a relay has seen. */
export type RelayEvent = Extract<TraceEvent, { type: 'relay' | 'came' | 'went' }>;

/** Everything that happens to a socket. */
export type SocketEvent = Exclude<TraceEvent, RelayEvent | { type: 'exit' }>;

/** Where a socket is: as in src/common, but always complete. */
export type TraceAddress = v.InferOutput<typeof address>;

export type SourceLine = v.InferOutput<typeof line>;
