/** A typing mistake costs one line, which says what was probably meant, and exit status 2. */
import { describe, expect, it } from 'vitest';
import { forgottenDashes } from '../../../../src/cli/line/misspelt.ts';
import { typed } from '../../../support/command-line.ts';
import { failure } from '../../../support/programs.ts';

describe('a misspelt', () => {
  it.each<[string, string[], string]>([
    ['command', ['complare'], "'complare'. Did you mean compare?"],
    ['command with its arguments', ['runn', '01-udp-uppercase'], 'Did you mean run?'],
    ['American command', ['behaviors'], 'Did you mean behaviours?'],
    ['command like no other', ['frobnicate'], 'There are: tour, list, run, init'],
    ['command of the auction', ['auction', 'sevre'], 'Did you mean auction serve?'],
    ['command of the auction like no other', ['auction', 'x'], 'There are: serve, bid'],
    ['pattern', ['zmq', 'rpe'], 'Did you mean zmq rep?'],
    ['option', ['compare', '--sed', '7'], 'sed. Did you mean --seed?'],
    ['option and its value', ['compare', '--los=5%'], 'Did you mean --loss?'],
    ['option of a nested command', ['auction', 'serve', '--biders', '3'], '--bidders?'],
    ['option of the tour', ['--jsno'], 'Unknown argument: jsno'],
    ['option like no other', ['list', '--nope'], 'Unknown argument: nope'],
    ['option that is switched off', ['run', '01', '--no-lanes'], 'argument: no-lanes'],
    ['switch for colours', ['ladder', '--no-color'], 'NO_COLOR is set, as in NO_COLOR=1'],
    ['switch for colours and its value', ['list', '--colour=never'], 'NO_COLOR is set'],
    ['lesson', ['run', 'upd-uppercase'], 'Did you mean 01-udp-uppercase?'],
    ['lesson with its number', ['run', '03-bloking'], 'Did you mean 03-blocking-calls?'],
    ['lesson that is only begun', ['run', 'peer'], 'Did you mean 08-peer-to-peer?'],
    ['role', ['run', '01', '--only', 'cleint'], 'Did you mean client?'],
    ['strategy', ['auction', 'tournament', 'random', 'patiant'], 'Did you mean patient?'],
    ['behaviour', ['behaviours', 'coalesing'], 'Did you mean coalescing?'],
    ['link', ['run', '01', '--through', 'los=1%'], 'Did you mean loss?'],
    ['format', ['diagram', 'x.jsonl', '--format', 'smg'], 'not smg. Did you mean svg?'],
    [
      'device',
      ['zmq', 'proxy', 'quene'],
      'device can be queue, forwarder, streamer, not',
    ],
    ['lane', ['compare', '--lanes', 'upd'], 'Did you mean udp?'],
  ])('%s', async (_, args, help) => {
    const { end, stdout } = await typed(args);
    expect(end).toEqual(failure(2, help));
    expect(stdout).toBe('');
  });
});

describe('a command line without what it needs', () => {
  const example = (line: string): string =>
    `: npm run -s socketlab -- ${line} (try --help)`;

  it.each<[string, string[], string]>([
    [
      'the folder',
      ['init'],
      `init needs a name for the new folder${example('init my-lab')}`,
    ],
    ['the trace', ['diagram'], 'diagram needs a trace to draw'],
    ['the program', ['trace'], `after --${example('trace -- node my-program.js')}`],
    ['the lesson', ['run'], 'name a lesson. The lessons are: 01-udp-uppercase'],
    ['both ends', ['relay'], 'relay needs --listen and --to: npm run'],
    ['one end', ['relay', '--to', '12000'], 'relay needs --listen: npm run'],
    ['the file', ['auction', 'new-bot'], example('auction new-bot my-bot.ts')],
    ['the bidder', ['auction', 'bid'], example('auction bid ann')],
    [
      'bots',
      ['auction', 'tournament'],
      example('auction tournament patient blocker random'),
    ],
    ['the device', ['zmq', 'proxy'], example('zmq proxy queue --front 5559 --back 5560')],
    ['the command', ['auction'], 'auction needs a command: serve, bid'],
    ['the pattern', ['zmq'], 'zmq needs a pattern: req, rep'],
    ['the other side', ['zmq', 'req'], 'needs somebody to talk to: --connect 5678'],
    ['the value of an option', ['trace', '--out'], '--out needs a value'],
    ['the value of a time', ['compare', '--every', '--json'], '--every needs a value'],
    ['a time below 0', ['compare', '--every', '-1ms'], '--every: "-1ms" is not a time'],
    [
      'a time that no timer can wait',
      ['zmq', 'pull', '--bind', '0', '--timeout', '2147484s'],
      '--timeout: 2147484s is longer than a timer can wait: 2147483s at most',
    ],
    ['none at all', ['ladder', '--senders', '0'], '--senders: a whole number, 1 or more'],
  ])('says so, and what to type: %s', async (_, args, help) => {
    const { end, stdout } = await typed(args);
    expect(end).toEqual(failure(2, help));
    expect(stdout).toBe('');
  });
});

describe('an option that npm has kept for itself', () => {
  const env = { npm_lifecycle_event: 'socketlab' };
  const said = (...words: string[]): string =>
    `npm run -s socketlab -- ${words.join(' ')}`;

  it.each([
    ['loss', '5%', said('compare', '--loss 5%')],
    ['seed', 'true', said('compare', '--seed')],
    ['dup_delay', '5ms', said('compare', '--dup-delay 5ms')],
    ['lines', '', said('compare', '--no-lines')],
  ])('is missed, and how to hand it on is said: %s=%s', (name, value, help) => {
    const known = ['loss', 'seed', 'dup-delay', 'lines', 'json'];
    const kept = { ...env, [`npm_config_${name}`]: value };
    expect(() => forgottenDashes(['compare'], known, kept)).toThrow(help);
  });

  it.each([
    ['another program of npm', { npm_lifecycle_event: 'start', npm_config_loss: '5%' }],
    ['no npm at all', { npm_config_loss: '5%' }],
    ["npm's own settings", { ...env, npm_config_json: 'true', npm_config_all: 'true' }],
  ])('is not looked for where there is %s', (_, given) => {
    expect(() => forgottenDashes(['compare'], ['loss', 'json'], given)).not.toThrow();
  });

  it('leaves its value behind, of which nobody knows what it is', async () => {
    process.env['npm_lifecycle_event'] = 'socketlab';
    try {
      const { end } = await typed(['run', '01', 'hi']);
      expect(end).toEqual(failure(2, said('run …')));
    } finally {
      delete process.env['npm_lifecycle_event'];
    }
  });
});
