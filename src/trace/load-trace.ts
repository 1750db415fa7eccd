/** Reads a trace file from disk, however long it is. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { misuse } from '../common/index.ts';
import { LONGEST_LINE, type TraceFile, TraceReader } from './joined/index.ts';

/** How much is read at a time, in bytes. */
const CHUNK = 262_144;

/**
 * @param onProgress called now and then with how many bytes of how many were read
 * @throws ENOENT and others from the system
 * @throws {MisuseError} ERR_BAD_TRACE; ERR_BAD_ARGUMENT for a folder
 */
export async function loadTrace(
  file: string,
  onProgress?: (read: number, size: number) => void,
): Promise<TraceFile> {
  const stats = await stat(file);
  if (stats.isDirectory()) {
    throw misuse(`${file} is a folder: name a trace in it`);
  }
  const { size } = stats;
  const reader = new TraceReader(file);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let read = 0;
  for await (const chunk of createReadStream(file, {
    highWaterMark: CHUNK,
  }) as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    // One character too many tells the reader that a line is too long; the others are nothing.
    rest = lines.pop()!.slice(0, LONGEST_LINE + 1);
    for (const line of lines) reader.push(line);
    read += chunk.length;
    onProgress?.(read, size);
  }
  reader.push(rest + decoder.end());
  return reader.end();
}
