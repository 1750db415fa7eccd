/**
 * Writes a file completely or not at all: the old one stays until all of the new one is on the
 * disk. A full disk, or a power failure, leaves the old file as it was.
 */
import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { explainFile } from './explain.ts';

/** Writes a file with this text, in place of the old one if there is one. */
export function replaceFile(file: string, text: string): void {
  replaceFileBy(file, (write) => write(text));
}

/**
 * The same for a long text, which `work` writes piece by piece. If it writes nothing, nothing
 * changes.
 * @throws whatever the work throws, and an error that names the file when it cannot be written
 */
export function replaceFileBy<T>(file: string, work: (write: Write) => T): T {
  const target = targetOf(file);
  const { path, mode, replaceable } = target;
  const fresh = replaceable ? join(dirname(path), `.socketlab-${process.pid}.tmp`) : path;
  let descriptor: number | undefined;
  try {
    const result = work((text) => {
      attempt(file, () => {
        descriptor ??= fs.openSync(fresh, 'w', mode);
        fs.writeFileSync(descriptor, text);
      });
    });
    if (descriptor !== undefined && replaceable) {
      // A disk may find out only now that it is full.
      attempt(file, () => fs.fsyncSync(descriptor!));
      fs.closeSync(descriptor);
      descriptor = undefined;
      attempt(file, () => fs.renameSync(fresh, path));
    }
    return result;
  } catch (error) {
    if (replaceable) fs.rmSync(fresh, { force: true });
    throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

type Write = (text: string) => void;

/**
 * Checks beforehand whether a file can be replaced, and changes nothing.
 * @throws the system's error
 */
export function checkReplaceable(file: string): void {
  const { exists, path, replaceable } = targetOf(file);
  if (exists) fs.accessSync(path, fs.constants.W_OK);
  if (!replaceable) return;
  const folder = dirname(path);
  fs.accessSync(folder, fs.constants.W_OK);
  if (!fs.statSync(folder).isDirectory()) throw wrongKind('ENOTDIR', folder);
}

interface Target {
  /** Where a symbolic link leads. */
  path: string;
  exists: boolean;
  /** Neither a pipe nor a device: /dev/stdout stays what it is. */
  replaceable: boolean;
  /** Who may read it: as before. */
  mode: number;
}

function targetOf(file: string): Target {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) {
    return { path: resolve(file), exists: false, replaceable: true, mode: 0o666 };
  }
  if (stat.isDirectory()) {
    throw wrongKind('EISDIR', file);
  }
  const replaceable = stat.isFile();
  const path = replaceable ? fs.realpathSync(file) : file;
  return { path, exists: true, replaceable, mode: stat.mode & 0o777 };
}

/** The error that the system would give when asked to open that. */
function wrongKind(code: 'EISDIR' | 'ENOTDIR', path: string): Error {
  return Object.assign(new Error(`${code}: open ${path}`), { code, path });
}

function attempt(file: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new Error(explainFile(cause, file), { cause });
  }
}
