/** The properties of a link as options of a command, and a record in their place. */
import type { Argv } from 'yargs';
import { misuse } from '../../common/index.ts';
import {
  LINK_KEYS,
  linkFromFlags,
  type LinkOptions,
  parseReplay,
} from '../../network/link/index.ts';
import { readOptionFile } from './files.ts';

type Keys = typeof LINK_KEYS;

/** What a stream's bytes can suffer, and a datagram cannot. */
const OF_STREAMS = /^(?:segment|stall|cut|reset)/;

export const STREAM_KEYS = LINK_KEYS.filter(({ key }) => OF_STREAMS.test(key));
/** What happens to datagrams and to segments of a stream alike. */
export const SHARED_KEYS = LINK_KEYS.filter(({ key }) => !OF_STREAMS.test(key));

/** What help says of the options that it does not list. */
export const WAY_BACK =
  'Each property of the link except the seed also has a form for the way back alone, ' +
  'such as --loss-back 30%.';

/** An option for each of these properties. */
export function linkFlags<T>(yargs: Argv<T>, keys: Keys, group: string): Argv<T> {
  for (const { key, describe, wanted, usual, back } of keys) {
    yargs.option(key, {
      group,
      global: false, // as in `under`
      hidden: back, // help twice as long says less: `WAY_BACK` says it once
      type: 'string',
      requiresArg: true,
      defaultDescription: usual,
      describe: [describe, ...(/such as .*/.exec(wanted) ?? [])].join(', '),
    });
  }
  return yargs;
}

/**
 * The link that was asked for, by its properties or with `--replay`; undefined when nothing
 * was said.
 * @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK
 */
export function chosenLink(
  given: Readonly<Record<string, unknown>>,
  keys: Keys = LINK_KEYS,
): LinkOptions | undefined {
  const flags = Object.fromEntries(
    keys
      .filter(({ key }) => given[key] !== undefined)
      .map(({ key }) => [key, givenOnce(key, given[key])]),
  );
  const some = Object.keys(flags).length > 0;
  if (given['replay'] === undefined) return some ? linkFromFlags(flags) : undefined;
  if (some) {
    throw misuse('--replay repeats a recorded link: leave out the options of a link');
  }
  const path = givenOnce('replay', given['replay']);
  return parseReplay(readOptionFile('replay', path), path);
}

/** yargs makes a list of what was given twice. */
export function givenOnce(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw misuse(`--${name} was given twice`);
}
