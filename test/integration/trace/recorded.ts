/** Programs that are traced, and what is known of them when they have ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  beginRecording,
  type JoinedTrace,
  joinTrace,
  type Line,
  loadTrace,
  type Recording,
  type RecordingOptions,
  type TraceFile,
  type TraceLine,
} from '../../../src/trace/index.ts';
import { type Program, Programs, ROOT } from '../../support/programs.ts';

export const PROGRAMS = join(ROOT, 'test/fixtures/trace/programs');

/** One recording, and the programs that it watches. */
export class Recorded {
  readonly programs = new Programs();
  readonly #folder = mkdtempSync(join(tmpdir(), 'socketlab-test-'));
  readonly #recording: Recording;
  readonly file = join(this.#folder, 'trace.jsonl');

  constructor(options?: RecordingOptions) {
    this.#recording = beginRecording(this.file, options);
  }

  get env(): Recording['env'] {
    return this.#recording.env;
  }

  /** A program of the fixtures; `tsx` programs need their loader. */
  start(name: string, ...args: string[]): Program {
    const path = join(PROGRAMS, name);
    const loader = name.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const env = this.#recording.env();
    return this.programs.start(process.execPath, [...loader, path, ...args], { env });
  }

  /** What was recorded, when all programs have ended. */
  async load(): Promise<TraceFile> {
    this.#recording.save(['test']);
    return loadTrace(this.file);
  }

  async join(): Promise<JoinedTrace> {
    return joinTrace(await this.load());
  }

  async end(): Promise<void> {
    await this.programs.stopAll();
    this.#recording.discard();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** All events of a type. */
export function linesOf<Type extends TraceLine['type']>(
  { lines }: TraceFile,
  type: Type,
): Line<Type>[] {
  return (lines as TraceLine[]).filter((line): line is Line<Type> => line.type === type);
}

/** How many bytes went each way over a connection, and whether all of them are accounted for. */
export function accounts({ connections }: JoinedTrace): {
  sent: (number | undefined)[];
  received: (number | undefined)[];
  fates: string[];
}[] {
  return connections.map(({ directions }) => ({
    sent: directions.map(({ sent }) => sent),
    received: directions.map(({ received }) => received),
    fates: [
      ...new Set(directions.flatMap(({ pieces }) => pieces.map(({ fate }) => fate))),
    ],
  }));
}
