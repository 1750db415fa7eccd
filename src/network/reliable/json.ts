/** The ladder as JSON for programs: version 1, described in docs/ladder.md. Pure. */
import { describeLink, withSeed } from '../link/model/index.ts';
import { namesOf } from './edits.ts';
import type { LadderPlan, RungResult } from './ladder.ts';

interface LadderJson {
  version: 1;
  /** As for --through: `loss=5%,delay=20ms,seed=7`. */
  link: string;
  /** The names of packets whose fate was chosen, with commas between them. */
  lose: string;
  save: string;
  messages: number;
  size: number;
  window: number;
  timeoutMs: number;
  buffer: number;
  space: number;
  readEveryMs: number;
  /** False in virtual time. */
  real: boolean;
  senders: number;
  rungs: RungJson[];
}

interface RungJson {
  rung: string;
  end: RungResult['end'];
  delivered: number;
  /** The first message that was delivered out of turn; null if there was none. */
  wrong: string | null;
  droppedByReader: number;
  ms: number;
  goodputBytesPerSecond: number | null;
  formulaBytesPerSecond: number | null;
  /** Null with one sender. */
  jain: number | null;
  packets: {
    sent: number;
    sentAgain: number;
    needless: number;
    acknowledgements: number;
  };
  linkUsed: number | null;
}

export function ladderJson(plan: LadderPlan, results: readonly RungResult[]): LadderJson {
  const { edits, link, messages, options, readEvery, real, senders, size } = plan;
  const { buffer, space, timeout, window } = options;
  return {
    version: 1,
    link: describeLink(withSeed(link)),
    lose: namesOf(edits, 'lose'),
    save: namesOf(edits, 'save'),
    messages,
    size,
    window,
    timeoutMs: timeout,
    buffer,
    space,
    readEveryMs: readEvery,
    real,
    senders,
    rungs: results.map((result) => ({
      rung: result.rung,
      end: result.end,
      delivered: result.delivered,
      wrong: result.wrong ?? null,
      droppedByReader: result.dropped,
      ms: rounded(result.time),
      goodputBytesPerSecond: rounded(result.goodput),
      formulaBytesPerSecond: rounded(result.formula),
      jain: result.jain,
      packets: {
        sent: result.sent + result.again,
        sentAgain: result.again,
        needless: result.needless,
        acknowledgements: result.acknowledgements,
      },
      linkUsed: result.linkUsed === null ? null : +result.linkUsed.toFixed(4),
    })),
  };
}

function rounded<T extends number | null>(value: T): T {
  return (value === null ? null : +value.toFixed(3)) as T;
}
