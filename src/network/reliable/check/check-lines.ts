/** Says about a core in the same program what `ladder check` says about a file. Pure. */
import { describeValue, misuse } from '../../../common/index.ts';
import type { Paint } from '../../../common/terminal/index.ts';
import type { RungOptions } from '../options.ts';
import { RUNGS } from '../rungs/rungs.ts';
import type { Role } from './case.ts';
import { verdictOn } from './check.ts';
import type { ForeignCore } from './guarded.ts';
import { verdictLines } from './words.ts';

export interface CheckedCore {
  /** The file that the core is in, for the command that runs a run again. */
  file: string;
  rung: string;
  role: Role;
  make: (options: RungOptions) => ForeignCore;
  /** How many runs; 1000 unless given. */
  seeds?: number;
}

/** As wide as a page of the book has room for. */
const WIDTH = 72;
/** How far a command is indented. */
const INDENT = 2;
const same = (text: string): string => text;
const PLAIN: Paint = {
  bold: same,
  cyan: same,
  dim: same,
  green: same,
  red: same,
  yellow: same,
};

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a rung, a role or seeds that are none */
export function checkLines({
  file,
  make,
  role,
  rung,
  seeds = 1000,
}: CheckedCore): string[] {
  oneOf(
    'rung',
    rung,
    RUNGS.map(({ name }) => name),
  );
  oneOf('role', role, ['sender', 'receiver']);
  if (!Number.isSafeInteger(seeds) || seeds < 1) {
    throw misuse(`seeds: a whole number, 1 or more, not ${describeValue(seeds)}`);
  }
  const asked = { subject: { file }, rung, typed };
  const verdict = verdictOn(rung, role, seeds, (_, options) => make(options));
  return verdictLines(verdict, asked, PLAIN, WIDTH);
}

/**
 * A command for a checkout, or a folder made by `socketlab init`. A shell reads its lines as one:
 * so it can be copied from a narrow terminal, and from a lane of one.
 */
function typed(rest: string): string {
  const parts = `npm run -s socketlab -- ${rest}`.split(/ (?=\S+\.ts\b|--\w)/);
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)} ${part}`;
    const fits = lines.length > 0 && longer.length + INDENT + ' \\'.length <= WIDTH;
    if (fits) lines[lines.length - 1] = longer;
    else lines.push(lines.length > 0 ? `  ${part}` : part);
  }
  return lines.join(` \\\n${' '.repeat(INDENT)}`);
}

function oneOf(name: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  throw misuse(`${name}: ${known.join(', ')}, not ${describeValue(given)}`);
}
