/**
 * The roles of a ZeroMQ benchmark in which many connect: a thousand peers at once, one after
 * another, or all again after a restart. In Node only; zmq-peer.ts runs them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ScaleRole } from './zmq-roles.ts';

type Zmq = typeof import('zeromq');

export interface Task {
  zmq: Zmq;
  address: string;
  size: number;
  /** How many messages, or visits, warm up, and how many are measured. */
  warm: number;
  count: number;
  peers: number;
  tellAddress: (at: string) => void;
  /** The warm-up is over. */
  begin: () => void;
  tellSeconds: () => void;
}

/** How many visitors are there at a time. */
const AT_ONCE = 64;
/** How long a server is away before it comes back, in milliseconds. */
const AWAY = 500;

export const scaleRoles: Record<ScaleRole, (task: Task) => Promise<void>> = {
  /** One PUSH, to which `peers` PULLs connect. */
  async fan({ zmq, address, size, warm, count, peers, tellAddress, begin }) {
    const push = new zmq.Push();
    const met = handshakes(push.events, peers);
    await push.bind(address);
    tellAddress(push.lastEndpoint!);
    await met;
    const message = Buffer.alloc(size, 'x');
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      await push.send(message);
    }
    push.close();
  },
  async pulls({ zmq, address, warm, count, peers, begin, tellSeconds }) {
    const pulls = Array.from({ length: peers }, () => new zmq.Pull());
    let arrived = 0;
    const over = new Promise<void>((resolve) => {
      const read = async (pull: (typeof pulls)[0]): Promise<void> => {
        pull.connect(address);
        for await (const _ of pull) {
          arrived += 1;
          if (arrived === warm) begin();
          if (arrived === warm + count) resolve();
        }
      };
      for (const pull of pulls) void read(pull);
    });
    await over;
    tellSeconds();
    for (const pull of pulls) pull.close();
  },
  /** A ROUTER that answers the questions of its DEALERs one by one. */
  async router({ zmq, address, warm, count, tellAddress, begin }) {
    const router = new zmq.Router();
    await router.bind(address);
    tellAddress(router.lastEndpoint!);
    for (let i = 0; i < warm + count; i += 1) {
      if (i === warm) begin();
      const [who, question] = await router.receive();
      await router.send([who!, question!]);
    }
    router.close();
  },
  async dealers({ zmq, address, size, warm, count, peers, begin, tellSeconds }) {
    const message = Buffer.alloc(size, 'x');
    const share = Math.floor((warm + count) / peers);
    const first = (warm + count) % peers;
    let answered = 0;
    const one = async (_: unknown, i: number): Promise<void> => {
      const dealer = new zmq.Dealer();
      dealer.connect(address);
      for (let asked = share + (i < first ? 1 : 0); asked > 0; asked -= 1) {
        await dealer.send(message);
        await dealer.receive();
        answered += 1;
        if (answered === warm) begin();
      }
      dealer.close();
    };
    await Promise.all(Array.from({ length: peers }, one));
    tellSeconds();
  },
  /** Connect, ask, hear the answer, hang up; `AT_ONCE` at a time. The server is `rep`. */
  async visits({ zmq, address, size, warm, count, begin, tellSeconds }) {
    const message = Buffer.alloc(size, 'x');
    let begun = 0;
    const visitor = async (): Promise<void> => {
      while (begun < warm + count) {
        if (begun === warm) begin();
        begun += 1;
        const req = new zmq.Request();
        req.connect(address);
        await req.send(message);
        await req.receive();
        req.close();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, visitor));
    tellSeconds();
  },
  /** A server that goes away and comes back: how long until all its clients have an answer? */
  async restarted({ zmq, address, count, tellAddress, begin, tellSeconds }) {
    const first = new zmq.Router({ linger: 1000 });
    await first.bind(address);
    const at = first.lastEndpoint!;
    tellAddress(at);
    for (let i = 0; i < count; i += 1) await first.send(await first.receive());
    first.close();
    await pause(AWAY);
    const second = new zmq.Router({ linger: 1000 });
    await second.bind(at);
    begin();
    for (let i = 0; i < count; i += 1) await second.send(await second.receive());
    tellSeconds();
    second.close();
  },
  async returning({ zmq, address, size, count, begin }) {
    const context = new zmq.Context({ maxSockets: 3 * count + 23 });
    const message = Buffer.alloc(size, 'x');
    const one = async (): Promise<void> => {
      const dealer = new zmq.Dealer({ context });
      const left = new Promise<void>((resolve) => {
        dealer.events.on('disconnect', () => resolve());
      });
      dealer.connect(address);
      await dealer.send(message);
      await dealer.receive();
      await left;
      begin();
      await dealer.send(message);
      await dealer.receive();
      dealer.close();
    };
    await Promise.all(Array.from({ length: count }, one));
  },
};

/** Resolves after this many. */
function handshakes(events: import('zeromq').Observer, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    events.on('handshake', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
}
