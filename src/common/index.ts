/** What every room may use: errors, addresses, waiting, the byte queue. No sockets here. */
export * from './address.ts';
export { breakOff } from './break-off.ts';
export { BufferView, ByteQueue, type ByteQueueOptions } from './byte-queue.ts';
export { checkBytes, checkSize } from './check.ts';
export { crc32 } from './crc.ts';
export { type Deadline, deadline } from './deadline.ts';
export * from './errors.ts';
export { explain, explainFile, inTermsOf } from './explain.ts';
export { fromHere, PACKAGE, packageFile, packageVersion } from './package-files.ts';
export { median, percentile } from './percentiles.ts';
export { count, some } from './words.ts';
export { descriptorOf, hearOut, localAddressOf } from './hear-out.ts';
export * from './ports.ts';
export { checkReplaceable, replaceFile, replaceFileBy } from './replace-file.ts';
export { didYouMean, nearest, slipsBetween } from './suggest.ts';
export { makeTemporaryFolder } from './temporary-folder.ts';
export { LONGEST_CHARACTER, wholeCharacters } from './utf8.ts';
export { checkTimeout, Mailbox, Wait, type WaitOptions } from './wait.ts';
