/** Relays that a player of conversations asks for, and what they write into its recording. */
import { RelayTrace } from '../../src/cli/relay-trace.ts';
import {
  openDatagramRelay,
  openStreamRelay,
  parseLink,
  type Seen,
} from '../../src/network/link/index.ts';
import type { Recording } from '../../src/trace/index.ts';
import { ownPort } from './sockets.ts';

export interface RelayAsked {
  transport: 'tcp' | 'udp';
  /** Where it goes on to, on this machine. */
  port: number;
  link: string;
}

export class RecordedRelays {
  readonly #recording: Recording;
  readonly #opened: (() => Promise<void>)[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** @returns its port */
  async open({ transport, port, link }: RelayAsked): Promise<number> {
    const open = transport === 'tcp' ? openStreamRelay : openDatagramRelay;
    let traced: RelayTrace | undefined;
    const relay = await open({
      // Not one that the system gives to somebody else when it is free again.
      listen: { port: await ownPort() },
      to: { port },
      link: link === '' ? {} : parseLink(link),
      onSeen: (seen: Seen) => traced?.see(transport, seen),
    });
    const note = this.#recording.log(`relay-${this.#opened.length}`);
    traced = new RelayTrace(relay, note);
    this.#opened.push(async () => {
      await relay.close();
      note('exit', { code: 0 });
    });
    return relay.address.port;
  }

  /** Each writes its last line. */
  async close(): Promise<void> {
    for (const close of this.#opened.splice(0)) await close();
  }
}
