/**
 * The two lanes over TCP: bare, and framed.
 *
 *   sender ══► relay ══► receiver        sendall, recv; or send, receive
 *
 * The relay cuts the stream so that segment k carries message k: then a seed loses the same
 * messages here as over UDP. The relay computes what that does to a stream; see
 * stream-model.ts in network/link.
 *
 * A bare stream has no messages. We can count them only because we know their size; a receive
 * call that returned exactly one did so by luck.
 */
import { ConnectionSocket, WelcomingSocket } from '../../../tcp/index.ts';
import type { InetAddress } from '../../../common/index.ts';
import { FramedConnection, HEADER_LENGTH } from '../../../framing/index.ts';
import {
  linkOf,
  type LinkOptions,
  loseByNumber,
  openStreamRelay,
} from '../../link/index.ts';
import { HANDSHAKE, streamCost } from '../cost.ts';
import { numberedLane, streamSeen } from '../kernel-lane.ts';
import { messageOf, numberOf } from '../message.ts';
import type { Plan } from '../options.ts';
import { atPace } from '../pace.ts';
import {
  type Arrival,
  type Blocked,
  type LaneRecord,
  noteFate,
  type PacketFate,
  type ReceiveEvent,
} from '../record.ts';
import { doneOrSilent, type LaneRun, untilTrue } from './lane.ts';

const READ_SIZE = 65_536;

interface Ends {
  /** Sends message k. */
  send(this: void, k: number): Promise<void>;
  /** Ends the stream. */
  end(): Promise<void>;
  /** Receives until the end of the stream. */
  receive(heard: Heard): Promise<void>;
  close(): Promise<void>;
}

/** What the receiver records. */
interface Heard {
  received: ReceiveEvent[];
  arrivals: Arrival[];
  corrupted: number;
}

export function runTcp(plan: Plan, run: LaneRun): Promise<LaneRecord> {
  return runStream('tcp', plan.size, plan, run, bareEnds);
}

export function runFramed(plan: Plan, run: LaneRun): Promise<LaneRecord> {
  return runStream('framed', HEADER_LENGTH + plan.size, plan, run, framedEnds);
}

async function runStream(
  lane: 'tcp' | 'framed',
  segment: number,
  plan: Plan,
  run: LaneRun,
  makeEnds: (near: ConnectionSocket, far: ConnectionSocket, size: number) => Ends,
): Promise<LaneRecord> {
  const { every, link, messages, size } = plan;
  const welcoming = new WelcomingSocket({ noDelay: true });
  await welcoming.bind({ port: 0 });
  await welcoming.listen(1);
  const fates: PacketFate[] = [];
  const blocked: Blocked[] = [];
  const relay = plan.kernel
    ? undefined
    : await openStreamRelay({
        listen: { port: 0 },
        to: welcoming.address as InetAddress,
        link: { ...link, segment },
        onFate: (event) => {
          if (event.direction === 'there') fates.push(noteFate(event));
        },
        onDelivery: ({ arrivedAt, direction, k, time, waitedFor }) => {
          if (direction === 'there' && waitedFor > 0 && time > arrivedAt) {
            blocked.push({ k, arrivedAt, readAt: time, waitedFor });
          }
        },
      });
  const { port } = welcoming.address as InetAddress;
  const counted = plan.kernel?.exact
    ? loseByNumber(link, numberedLane(lane, plan, port))
    : undefined;
  const near = new ConnectionSocket({ noDelay: true });
  let far: ConnectionSocket | undefined;
  let ends: Ends | undefined;
  const onAbort = (): void =>
    void Promise.all([relay?.close(), near.close(), welcoming.close(), far?.close()]);
  run.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const start = performance.now();
    await near.connect(relay?.address ?? welcoming.address, {
      signal: run.signal,
    });
    // Over the link a handshake would take a round trip. We reach the relay at once, but it
    // holds back our first bytes for that long.
    if (relay) {
      const { there: onTheWay, back: backAgain } = linkOf(link);
      const over = start + onTheWay.delay + backAgain.delay;
      await untilTrue(() => performance.now() >= over, run.signal);
    }
    const setUp = { ms: performance.now() - start, packets: HANDSHAKE };
    far = (await welcoming.accept({ signal: run.signal })).connectionSocket;
    ends = makeEnds(near, far, size);
    const heard: Heard = {
      received: [],
      arrivals: [],
      corrupted: 0,
    };
    const receiving = ends.receive(heard);
    receiving.catch(() => {});
    const { send } = ends;
    const sent = await atPace(messages, every, run.signal, (k) => {
      send(k).catch(() => {});
      run.onSent(k);
    });
    const rest = Promise.all([ends.end(), receiving]);
    const howMany = (): number => heard.received.length;
    const finished = await doneOrSilent(rest, howMany, patienceWith(link), run.signal);
    const there = relay?.statistics.there;
    return {
      lane,
      size,
      setUp,
      sent,
      ...heard,
      fates,
      kernelDrops: relay && 0, // what a kernel drops, TCP sends again
      blocked: relay ? [...blocked] : undefined,
      finished,
      wire: there && streamCost(there, segment, finished),
      modelled: relay !== undefined,
      ...(counted && streamSeen(sent, heard.arrivals, counted())),
    };
  } finally {
    run.signal.removeEventListener('abort', onAbort);
    await relay?.close();
    await Promise.all([ends?.close(), near.close(), far?.close(), welcoming.close()]);
  }
}

/**
 * How long nothing may arrive before the lane ends: seven time-outs in a row take this long. If no
 * packet or no acknowledgement can ever arrive, there is nothing to wait for.
 */
export function patienceWith(options: LinkOptions): number {
  const { there, back } = linkOf(options);
  const hopeless = [there, back].some(({ loss, corrupt }) => loss === 1 || corrupt === 1);
  const onTheWay = there.delay + there.jitter + there.hold + back.delay;
  return (hopeless ? 1000 : 30_000) + onTheWay;
}

function bareEnds(near: ConnectionSocket, far: ConnectionSocket, size: number): Ends {
  return {
    send: (k) => near.sendall(messageOf(k, size)),
    end: () => near.shutdown(),
    async receive(heard) {
      let rest: Buffer = Buffer.alloc(0);
      for (;;) {
        const chunk = await far.recv(READ_SIZE);
        if (chunk.length === 0) return;
        const at = performance.now();
        const whole = rest.length === 0 && chunk.length === size;
        const message = whole ? numberOf(chunk) : undefined;
        heard.received.push({ at, bytes: chunk.length, message });
        rest = Buffer.concat([rest, chunk]);
        for (; rest.length >= size; rest = rest.subarray(size)) {
          note(heard, rest.subarray(0, size), at);
        }
      }
    },
    close: async () => {},
  };
}

function framedEnds(near: ConnectionSocket, far: ConnectionSocket, size: number): Ends {
  const sender = new FramedConnection(near.detach());
  const receiver = new FramedConnection(far.detach());
  return {
    send: (k) => sender.send(messageOf(k, size)),
    end: async () => sender.end(),
    async receive(heard) {
      for await (const payload of receiver) {
        const at = performance.now();
        heard.received.push({ at, bytes: payload.length, message: numberOf(payload) });
        note(heard, payload, at);
      }
    },
    close: async () => {
      await Promise.all([sender.close({ linger: 0 }), receiver.close({ linger: 0 })]);
    },
  };
}

function note(heard: Heard, message: Buffer, at: number): void {
  const k = numberOf(message);
  if (k === undefined) heard.corrupted += 1;
  else heard.arrivals.push({ k, at });
}
