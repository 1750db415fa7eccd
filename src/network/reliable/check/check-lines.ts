/** Says of a core in the same program what `ladder check` says of a file. Pure. */
import type { Paint } from '../../../common/terminal/index.ts';
import type { RungOptions } from '../options.ts';
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
/** In a checkout, and in a folder made by `socketlab init`. */
const typed = (rest: string): string => `npm run -s socketlab -- ${rest}`;
const same = (text: string): string => text;
const PLAIN: Paint = {
  bold: same,
  cyan: same,
  dim: same,
  green: same,
  red: same,
  yellow: same,
};

export function checkLines({
  file,
  make,
  role,
  rung,
  seeds = 1000,
}: CheckedCore): string[] {
  const asked = { subject: { file }, rung, typed };
  const verdict = verdictOn(rung, role, seeds, (_, options) => make(options));
  return verdictLines(verdict, asked, PLAIN, WIDTH);
}
