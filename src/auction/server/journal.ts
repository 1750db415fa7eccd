/**
 * The journal: every event of an auction, in a file, before anybody is told of it.
 *
 * Events are appended and flushed to the disk (fdatasync, fsync(2)) before the answers leave
 * that depend on them: what a bidder was told has happened is there after a crash of the
 * program, and of the machine. Many events that came together are flushed together, as
 * databases do ("group commit"), because each flush waits for the disk.
 *
 * A crash in the middle of a write leaves half a line at the end. Nobody was told of what
 * stood there, so it is cut off. Anything else that cannot be read is an error with its line:
 * money is not guessed at. Whether what can be read can have happened, the rules say when it
 * is played again: see replay.ts.
 *
 * The file holds the seats' secret tokens and sealed bids: only its owner may read it. One
 * auctioneer at a time goes on with it (journal-lock.ts).
 *
 * Read next: ../game/journal-format.ts, what stands in its lines.
 */
import fs, {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { explainFile } from '../../common/index.ts';
import {
  JOURNAL_VERSION,
  type JournalHeader,
  type JournalRecord,
  linesOf,
  misuse,
  readHeader,
  readRecord,
} from '../game/journal-format.ts';
import type { AuctionOptions } from '../game/options.ts';
import { lockJournal } from './journal-lock.ts';

export interface OpenJournal extends JournalHeader {
  journal: Journal;
  /** What happened before. */
  records: readonly JournalRecord[];
  /** How many bytes of half a line were cut off its end. */
  cut: number;
}

/**
 * What brings bytes to the disk. Whether they have got there only a power failure shows, so a
 * test hands in a disk of its own.
 */
export type Disk = Pick<typeof fs, 'writeSync' | 'fdatasyncSync' | 'fsyncSync'>;

export class Journal {
  readonly file: string;
  readonly #descriptor: number;
  readonly #disk: Disk;
  readonly #unlock: () => void;
  /** How long the file is, if it is one: somebody else's bytes would make nonsense of ours. */
  #size: number | undefined;
  #lines = '';
  #failure: unknown;
  #closed = false;

  /**
   * @param descriptor of a file that is opened for appending
   * @param unlock lets others go on with it
   */
  constructor(
    file: string,
    descriptor: number,
    disk: Disk = fs,
    unlock: () => void = () => {},
  ) {
    this.file = file;
    this.#descriptor = descriptor;
    this.#disk = disk;
    this.#unlock = unlock;
    const stat = fstatSync(descriptor);
    this.#size = stat.isFile() ? stat.size : undefined;
  }

  /** Notes it; it is on the disk after the next `flush`. */
  append(record: object): void {
    this.#lines += `${JSON.stringify(record)}\n`;
  }

  /**
   * @throws ENOSPC, EIO from the system: nobody must be told what is not written down. What
   *   could not be written once is not tried again, now or later
   */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#lines === '' || this.#closed) return;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    try {
      this.#checkAlone();
      for (let written = 0; written < bytes.length;) {
        written += this.#disk.writeSync(this.#descriptor, bytes, written);
      }
      this.#disk.fdatasyncSync(this.#descriptor);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    if (this.#size !== undefined) this.#size += bytes.length;
  }

  /** What was noted and not flushed is forgotten. A second call changes nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      closeSync(this.#descriptor);
    } catch {
      // What anybody was told of has been flushed.
    }
    this.#unlock();
  }

  /** Two auctioneers that go on with one game, at different ports, would ruin both. */
  #checkAlone(): void {
    if (this.#size === undefined || fstatSync(this.#descriptor).size === this.#size)
      return;
    throw misuse(`another program is writing to ${this.file}`);
  }
}

/**
 * Begins a journal.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is such a file: it may be somebody's
 *   game; or when there cannot be one, with the system's error as `cause`
 * @throws ENOSPC, EIO from the system
 */
export function createJournal(
  file: string,
  options: AuctionOptions,
  code?: string,
  disk: Disk = fs,
): Journal {
  const descriptor = open(file, 'ax');
  const journal = new Journal(file, descriptor, disk, lockJournal(file));
  try {
    const [socketlab, version] = ['auction journal', JOURNAL_VERSION];
    journal.append({ socketlab, version, options, code });
    journal.flush();
    syncFolder(dirname(file), disk);
  } catch (error) {
    journal.close();
    // Nothing stands in it, and a file that is there could not be begun again.
    rmSync(file, { force: true });
    throw error;
  }
  return journal;
}

/** That there is such a file is written in its folder, which has to reach the disk as well. */
function syncFolder(folder: string, disk: Disk): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, 'r');
    disk.fsyncSync(descriptor);
  } catch {
    // Windows opens no folders; there it is the file system's own business.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Opens the journal of a game that was interrupted.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when it is no journal, or corrupted, with the line;
 *   when another auctioneer goes on with it; or when it cannot be opened, with the system's
 *   error as `cause`
 */
export function resumeJournal(file: string): OpenJournal {
  const descriptor = open(file, 'r+');
  let bytes: Buffer;
  let end: number;
  let header: JournalHeader;
  let records: JournalRecord[];
  let unlock: (() => void) | undefined;
  try {
    if (!fstatSync(descriptor).isFile()) throw misuse(`${file} is not a file`);
    unlock = lockJournal(file);
    bytes = readFileSync(descriptor);
    end = bytes.lastIndexOf('\n') + 1;
    const [first = '', ...lines] = linesOf(file, bytes.subarray(0, end));
    header = readHeader(file, first);
    records = lines.map((line, index) => readRecord(file, line, index + 2));
    if (end < bytes.length) ftruncateSync(descriptor, end);
  } catch (error) {
    unlock?.();
    throw error;
  } finally {
    closeSync(descriptor);
  }
  const journal = new Journal(file, open(file, 'a'), fs, unlock);
  return { journal, ...header, records, cut: bytes.length - end };
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT with what to do */
function open(file: string, flags: 'ax' | 'a' | 'r+'): number {
  try {
    return openSync(file, flags, 0o600);
  } catch (cause) {
    const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
    const code = isFolder ? 'EISDIR' : (cause as NodeJS.ErrnoException).code;
    const why =
      code === 'EEXIST'
        ? `${file} already exists: resume that game (--resume), or choose another file`
        : code === 'ENOENT' && flags === 'r+'
          ? `there is no ${file} to resume: leave --resume out to begin a game`
          : explainFile(Object.assign(cause as Error, { code }), file);
    throw misuse(why, cause);
  }
}
