/**
 * inproc:// to a socket of another thread of the process, for the default Context.
 *
 *     this thread                         │        another one
 *     socket ◄─► InprocPipe ◄─► FarPipe ◄─┼─► FarPipe ◄─► InprocPipe ◄─► socket
 *                                       a channel
 *
 * A FarPipe stands for the other end: what is written to it is copied to the other thread, and
 * counts as unread until that thread says that it has been read. All threads hear one
 * BroadcastChannel, on which names are looked for; each pair of pipes has a channel of its own.
 *
 *     connects                                      is bound
 *        ├── every thread: want name, on channel 7 ──►│
 *        │◄─ channel 7: hello, I am a PULL ───────────┤
 *        ├── channel 7: hello, I am a PUSH ──────────►│     both have met
 *
 * Read next: inproc.ts.
 */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';
import { defaultOptions, type Options } from '../base/options.ts';
import type { Bytes } from '../base/kinds.ts';
import { turned } from '../base/turn.ts';
import { NO_ENVELOPE, type TypeName } from '../zmtp/index.ts';
import {
  type Elsewhere,
  type InprocHost,
  InprocPipe,
  type InprocRegistry,
} from './inproc.ts';

const EVERYBODY = 'socketlab/zeromq: inproc';
/** So many messages may have been read before the other thread is told. */
const TOLD_AFTER = 64;

/** `words`: what a thread that has ended would still have said on a link. */
type Call =
  { want: string; link: string } | { bound: string } | { words: Said[]; link: string };

/** What one end tells the other about itself. */
interface Hello {
  from: string;
  /** Whose hello this answers; null: anybody's. */
  to: string | null | undefined;
  type: TypeName;
  routingId: Bytes;
  receiveHighWaterMark: number;
}

type Said =
  | { hello: Hello }
  | { parts: Uint8Array[] }
  | { read: number }
  | { on: boolean; topic: Uint8Array }
  | { over: true };

/** This thread's name among them. */
const HERE = randomUUID();

export class OtherThreads implements Elsewhere {
  readonly #inproc: InprocRegistry;
  #everybody: BroadcastChannel | undefined;
  /** Pipes that wait. */
  readonly #seeking = new Map<InprocPipe, { name: string; link: Link }>();
  /** Offers that have been made to pipes of other threads, and pairs that have met. */
  readonly #links = new Map<string, Link>();

  constructor(inproc: InprocRegistry) {
    this.#inproc = inproc;
  }

  bound(name: string): void {
    this.#call({ bound: name });
  }

  seek(name: string, pipe: InprocPipe): void {
    const link = this.#link(randomUUID(), (hello) => {
      this.#seeking.delete(pipe);
      this.#inproc.noLongerWaits(name, pipe);
      link.say({ hello: describe(pipe.host, hello.from) });
      pipe.meet(link.far(hello));
      pipe.host.writable();
    });
    this.#seeking.set(pipe, { name, link });
    this.#call({ want: name, link: link.id });
  }

  stop(pipe: InprocPipe): void {
    this.#seeking.get(pipe)?.link.close();
    this.#seeking.delete(pipe);
  }

  #call(call: Call): void {
    this.#everybody ??= this.#listen();
    post(this.#everybody, call);
  }

  #listen(): BroadcastChannel {
    const everybody = channel(EVERYBODY, (call: Call) => {
      if ('want' in call) this.#offer(call.want, call.link);
      else if ('words' in call) {
        for (const said of call.words) this.#links.get(call.link)?.heard(said);
      } else {
        for (const { name, link } of this.#seeking.values()) {
          if (name === call.bound) this.#call({ want: name, link: link.id });
        }
      }
    });
    // A thread's end ends its sockets; that of the first thread ends all.
    if (!isMainThread) process.once('exit', () => this.#end());
    return everybody;
  }

  #end(): void {
    for (const [pipe, { link }] of this.#seeking) {
      if (!pipe.leavesWord) continue;
      // Somebody may have offered to take it, but there is no time to hear of it.
      const words = link.record();
      const hello = describe(pipe.host, null);
      link.say({ hello });
      pipe.meet(link.far(hello));
      link.close();
      this.#call({ words, link: link.id });
    }
    for (const link of this.#links.values()) link.close();
  }

  /** Answers a pipe of another thread that looks for a name that is bound here. */
  #offer(name: string, id: string): void {
    const server = this.#inproc.get(name);
    if (!server || this.#links.has(id)) return;
    const link = this.#link(id, (hello) => {
      if (hello.to === undefined) return; // another thread's offer
      if (hello.to !== null && hello.to !== HERE)
        link.close(false); // was taken
      else if (this.#inproc.get(name) === server)
        this.#inproc.accept(server, link.far(hello));
      else link.close();
    });
    link.say({ hello: describe(server, undefined) });
  }

  #link(id: string, met: (hello: Hello) => void): Link {
    const link = new Link(id, met, () => this.#links.delete(id));
    this.#links.set(id, link);
    return link;
  }
}

/** The channel of one pair of pipes, and what stands here for the socket at its other end. */
class Link implements InprocHost {
  readonly id: string;
  readonly #channel: BroadcastChannel;
  readonly #met: (hello: Hello) => void;
  readonly #closed: () => void;
  #far: FarPipe | undefined;
  #record: Said[] | undefined;
  #over = false;
  /** How many messages have arrived, and of how many of them the other thread knows the fate. */
  #came = 0;
  #told = 0;
  type: TypeName = 'PAIR';
  options: Options = defaultOptions();
  readonly pattern = {
    subscription: (_pipe: unknown, on: boolean, topic: Buffer): boolean => {
      this.say({ on, topic: new Uint8Array(topic) });
      return true;
    },
  };

  constructor(id: string, met: (hello: Hello) => void, closed: () => void) {
    this.id = id;
    this.#met = met;
    this.#closed = closed;
    this.#channel = channel(`${EVERYBODY} ${id}`, (said: Said) => this.heard(said));
  }

  say(said: Said): void {
    if (this.#over) return;
    if (this.#record) this.#record.push(said);
    else post(this.#channel, said);
  }

  /** Keeps what would be said from now on. */
  record(): Said[] {
    return (this.#record ??= []);
  }

  /** The other end, which has introduced itself. */
  far({ type, routingId, receiveHighWaterMark }: Hello): FarPipe {
    this.type = type;
    Object.assign(this.options, { routingId, receiveHighWaterMark });
    return (this.#far = new FarPipe(this));
  }

  heard(said: Said): void {
    turned();
    if ('over' in said) this.close(false);
    else if ('hello' in said) {
      if (!this.#far) this.#met(said.hello);
    } else if ('parts' in said) {
      this.#came += 1;
      this.#far?.write(said.parts, NO_ENVELOPE);
      this.writable();
    } else if ('read' in said) this.#far?.wasRead(said.read);
    else this.#far?.writeSubscription(said.on, said.topic);
  }

  /** The socket of this thread may have read some of what came. */
  writable(): void {
    const unread = this.#far?.peer?.inbox.length ?? 0;
    const read = this.#came - unread - this.#told;
    if (read < TOLD_AFTER && unread > 0) return;
    if (read <= 0) return;
    this.#told += read;
    this.say({ read });
  }

  detach(): void {
    this.close();
  }

  /** @param tell whether the other end does not know yet */
  close(tell = true): void {
    if (this.#over) return;
    if (tell) this.say({ over: true });
    this.#over = true;
    this.#channel.close();
    this.#closed();
    this.#far?.close();
  }

  filter(): boolean {
    return true;
  }

  readable(): void {}

  ready(): void {}

  arrived(): void {}
}

class FarPipe extends InprocPipe {
  readonly #link: Link;

  constructor(link: Link) {
    super(link);
    this.#link = link;
  }

  /** To the other thread; until it has been read there, it counts here. */
  override deliver(parts: Buffer[]): boolean {
    this.inbox.push(parts);
    // A view would take all the memory that it is a view of with it.
    this.#link.say({ parts: parts.map((part) => new Uint8Array(part)) });
    return true;
  }

  wasRead(count: number): void {
    for (let i = 0; i < count; i += 1) this.read();
  }
}

function describe({ type, options }: InprocHost, to: Hello['to']): Hello {
  const { routingId, receiveHighWaterMark } = options;
  return { from: HERE, to, type, routingId, receiveHighWaterMark };
}

function channel(name: string, heard: (said: never) => void): BroadcastChannel {
  const made = new BroadcastChannel(name);
  made.onmessage = (event) => heard(event.data as never);
  made.unref();
  return made;
}

function post(to: BroadcastChannel, said: Call | Said): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is not a window
  to.postMessage(said);
}
