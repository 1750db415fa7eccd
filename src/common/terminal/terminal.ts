/** Where a run is shown: how wide, in colour or not. */
import pc from 'picocolors';
import { columnsOf } from './wrapped.ts';

/** Columns without a terminal to ask: on a screen, for prose, and on a page. */
export const WIDTH = { screen: 80, prose: 90, page: 100 } as const;

/** How text is painted: picocolors, or nothing. */
export type Paint = Record<
  'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow',
  (text: string) => string
>;

export interface Terminal {
  write: (text: string) => void;
  /** Its columns; undefined when the output goes to a file or another program. */
  width: number | undefined;
  colours: ReturnType<typeof pc.createColors>;
}

/** stdout as it is. `NO_COLOR` (no-color.org) asks for plain text, and so does a pipe. */
export function ownTerminal(
  stdout: NodeJS.WriteStream = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  const plain = !stdout.isTTY || Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  return {
    write: (text) => void stdout.write(text),
    width: plain ? undefined : columnsOf(stdout),
    colours: pc.createColors(!plain),
  };
}
