/**
 * The journal: every event of an auction, in a file, before anybody is told of it.
 *
 * Events are appended and flushed to the disk (fdatasync, fsync(2)) before the answers that
 * depend on them leave: what a bidder was told survives a crash of the program, and of the
 * machine. Events that come together are flushed together, as databases do ("group commit"),
 * because each flush waits for the disk.
 *
 * A crash in the middle of a write leaves an incomplete line at the end. Nobody was told of what
 * that line says, so it is cut off. Anything else that cannot be read is an error that names its
 * line: where money is concerned, nothing is guessed. On replay, the rules decide whether the
 * events could have happened: see replay.ts.
 *
 * The file holds the seats' secret tokens and sealed bids: only its owner may read it. One
 * auctioneer at a time uses it (journal-lock.ts).
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
  /** How many bytes of an incomplete last line were cut off. */
  cut: number;
}

/**
 * Writes bytes to the disk. Only a power failure shows whether they got there, so a test hands
 * in a disk of its own.
 */
export type Disk = Pick<typeof fs, 'writeSync' | 'fdatasyncSync' | 'fsyncSync'>;

export class Journal {
  readonly file: string;
  readonly #descriptor: number;
  readonly #disk: Disk;
  readonly #unlock: () => void;
  /** The file's length, if it is a file: another writer's bytes would corrupt the journal. */
  #size: number | undefined;
  #lines = '';
  #failure: unknown;
  #closed = false;

  /**
   * @param descriptor of a file that is opened for appending
   * @param unlock lets others use it
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

  /** Discards what was not flushed. A second call changes nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      closeSync(this.#descriptor);
    } catch {
      // Everything that anybody was told has been flushed.
    }
    this.#unlock();
  }

  /** Two auctioneers that resume one game, at different ports, would ruin both. */
  #checkAlone(): void {
    if (this.#size === undefined || fstatSync(this.#descriptor).size === this.#size)
      return;
    throw misuse(`another program is writing to ${this.file}`);
  }
}

/**
 * Begins a journal.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when the file exists, since it may be somebody's
 *   game; or when it cannot be created, with the system's error as `cause`
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
    // It is empty, and a file that exists could not be begun again.
    rmSync(file, { force: true });
    throw error;
  }
  return journal;
}

/** The folder records that the file exists, and has to reach the disk as well. */
function syncFolder(folder: string, disk: Disk): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, 'r');
    disk.fsyncSync(descriptor);
  } catch {
    // Windows flushes no folders (EPERM); there it is up to the file system.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Opens the journal of a game that was interrupted.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when it is not a journal, or corrupted, with the
 *   line; when another auctioneer uses it; or when it cannot be opened, with the system's
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
    let why = explainFile(Object.assign(cause as Error, { code }), file);
    if (code === 'EEXIST') {
      why = `${file} already exists: resume that game (--resume), or choose another file`;
    } else if (code === 'ENOENT' && flags === 'r+') {
      why = `there is no ${file} to resume: leave --resume out to begin a game`;
    }
    throw misuse(why, cause);
  }
}
