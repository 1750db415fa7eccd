import fs, {
  appendFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Auction,
  type AuctionEvent,
  type AuctionOptions,
  auctionOptions,
  randomFrom,
  Table,
} from '../../../../src/auction/index.ts';
import {
  createJournal,
  type Disk,
  Journal,
  resumeJournal,
} from '../../../../src/auction/server/journal.ts';
import { Replay } from '../../../../src/auction/server/replay.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'game.jsonl');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that anybody can know of an auction, as a value of its own. */
function stateOf({ answers, ledger, phase, round, winner }: Auction): unknown {
  const { bidders, items, sales } = ledger;
  return structuredClone({ answers, bidders, items, phase, round, sales, winner });
}

interface Game {
  options: AuctionOptions;
  /** What happened, each with the state after it. */
  steps: { event: AuctionEvent; state: unknown }[];
  /** How much had been written after each command, in lines of events. */
  commands: number[];
}

/** A game with bids, passes, deadlines and unsold items, in the file. */
function playedGame(given: Partial<AuctionOptions> = {}): Game {
  const options = auctionOptions({
    bidders: 3,
    seed: 'journal',
    items: 12,
    countToWin: 9,
    ...given,
  });
  const auction = new Auction(options);
  const table = new Table(auction);
  const journal = createJournal(file, options);
  const game: Game = { options, steps: [], commands: [] };
  table.watch((event) => {
    journal.append(event.type === 'joined' ? { ...event, token: 'a-secret' } : event);
    game.steps.push({ event, state: stateOf(auction) });
  });
  const random = randomFrom('journal');
  const submit: Table['submit'] = (command) => {
    const refusal = table.submit(command);
    journal.flush();
    game.commands.push(game.steps.length);
    return refusal;
  };
  for (const name of ['ann', 'bob', 'größe']) submit({ type: 'join', name });
  while (auction.phase === 'bidding') {
    const { round } = auction;
    for (const name of ['bob', 'größe', 'ann']) {
      const chance = random();
      if (chance < 0.2) submit({ type: 'pass', round, name });
      else if (chance < 0.8) {
        submit({ type: 'bid', round, name, amount: Math.floor(random() * 9) });
      } else if (chance < 0.9) {
        submit({ type: 'forfeit', round });
        break;
      }
    }
    if (auction.round === round && auction.phase === 'bidding') {
      submit({ type: 'forfeit', round });
    }
  }
  journal.close();
  return game;
}

/** What comes back from a file: the events, and the auction that they make. */
function resumed(): { auction: Auction; rest: readonly AuctionEvent[]; lines: number } {
  const { journal, options, records } = resumeJournal(file);
  journal.close();
  const auction = new Auction(options);
  const replay = new Replay(new Table(auction));
  for (const [index, { token: _, attempt: __, ...event }] of records.entries()) {
    const why = replay.play(event);
    if (why !== undefined) throw new Error(`line ${index + 2}: ${why}`);
  }
  return { auction, rest: replay.rest, lines: records.length };
}

describe('a journal', () => {
  it('brings back the game, state for state, at every prefix of its lines', () => {
    const { steps } = playedGame();
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    expect(lines).toHaveLength(steps.length + 1);
    expect(new Set(steps.map(({ event }) => event.type)).size).toBe(8);
    for (let count = 0; count <= steps.length; count += 1) {
      writeFileSync(file, `${lines.slice(0, count + 1).join('\n')}\n`);
      const { auction, rest } = resumed();
      if (count > 0) expect(stateOf(auction)).toEqual(steps[count - 1]!.state);
      // What belongs together and was cut off is known, and leads to where it would have.
      for (const [index, event] of rest.entries()) {
        expect(event).toEqual(steps[count + index]!.event);
        auction.apply(event);
      }
      const end = count + rest.length;
      if (end > 0) expect(stateOf(auction)).toEqual(steps[end - 1]!.state);
    }
  });

  it('completes what a command had begun, and begins nothing of its own', () => {
    const { commands, steps } = playedGame();
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    for (let count = 1; count <= steps.length; count += 1) {
      writeFileSync(file, `${lines.slice(0, count + 1).join('\n')}\n`);
      const { rest } = resumed();
      expect(count + rest.length).toBe(commands.find((end) => end >= count));
    }
  });

  it('cuts off half a line, wherever the crash has cut it', () => {
    playedGame();
    const whole = readFileSync(file);
    const starts = [0];
    for (const [index, byte] of whole.entries()) if (byte === 10) starts.push(index + 1);
    const last = starts.at(-2)!;
    const afterHeader = starts[1]!;
    for (const [from, to] of [
      [last, whole.length],
      [afterHeader, starts[3]!],
    ] as const) {
      for (let end = from; end < to; end += 1) {
        writeFileSync(file, whole.subarray(0, end));
        const { cut, journal, records } = resumeJournal(file);
        const kept = starts.filter((start) => start <= end).length - 1;
        expect(records).toHaveLength(kept - 1);
        expect(cut).toBe(end - starts[kept]!);
        expect(statSync(file).size).toBe(starts[kept]!);
        // What is written now stands on a line of its own.
        journal.append({ type: 'started' });
        journal.flush();
        journal.close();
        expect(readFileSync(file, 'utf8').endsWith('}\n{"type":"started"}\n')).toBe(true);
      }
    }
  });

  it.each<[string, (lines: string[], at: number) => void]>([
    ['is no JSON', (lines, at) => (lines[at] = 'nonsense')],
    ['is half a line', (lines, at) => (lines[at] = lines[at]!.slice(0, 20))],
    ['is not an event', (lines, at) => (lines[at] = '{"type":"married","name":"ann"}')],
    ['lacks a price', (lines, at) => (lines[at] = '{"type":"sold","round":0}')],
    ['is empty', (lines, at) => (lines[at] = '')],
    ['is missing', (lines, at) => lines.splice(at, 1)],
    ['is there twice', (lines, at) => lines.splice(at, 0, lines[at]!)],
    ['is a round late', (lines, at) => lines.splice(at + 7, 0, ...lines.splice(at, 1))],
    ['names another', (lines, at) => (lines[at] = lines[at]!.replace('bob', 'eve'))],
  ])('is refused, with its line, where one in the middle %s', (_, damage) => {
    playedGame();
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line, index) => index > 9 && /"bid".*"bob"/.test(line));
    damage(lines, at);
    writeFileSync(file, lines.join('\n'));
    let message = '';
    try {
      resumed();
    } catch (error) {
      ({ message } = error as Error);
    }
    const line = Number(/\bline (\d+): /.exec(message)?.[1]);
    // Lines count from 1. What is missing is missed at the end of its round.
    expect(line).toBeGreaterThanOrEqual(at + 1);
    expect(line).toBeLessThan(at + 5);
  });

  it('is refused when money was changed in it', () => {
    playedGame();
    const text = readFileSync(file, 'utf8');
    const sale = /\{"type":"sold".*"price":(\d+)\}/.exec(text)!;
    writeFileSync(file, text.replace(sale[0], sale[0].replace(/\d+\}$/, '0}')));
    expect(resumed).toThrow(/line \d+: .*"price":[1-9].* should be here/);
    writeFileSync(file, text.replace('"amount":', '"amount":100'));
    expect(resumed).toThrow(/line \d+: /);
  });

  it('is refused, with its line, where a byte makes it no text', () => {
    playedGame();
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('größe') + 2] = 0xff;
    writeFileSync(file, bytes);
    expect(resumed).toThrow(/is corrupted at line 4: it is not UTF-8/);
  });

  it.each([
    ['', 'not an auction'],
    ['{"socketlab":"auction journal","version":2,"options":{}}\n', 'of version 1'],
    ['{"socketlab":"auction journal","version":1}\n', 'not an auction'],
    [
      '{"socketlab":"auction journal","version":1,"options":{"price":"third"}}\n',
      'corrupted at line 1: auction options: price is first or second',
    ],
    ['hello\n', 'not an auction'],
  ])('is none when it begins with %j', (text, why) => {
    writeFileSync(file, text);
    expect(() => resumeJournal(file)).toThrow(why);
  });

  it('says what to do about a file that is there, or is not, or is none', () => {
    expect(() => resumeJournal(file)).toThrow(/there is no .*leave --resume out/);
    writeFileSync(file, 'my diary');
    const begin = (at: string): unknown => createJournal(at, auctionOptions());
    expect(() => begin(file)).toThrow(/already exists.*--resume/);
    expect(readFileSync(file, 'utf8')).toBe('my diary');
    expect(() => begin(join(folder, 'nowhere', 'game'))).toThrow(/ENOENT/);
    mkdirSync(join(folder, 'a-folder'));
    expect(() => resumeJournal(join(folder, 'a-folder'))).toThrow(/EISDIR|EPERM|EACCES/);
  });

  it.runIf(process.platform !== 'win32')('is read by its owner only', () => {
    playedGame();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('notices somebody else who writes to it', () => {
    const journal = createJournal(file, auctionOptions());
    journal.append({ type: 'joined', name: 'ann' });
    journal.flush();
    appendFileSync(file, '{"type":"joined","name":"eve"}\n');
    journal.append({ type: 'joined', name: 'bob' });
    expect(() => journal.flush()).toThrow(/another program is writing/);
    expect(readFileSync(file, 'utf8')).not.toContain('bob');
    journal.close();
  });

  it.runIf(existsSync('/dev/full'))('fails for good when the disk is full', () => {
    const journal = new Journal('/dev/full', openSync('/dev/full', 'a'));
    journal.flush(); // nothing to write yet
    journal.append({ type: 'started' });
    expect(() => journal.flush()).toThrow(/ENOSPC/);
    expect(() => journal.flush()).toThrow(/ENOSPC/);
    journal.close();
  });

  it('forgets what comes after it was closed', () => {
    const journal = createJournal(file, auctionOptions());
    const { size } = statSync(file);
    journal.append({ type: 'started' });
    journal.close();
    journal.close();
    journal.flush();
    expect(statSync(file).size).toBe(size);
  });
});

/** A disk that keeps a diary, and takes no more than `most` bytes at once. */
function disk(most = Infinity): { diary: string[]; disk: Disk } {
  const diary: string[] = [];
  const what = (descriptor: number): string =>
    fstatSync(descriptor).isDirectory() ? 'folder' : 'file';
  const writeSync = (descriptor: number, bytes: Buffer, from: number): number => {
    const written = fs.writeSync(
      descriptor,
      bytes,
      from,
      Math.min(most, bytes.length - from),
    );
    diary.push(`${what(descriptor)} written`);
    return written;
  };
  return {
    diary,
    disk: {
      writeSync: writeSync as Disk['writeSync'],
      fdatasyncSync: (descriptor) => diary.push(`${what(descriptor)} flushed`),
      fsyncSync: (descriptor) => {
        const { ino } = fstatSync(descriptor);
        expect(ino).toBe(statSync(folder).ino);
        diary.push(`${what(descriptor)} flushed`);
      },
    },
  };
}

describe('what was written', () => {
  it('is on the disk, and the folder that names it, before anybody is told', () => {
    const { diary, disk: own } = disk();
    const journal = createJournal(file, auctionOptions(), undefined, own);
    const begun = ['file written', 'file flushed'];
    if (process.platform !== 'win32') begun.push('folder flushed');
    expect(diary.splice(0)).toEqual(begun);
    journal.append({ type: 'joined', name: 'ann' });
    journal.append({ type: 'joined', name: 'bob' });
    expect(diary).toEqual([]);
    journal.flush();
    // Both together: each flush waits for the disk.
    expect(diary.splice(0)).toEqual(['file written', 'file flushed']);
    journal.flush();
    expect(diary).toEqual([]);
    journal.close();
  });

  it('is whole, where the system takes it in pieces', () => {
    const { diary, disk: own } = disk(7);
    const journal = createJournal(file, auctionOptions(), undefined, own);
    journal.append({ type: 'joined', name: 'größe' });
    diary.length = 0;
    journal.flush();
    journal.close();
    expect(diary.length).toBeGreaterThan(5);
    expect(diary.indexOf('file flushed')).toBe(diary.length - 1);
    expect(resumeJournal(file).records).toEqual([{ type: 'joined', name: 'größe' }]);
  });

  it('counts as lost for good when it cannot be flushed, though a later flush might not fail', () => {
    const own = disk().disk;
    const journal = createJournal(file, auctionOptions(), undefined, own);
    const fdatasyncSync = own.fdatasyncSync;
    own.fdatasyncSync = () => {
      throw new Error('EIO: i/o error, fdatasync');
    };
    journal.append({ type: 'joined', name: 'ann' });
    expect(() => journal.flush()).toThrow('EIO');
    // The system has marked the pages as written: it would say that all is well, fsync(2).
    own.fdatasyncSync = fdatasyncSync;
    journal.append({ type: 'joined', name: 'bob' });
    expect(() => journal.flush()).toThrow('EIO');
    expect(readFileSync(file, 'utf8')).not.toContain('bob');
    journal.close();
  });

  it('is nothing, not even a file, where a game could not be begun', () => {
    const own = disk().disk;
    own.fdatasyncSync = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    const begin = (): unknown => createJournal(file, auctionOptions(), undefined, own);
    expect(begin).toThrow('ENOSPC');
    expect(existsSync(file)).toBe(false);
  });
});

describe('a journal that somebody goes on with', () => {
  it('is nobody else’s until it is closed', () => {
    const journal = createJournal(file, auctionOptions());
    const refused = new RegExp(`another auctioneer .process ${process.pid}. is using`);
    expect(() => resumeJournal(file)).toThrow(refused);
    journal.close();
    const again = resumeJournal(file).journal;
    expect(() => resumeJournal(file)).toThrow(refused);
    again.close();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('keeps the half line that the other one is writing', () => {
    const journal = createJournal(file, auctionOptions());
    appendFileSync(file, '{"type":"jo');
    const { size } = statSync(file);
    expect(() => resumeJournal(file)).toThrow('another auctioneer');
    expect(statSync(file).size).toBe(size);
    journal.close();
  });

  it.each([
    ['that was killed', '4194305 1\n'],
    ['whose number another process has now', `${process.pid} 1\n`],
    ['that was killed where nobody knows when it began', '4194305 \n'],
    ['that a full disk left empty', ''],
    ['that is nobody', '0 \n'],
  ])('is free again after an auctioneer %s, and then taken', (_, lock) => {
    createJournal(file, auctionOptions()).close();
    writeFileSync(`${file}.lock`, lock);
    const { journal } = resumeJournal(file);
    expect(journal.file).toBe(file);
    expect(() => resumeJournal(file)).toThrow('another auctioneer');
    journal.close();
  });

  it('is not free when the auctioneer is a program of another user', () => {
    const journal = createJournal(file, auctionOptions());
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    expect(() => resumeJournal(file)).toThrow('another auctioneer');
    journal.close();
  });

  it('is nobody’s when it cannot be read', () => {
    writeFileSync(file, 'no journal\n');
    expect(() => resumeJournal(file)).toThrow('is no');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('tells who that is to its owner alone', () => {
    const journal = createJournal(file, auctionOptions());
    expect(readFileSync(`${file}.lock`, 'utf8')).toMatch(`${process.pid} `);
    if (process.platform !== 'win32') {
      expect(statSync(`${file}.lock`).mode & 0o777).toBe(0o600);
    }
    journal.close();
  });

  it('needs no lock where there cannot be one: its name would be too long', () => {
    const long = join(folder, 'j'.repeat(252));
    createJournal(long, auctionOptions()).close();
    resumeJournal(long).journal.close();
    expect(existsSync(long)).toBe(true);
  });
});
