/**
 * A recording: programs started with its environment record what their sockets do, and so do
 * the programs that they start. In the end `save` makes one trace file of everything.
 *
 *   const recording = beginRecording('trace.jsonl');
 *   spawn('node', ['prog.js'], { env: { ...process.env, ...recording.env() } });
 *   …                                                     when it has ended
 *   console.error(recording.save(['node', 'prog.js']).told);
 *
 * Programs that are not Node, or were started without this environment, are not traced.
 *
 * Read next: preload.cjs, which the environment loads into them.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  checkReplaceable,
  explain,
  makeTemporaryFolder,
  misuse,
  replaceFileBy,
} from '../../common/index.ts';
import { entrust } from '../../common/process/index.ts';
import { TRACE_VERSION } from '../joined/index.ts';
import { EventLog } from './event-log.cjs';
import { HINT } from './hints.cjs';
import { type Merged, mergeEventLogs } from './merge.ts';

export interface RecordingOptions {
  /** How much of the payloads to record; `text` by default. */
  payload?: 'none' | 'text' | 'hex';
  /** Whether to look for the line of each call, which costs a few µs a call; true by default. */
  lines?: boolean;
}

export interface Recording {
  /**
   * What to add to the environment of a program.
   * @param role its name in the trace; otherwise that of its file
   */
  env: (role?: string) => Record<string, string>;
  /**
   * For what this process itself has to tell, under a name of its own.
   * @returns takes each event, and when it was by `performance.now()`; `exit` is the last one
   */
  log: (name: string) => (type: string, fields: object, at?: number) => void;
  /**
   * Writes the trace and throws the rest away. Without events there is no file.
   * @throws an error that names the file when it cannot be written, and where the trace is kept
   */
  save: (command: readonly string[]) => Saved;
  /** Throws everything away. */
  discard: () => void;
}

interface Saved {
  /** One line that says what was recorded. */
  told: string;
  /** Without any there is no file. */
  events: number;
}

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));
/** Characters that are gathered before they are written. */
const BATCH = 65_536;
/** Stands beside a log that could not be written to its end; see event-log.cjs. */
const LOST = '.lost';

/**
 * @param file where the trace is to go; looked at now, written in the end
 * @throws {MisuseError} ERR_BAD_ARGUMENT when no file can be there
 */
export function beginRecording(file: string, options: RecordingOptions = {}): Recording {
  checkFile(file);
  const { payload = 'text', lines = true } = options;
  const folder = makeTemporaryFolder('socketlab-trace-');
  const release = entrust(folder);
  const zero = process.hrtime.bigint();
  const wall = Date.now();
  const root = process.cwd();
  const discard = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A program that runs on has its log open, and Windows keeps it then.
    }
    release();
  };

  return {
    env: (role) => {
      const settings = { folder, zero: String(zero), root, payload, lines };
      const named = role === undefined ? {} : { role, parent: process.pid };
      return {
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --require ${quoted(PRELOAD)}`,
        SOCKETLAB_TRACE: JSON.stringify({ ...settings, ...named }),
      };
    },
    log: (name) => {
      const { pid, platform, version: node } = process;
      const whoAmI = (): object => ({ pid, name, node, platform });
      const log = new EventLog(join(folder, `${name}.log`), { zero, preview: 0, whoAmI });
      let t = 0;
      return (type, fields, at = performance.now()) => {
        // What is told late has been before, but a log stays in order.
        t = Math.max(t, log.timeOf(at));
        log.note(type, t, `,${JSON.stringify(fields).slice(1, -1)}`);
        log.settle();
        if (type === 'exit') log.close();
      };
    },
    save: (command) => {
      const clock = Number(zero) / 1000;
      const version = TRACE_VERSION;
      const head = { type: 'trace', version, wall, clock, command, payload };
      const names = readdirSync(folder);
      const lost = names.filter((name) => name.endsWith(LOST));
      const logs = names
        .filter((name) => !name.endsWith(LOST) && !name.endsWith(HINT))
        .map((name) => join(folder, name));
      const [hint] = names
        .filter((name) => name.endsWith(HINT))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
      const write = (to: string): Merged =>
        writeTrace(to, JSON.stringify(head), (line) =>
          mergeEventLogs(logs, { payload, root }, line),
        );
      release(); // from here on what is in it may be all that is kept
      const merged = savedOrKept(file, folder, write);
      const cutShort = lost.length > 0;
      discard();
      const why = hint ?? (cutShort ? undefined : NOT_NODE);
      const told = [summary(file, merged, cutShort, why), ...(cutShort ? [NO_ROOM] : [])];
      return { told: told.join('; '), events: merged.events };
    },
    discard,
  };
}

/** Where it is to go; otherwise, rather than be lost, in the folder with the logs. */
function savedOrKept(
  file: string,
  folder: string,
  write: (file: string) => Merged,
): Merged {
  try {
    return write(file);
  } catch (cause) {
    const why = (cause as Error).message;
    const spare = join(folder, 'trace.jsonl');
    let kept = spare;
    try {
      write(spare);
    } catch {
      kept = `${folder}, as the programs wrote it`;
    }
    throw new Error(`${why}; the recording is kept: ${kept}`, { cause });
  }
}

const NOT_NODE =
  'no Node program opened a socket. To see what a program in another language sends and ' +
  'receives, put socketlab relay --trace FILE between it and its peer';
const NO_ROOM = `${tmpdir()} could not be written to, and may be full: TMPDIR names another folder`;

/** @param why nothing was recorded */
function summary(
  file: string,
  { events, processes }: Merged,
  cutShort: boolean,
  why: string | undefined,
): string {
  const count = processes.length;
  if (count === 0) return `nothing was recorded${why === undefined ? '' : `: ${why}`}`;
  const many = count === 1 ? 'process' : 'processes';
  const but = cutShort ? ', but not everything that happened' : '';
  return `${file}: ${events} events of ${count} ${many}: ${processes.join(', ')}${but}`;
}

function checkFile(file: string): void {
  try {
    checkReplaceable(file);
  } catch (cause) {
    throw misuse(explain(cause), { cause });
  }
}

function writeTrace(
  file: string,
  head: string,
  merge: (write: (line: string) => void) => Merged,
): Merged {
  return replaceFileBy(file, (write) => {
    let pending = '';
    let begun = false;
    const merged = merge((line) => {
      pending += begun ? `${line}\n` : `${head}\n${line}\n`;
      begun = true;
      if (pending.length <= BATCH) return;
      write(pending);
      pending = '';
    });
    if (pending !== '') write(pending);
    return merged;
  });
}

/** For NODE_OPTIONS, where spaces part options and a backslash means the next character. */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
