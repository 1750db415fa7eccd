/** `--help` of every command: what it says, and that it can be read in a terminal. */
import stringWidth from 'string-width';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMANDS, nameOf } from '../../../src/cli/commands.ts';
import { FORMATS } from '../../../src/trace/diagram/index.ts';
import { DEVICES } from '../../../src/zeromq/netcat/index.ts';
import { typed } from '../../support/command-line.ts';
import { IN_PEACE } from '../../support/programs.ts';

/** Every command that can be typed, with its nested ones. */
const everyCommand: string[][] = [[]];
for (const entry of COMMANDS) {
  const name = nameOf(entry);
  const { nested = {} } = await entry.load();
  everyCommand.push([name], ...Object.keys(nested).map((inner) => [name, inner]));
}

async function help(command: readonly string[], columns?: number): Promise<string> {
  const { end, stdout } = await typed(
    [...command, '--help'],
    columns === undefined ? undefined : { columns },
  );
  expect(end).toEqual(IN_PEACE);
  return stdout;
}

/** Each option with its whole text, on one line. */
function optionsIn(text: string): Map<string, string> {
  const options = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.split('\n')) {
    const option = /^ {2}(?:-\w, | {4})--([\w-]+) {2,}(.*)$/.exec(line);
    if (option) {
      name = option[1]!;
      options.set(name, option[2]!);
    } else if (name !== undefined && /^ {5,}\S/.test(line)) {
      options.set(name, `${options.get(name)} ${line.trim()}`);
    } else {
      name = undefined;
    }
  }
  return options;
}

/** What is counted or measured, for options that take numbers. */
const UNIT =
  /\d(ms|s)\b|\b(ms|seconds?|milliseconds|how many|port|money|bits|bytes?|MiB|columns|messages|packets?|games|bidders?|bots|items|whole units|questions|lines|events|others|1 to 65535|0 to 65535|share|\d+%|after this many|same seed|this port)\b/;
const NUMBER = /^(?:no limit|\d+(?:%|ms|s)?)(?:$|[,;])/;

function faultOf(option: string, text: string): string | undefined {
  const about = text.split('[')[0]!.trim();
  const [, usual = ''] = /\[default: ([^\]]+)\]/.exec(text) ?? [];
  if (!/[a-z].{5,}$/.test(about)) return `--${option} is not described`;
  if (/\.$|^[A-Z][a-z]/.test(about)) return `--${option}: not a phrase like the others`;
  if (option === 'help' || option === 'version') return undefined;
  if (usual === '' && !text.includes('[required]')) {
    return `--${option} does not say what is usual`;
  }
  const number = NUMBER.test(usual) && !UNIT.test(`${about} ${usual}`);
  return number ? `--${option}: ${about} (${usual}) has no unit` : undefined;
}

describe.each(everyCommand.map((command) => [command.join(' ') || 'socketlab', command]))(
  'the help of %s',
  (name, command) => {
    // Up to 100, where it grows no wider: whatever fits exactly does so at one of these.
    it.each([72, 80, 100, 200])('fits %i columns', async (columns) => {
      const lines = (await help(command, columns)).split('\n');
      const tooWide = lines.filter((line) => stringWidth(line) > Math.min(columns, 100));
      expect(tooWide).toEqual([]);
      const stuck = lines.filter((line) =>
        /\S\[(?:value|several|flag|def|req)/.test(line),
      );
      expect(stuck).toEqual([]);
      expect(lines.filter((line) => line.includes('[default: []]'))).toEqual([]);
    });

    it('says what it is for, and gives an example that can be typed', async () => {
      const text = await help(command);
      const [, examples = ''] = text.split('Examples:\n');
      expect(examples).toMatch(/^ {2}\S.*socketlab|^ {2}socketlab/);
      if (command.length > 0 && name !== 'tour') {
        expect(examples).toContain(`socketlab ${command.join(' ')}`);
      }
    });

    it('says of every option what it does, in which unit, and what is usual', async () => {
      const options = optionsIn(await help(command, 80));
      expect(options.size).toBeGreaterThanOrEqual(2);
      const faults = [...options].map(([option, text]) => faultOf(option, text));
      expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    });
  },
);

describe('choices', () => {
  it('are those of the rooms, which --help does not wait for', async () => {
    for (const format of FORMATS) {
      expect(await help(['diagram'])).toContain(`"${format}"`);
    }
    for (const device of DEVICES) {
      expect(await help(['zmq', 'proxy'])).toContain(`"${device}"`);
    }
  });
});

describe('socketlab help', () => {
  it.each([[[]], [['run']], [['auction', 'bid']]])(
    'is another way to ask: %j',
    async (command) => {
      const { end, stdout } = await typed(['help', ...command]);
      expect(end).toEqual(IN_PEACE);
      expect(stdout).toBe(await help(command));
    },
  );
});

it('is not drawn up for a command that runs', async () => {
  const measured = vi.spyOn(Intl.Segmenter.prototype, 'segment');
  onTestFinished(() => measured.mockRestore());
  await typed(['completion', 'bash']);
  expect(measured).not.toHaveBeenCalled();
  await help(['completion']);
  expect(measured).toHaveBeenCalled();
});
